import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openShop } from '../../src/cli/demo/shop.ts'
import { KhaltiClient } from '../../src/core/client.ts'
import { type RunningServer, serve } from '../../src/node/serve.ts'
import { createSimulator } from '../../src/testing.ts'
import { launchChromium, whyNoChromium } from '../support/chromium.ts'
import { expectGoodPage } from '../support/good-page.ts'

const why = whyNoChromium()
const title = why ? `the shop of the demo: skipped, ${why}` : 'the shop of the demo in Chromium'

describe.skipIf(why)(title, { timeout: 60_000 }, () => {
  const simulator = createSimulator({ origin: (request) => new URL(request.url).origin })
  let browser: Browser
  let gateway: RunningServer
  let market: RunningServer
  let client: KhaltiClient

  beforeAll(async () => {
    gateway = await serve((request) => simulator.fetch(request))
    client = new KhaltiClient({ secretKey: 'anything', environment: 'sandbox', baseUrl: gateway.url })
    let shop: ReturnType<typeof openShop> | undefined
    market = await serve(async (request) => shop?.handler(request) ?? new Response(null, { status: 503 }))
    shop = openShop(client, { siteUrl: market.url, gatewayUrl: gateway.url })
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await client?.close()
    for (const server of [gateway, market]) await server?.close()
  })

  test.each(['light', 'dark'] as const)(
    'lets a person buy a topi, and shows what becomes of it, in %s',
    async (colorScheme) => {
      const context = await browser.newContext({ colorScheme, viewport: { width: 390, height: 800 } })
      const page = await context.newPage()
      const blocked: string[] = []
      page.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) blocked.push(message.text())
      })
      await page.goto(market.url)
      await expectGoodPage(page)
      await page.getByRole('button', { name: 'Pay with Khalti' }).first().click()
      await page.getByText('What else can happen').click()
      await page.getByRole('button', { name: 'Pay; 20 s Pending first' }).click()
      await page.getByRole('heading', { name: 'Not paid yet.' }).waitFor()
      await expectGoodPage(page)
      const pidx = simulator.payments().at(-1)?.pidx ?? ''
      simulator.answerWith(pidx, 'Completed')
      await page.getByRole('heading', { name: 'Paid. Thank you!' }).waitFor()
      await page.getByText('handed out').waitFor()
      expect(blocked).toEqual([])
      await context.close()
    },
  )
})
