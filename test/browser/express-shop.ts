import { execFile } from 'node:child_process'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import express, { type RequestHandler } from 'express'
import { KhaltiClient, rupees } from 'khalti-kit'
import { CheckoutRefusal, createCheckout, memoryPayments } from 'khalti-kit/checkout'
import { toNodeListener } from 'khalti-kit/node'
import { createSimulator, type Simulator } from 'khalti-kit/testing'
import type { Browser, Page } from 'playwright-core'
import { listen } from '../adapters/node-servers.ts'
import { launchChromium } from '../support/chromium.ts'

/** Khalti at its own address, as far as one browser is concerned. */
export interface KhaltiInBrowser {
  simulator: Simulator
  /** Resolves `test-pay.khalti.com` to the simulator. */
  browser: Browser
  close(): Promise<void>
}

/** Serves the simulator as `https://test-pay.khalti.com`, and starts a browser that finds it there. */
export async function openKhalti(): Promise<KhaltiInBrowser> {
  const simulator = createSimulator()
  const certificate = await selfSigned('test-pay.khalti.com')
  const server = createServer({ key: certificate, cert: certificate }, toNodeListener(simulator.fetch))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const browser = await launchChromium(`--host-resolver-rules=MAP test-pay.khalti.com:443 127.0.0.1:${port}`)
  return {
    simulator,
    browser,
    async close() {
      await browser.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

/** A key and its certificate, in one text. */
async function selfSigned(name: string): Promise<string> {
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const out = ['-keyout', '-', '-out', '-', '-days', '2', '-subj', `/CN=${name}`]
  const { stdout } = await promisify(execFile)('openssl', [...make, ...out])
  return stdout
}

/** An Express shop with one page, at `/`. */
export async function openExpressShop(simulator: Simulator, html: string, ...before: RequestHandler[]) {
  const fulfilled: string[] = []
  let checkout: ReturnType<typeof createCheckout> | undefined
  const app = express()
  app.use(...before, (_request, _response, next) => next())
  app.use(
    '/api/khalti',
    toNodeListener(async (request) => checkout?.handler(request) ?? new Response(null, { status: 503 })),
  )
  app.get('/', (_request, response) => void response.send(html))
  app.get('/thanks', (_request, response) => void response.send('<h1>Thank you</h1>'))
  const { url, close } = await listen(app)
  checkout = createCheckout({
    client: new KhaltiClient({ secretKey: 'any', environment: 'sandbox', fetch: simulator.fetch }),
    payments: memoryPayments(),
    siteUrl: url,
    readOrder({ orderId }) {
      if (orderId === 'gone') throw new CheckoutRefusal(404, 'There is no such order.')
      return { id: String(orderId), name: 'Topi', amount: rupees(850) }
    },
    fulfil: ({ orderId }) => void fulfilled.push(orderId),
    landing: ({ outcome }) => `/thanks?outcome=${outcome}`,
  })
  return { url, fulfilled, close }
}

/** Runs `run` in a page of its own, with what the page's console says. */
export async function inPage(browser: Browser, run: (page: Page, said: string[]) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  try {
    const page = await context.newPage()
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    await run(page, said)
  } finally {
    await context.close()
  }
}
