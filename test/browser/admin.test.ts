import { fileURLToPath } from 'node:url'
import { KhaltiClient, type KhaltiClientOptions, rupees } from 'khalti-kit'
import { adminPages } from 'khalti-kit/admin'
import { type Checkout, createCheckout, memoryPayments, PaymentHold } from 'khalti-kit/checkout'
import { createSimulator } from 'khalti-kit/testing'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningServer, serve } from '../../src/node/serve.ts'
import { launchChromium, whyNoChromium } from '../support/chromium.ts'
import { expectGoodPage } from '../support/good-page.ts'

const why = whyNoChromium()
const title = why ? `the admin pages: skipped, ${why}` : 'the admin pages in Chromium'
const picture = (name: string) => fileURLToPath(new URL(`../../docs/images/${name}.png`, import.meta.url))

describe.skipIf(why)(title, { timeout: 240_000 }, () => {
  let browser: Browser
  let shop: RunningServer
  let checkout: Checkout
  const simulator = createSimulator()
  /** What the forms said of where they come from. */
  const origins: (string | null)[] = []
  /** Where the shop's people sign in, while nobody is signed in. */
  let login: string | undefined

  beforeAll(async () => {
    let handler: Checkout['handler'] | undefined
    shop = await serve((request) => {
      if (request.method === 'POST') origins.push(request.headers.get('origin'))
      return handler?.(request) ?? Promise.reject(new Error('not yet'))
    })
    checkout = createCheckout({
      client: new KhaltiClient({
        secretKey: 'any',
        maxRetries: 0,
        fetch: simulator.fetch as KhaltiClientOptions['fetch'],
      }),
      payments: memoryPayments(),
      siteUrl: shop.url,
      readOrder: () => Promise.reject(new Error('no customer comes')),
      fulfil: ({ orderId }, { accepted }) => {
        if (orderId === 'ORD-1043') throw new Error('The stock system did not answer.')
        if (orderId === 'ORD-1044' && !accepted) throw new PaymentHold('The last shawl was sold in the shop.')
        if (orderId === 'ORD-1047') throw new PaymentHold('Stock is gone: the last one was sold at the counter.')
      },
      landing: () => '/',
      onError: () => {},
      admin: adminPages({
        authorize: () => (login === undefined ? { name: 'Gita' } : Response.redirect(login, 303)),
        title: 'Himal Clothing',
      }),
    })
    handler = checkout.handler
    await trade(checkout, simulator)
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await shop?.close()
  })

  async function withPage(options: BrowserContextOptions, run: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext(options)
    try {
      await run(await context.newPage())
    } finally {
      await context.close()
    }
  }
  const admin = () => `${shop.url}/api/khalti/admin`

  test('gives money back without JavaScript, by keyboard alone', async () => {
    await withPage({ javaScriptEnabled: false }, async (page) => {
      await page.goto(`${admin()}/order?id=ORD-1041`)
      await page.getByRole('link', { name: 'Give money back' }).focus()
      await page.keyboard.press('Enter')
      await page.getByLabel('Amount in rupees').fill('250')
      await page.keyboard.press('Tab')
      await page.keyboard.type('torn')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Give back Rs 250.00?' }).waitFor()
      await page.getByRole('button', { name: 'Yes, give back Rs 250.00' }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('status').waitFor()
      expect(await page.getByRole('status').textContent()).toBe('Rs\u00a0250.00 went back.')
    })
    expect((await checkout.order('ORD-1041'))?.refunds).toMatchObject([{ amount: 25_000, by: 'Gita', reason: 'torn' }])
  })

  test('finds an order by what a customer reads out, and has a held one handed out after a question, without JavaScript', async () => {
    const [{ pidx = '' } = {}] = await checkout.find('ORD-1044')
    await withPage({ javaScriptEnabled: false }, async (page) => {
      await page.goto(admin())
      await page.getByRole('searchbox').fill(pidx)
      await page.keyboard.press('Enter')
      await page.getByRole('link', { name: 'Hand it out all the same' }).click()
      await page.getByRole('heading', { name: 'Hand it out all the same?' }).waitFor()
      expect((await checkout.order('ORD-1044'))?.fulfilledAt).toBeUndefined()
      await page.getByRole('button', { name: 'Yes, hand it out' }).click()
      await page.getByRole('status').waitFor()
      expect(await page.getByRole('status').textContent()).toBe('The order was handed out.')
    })
    expect((await checkout.order('ORD-1044'))?.fulfilledAt).toBeInstanceOf(Date)
  })

  test('says in its forms where they come from, though its header says no-referrer, and tells no other site its address', async () => {
    await withPage({}, async (page) => {
      const opened = await page.goto(`${admin()}/order?id=ORD-1041`)
      expect(opened?.headers()['referrer-policy']).toBe('no-referrer')
      origins.length = 0
      const answer = page.waitForResponse(`${admin()}/look`)
      await page.getByRole('button', { name: 'Look again' }).click()
      expect((await answer).status()).toBe(303)
      await page.getByRole('status').waitFor()
      expect(origins).toEqual([shop.url])
      let referrer: string | undefined = 'not asked'
      await page.route('http://localhost/**', (route) => {
        referrer = route.request().headers().referer
        return route.fulfill({ contentType: 'text/html', body: 'elsewhere' })
      })
      await page.evaluate(() => location.assign('http://localhost/elsewhere'))
      await page.getByText('elsewhere').waitFor()
      expect(referrer).toBeUndefined()
    })
  })

  test('leads to a login on another origin where the session has ended before a button was pressed', async () => {
    await withPage({}, async (page) => {
      await page.goto(`${admin()}/order?id=ORD-1041`)
      login = `${shop.url.replace('127.0.0.1', 'localhost')}/login`
      try {
        await page.getByRole('button', { name: 'Look again' }).click()
        await page.getByRole('heading', { name: 'You are not signed in any more. Nothing was done.' }).waitFor()
        await page.getByRole('link', { name: 'Please sign in' }).click()
        await page.waitForURL(login)
      } finally {
        login = undefined
      }
    })
  })

  test('refuses a form that another site sends, with the session of this one', async () => {
    const [{ pidx = '' } = {}] = await checkout.find('ORD-1042')
    const before = (await checkout.order('ORD-1042'))?.events.length
    await withPage({}, async (page) => {
      // localhost is another site than 127.0.0.1.
      await page.route('http://localhost/**', (route) =>
        route.fulfill({
          contentType: 'text/html',
          body: `<form method="post" action="${admin()}/attended"><input name="order" value="ORD-1042"><input name="pidx" value="${pidx}"><button>Win</button></form>`,
        }),
      )
      await page.goto('http://localhost/')
      const answer = page.waitForResponse(`${admin()}/attended`)
      await page.getByRole('button').click()
      expect((await answer).status()).toBe(403)
    })
    expect((await checkout.order('ORD-1042'))?.events.length).toBe(before)
  })

  const desk = { width: 1280, height: 900 }
  const phone = { width: 390, height: 844 }
  const small = { width: 320, height: 640 }
  test.each<[string, BrowserContextOptions]>([
    ['in light on a desk', { viewport: desk, colorScheme: 'light' }],
    ['in dark on a desk', { viewport: desk, colorScheme: 'dark' }],
    ['in light on a phone', { viewport: phone, colorScheme: 'light' }],
    ['in dark on a small phone in Nepali', { viewport: small, colorScheme: 'dark', locale: 'ne-NP' }],
    ['in forced colours on a small phone', { viewport: small, forcedColors: 'active', reducedMotion: 'reduce' }],
  ])('passes axe, fits its window, and loads nothing from outside, %s', async (_name, options) => {
    await withPage(options, async (page) => {
      const foreign: string[] = []
      page.on('request', (request) => {
        if (!/^(data:|http:\/\/127\.0\.0\.1)/.test(request.url())) foreign.push(request.url())
      })
      const blocked: string[] = []
      page.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) blocked.push(message.text())
      })
      const paid = (await checkout.find('ORD-1042'))[0]?.pidx
      const order = (id: string) => `/order?id=ORD-${id}`
      const refund = `/refund?order=ORD-1042&pidx=${paid}`
      for (const path of [
        '',
        '/orders?attention=1',
        order('1042'),
        order('1043'),
        order('1045'),
        order('1047'),
        order('none'),
        refund,
      ]) {
        await page.goto(`${admin()}${path}`)
        await expectGoodPage(page)
      }
      for (const [from, button] of [
        [order('1047'), 'a[href*="/accept"]'],
        [order('1045'), 'a[href*="how=done"]'],
        [order('1045'), 'a[href*="how=not-done"]'],
      ] as const) {
        await page.goto(`${admin()}${from}`)
        await page.locator(button).click()
        await page.locator('input[name=asked][type=hidden]').waitFor({ state: 'attached' })
        await page.locator('.ask').waitFor()
        await expectGoodPage(page)
      }
      await page.goto(`${admin()}${refund}`)
      await page.locator('#amount').fill('99999')
      await page.locator('button').first().click()
      await page.getByRole('alert').waitFor()
      await expectGoodPage(page)
      await page.locator('#amount').fill('1,250.50')
      await page.locator('button').first().click()
      await page.locator('input[name=id]').waitFor({ state: 'attached' })
      await expectGoodPage(page)
      expect(foreign).toEqual([])
      expect(blocked).toEqual([])
    })
  })

  // With SCREENSHOTS=1 only: two runs never give the same bytes.
  const pictures = process.env.SCREENSHOTS === '1' ? test : () => {}
  pictures('takes the pictures of the docs', async () => {
    await withPage({ viewport: { width: 1000, height: 720 } }, async (page) => {
      await page.goto(admin())
      await page.screenshot({ path: picture('admin') })
    })
    await withPage({ viewport: { width: 360, height: 720 }, colorScheme: 'dark' }, async (page) => {
      await page.goto(`${admin()}/order?id=ORD-1042`)
      await page.screenshot({ path: picture('admin-order-phone') })
    })
  })
})

/** A morning in a shop. */
async function trade(checkout: Checkout, simulator: ReturnType<typeof createSimulator>): Promise<void> {
  const sell = async (id: string, name: string, amount: string) => {
    const { pidx } = await checkout.initiate({ id, name, amount: rupees(amount) })
    simulator.pay(pidx)
    await checkout.settle(pidx)
    return pidx
  }
  await sell('ORD-1041', 'Dhaka topi and wool hat', '1,250.50')
  const first = await checkout.initiate({ id: 'ORD-1042', name: 'Haku patasi', amount: rupees('5,350') })
  await checkout.markPaid(
    { id: 'ORD-1042', name: 'Haku patasi', amount: rupees('5,350') },
    { method: 'cash', by: 'Ram (rider)' },
  )
  simulator.pay(first.pidx)
  await checkout.settle(first.pidx)
  await sell('ORD-1043', 'Gunyo cholo', '3,400')
  await sell(
    'ORD-1044',
    'Pashmina shawl with a very long name that goes on for more than one line on a phone',
    '1,25,000',
  )
  const unclear = await sell('ORD-1045', 'Daura suruwal', '4,800')
  simulator.failNext({ kind: '500', on: 'refund' })
  await checkout.refund(unclear, { amount: rupees(800), reason: 'The hat was torn', by: 'Gita' })
  await sell('ORD-1047', 'Felt slippers', '1,900')
  await checkout.initiate({ id: 'ORD-1046', name: 'Wool hat', amount: rupees(650) })
}
