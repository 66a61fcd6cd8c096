import helmet from 'helmet'
import { createSimulator, type Simulator } from 'khalti-kit/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve } from '../../src/node/serve.ts'
import { whyNoKhaltiPage } from '../support/chromium.ts'
import { inTerminal } from '../support/cli.ts'
import { startExample } from '../support/server-example.ts'
import { inPage, type KhaltiInBrowser, openExpressShop, openKhalti } from './express-shop.ts'
import { payAtKhalti } from './shop/customer.ts'

const form = `<!doctype html><title>Topi</title><form method="post" action="/api/khalti/initiate">
  <input type="hidden" name="orderId" value="A-1"><button>Pay with Khalti</button>
</form>`

const documented = helmet({
  contentSecurityPolicy: {
    directives: { formAction: ["'self'", 'https://*.khalti.com'], upgradeInsecureRequests: null },
  },
})

const why = whyNoKhaltiPage()
const title = why ? `a plain form below helmet: skipped, ${why}` : 'a plain form below helmet, in Chromium'

describe.skipIf(why)(title, { timeout: 60_000 }, () => {
  let khalti: KhaltiInBrowser
  beforeAll(async () => {
    khalti = await openKhalti()
  })
  afterAll(() => khalti?.close())

  /** What `khalti-kit doctor --page` finds of the page's policy. */
  async function diagnose(page: string) {
    const ask: typeof fetch = (input, init) =>
      String(input).startsWith(page) ? fetch(input, init) : khalti.simulator.fetch(input, init)
    const { stdout } = await inTerminal(['doctor', '--page', page, '--json'], { fetch: ask })
    return JSON.parse(stdout).checks.find(({ id }: { id: string }) => id === 'form-action')
  }

  test("The button is dead under helmet's own policy, and the doctor says what to write", async () => {
    const shop = await openExpressShop(khalti.simulator, form, helmet())
    try {
      await inPage(khalti.browser, async (page, said) => {
        await page.goto(shop.url)
        await page.getByRole('button').click()
        await expect.poll(() => said.join('\n')).toMatch(/form-action 'self'/)
        expect(page.url()).toBe(`${shop.url}/`)
      })
      // The shop has a link to give, and the browser does not follow it.
      expect(khalti.simulator.payments().at(-1)).toMatchObject({ status: 'Initiated' })
      expect(await diagnose(shop.url)).toMatchObject({
        status: 'fail',
        remedy: expect.stringContaining(`formAction: ["'self'", 'https://*.khalti.com']`),
      })
    } finally {
      await shop.close()
    }
  })

  test('The button leads to Khalti and back under the policy of the docs, and the doctor is content', async () => {
    const shop = await openExpressShop(khalti.simulator, form.replace('A-1', 'A-2'), documented)
    try {
      await inPage(khalti.browser, async (page, said) => {
        await page.goto(shop.url)
        await page.getByRole('button').click()
        await page.waitForURL('https://test-pay.khalti.com/?pidx=*')
        await payAtKhalti(page)
        await page.waitForURL(`${shop.url}/thanks?outcome=paid`)
        expect(said.filter((text) => text.includes('Content Security Policy'))).toEqual([])
      })
      expect(shop.fulfilled).toEqual(['A-2'])
      expect(await diagnose(shop.url)).toMatchObject({ status: 'ok' })
    } finally {
      await shop.close()
    }
  })

  test('A customer of examples/express, which has helmet, pays by its plain form', async () => {
    let simulator: Simulator | undefined
    const gateway = await serve(async (request) => simulator?.fetch(request) ?? new Response(null, { status: 503 }))
    simulator = createSimulator({ origin: gateway.url })
    const shop = await startExample('express', [process.execPath, '--import', 'tsx', 'server.ts'], gateway.url)
    try {
      await inPage(khalti.browser, async (page) => {
        const answer = await page.goto(shop.url)
        const policy = answer?.headers()['content-security-policy']
        expect(policy).toContain(`form-action 'self' ${gateway.url}`)
        // Safari would lead the form to https, which nobody speaks on a developer's machine.
        expect(policy).not.toContain('upgrade-insecure-requests')
        await page.getByRole('button').click()
        await page.getByRole('button', { name: 'Pay with Khalti' }).click()
        await payAtKhalti(page)
        await page.getByText('Paid. Thank you!').waitFor()
      })
    } finally {
      await shop.close()
      await gateway.close()
    }
  })
})
