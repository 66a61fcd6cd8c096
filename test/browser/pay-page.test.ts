import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningServer, serve } from '../../src/node/serve.ts'
import { createSimulator, type Simulator } from '../../src/testing.ts'
import { launchChromium, whyNoChromium } from '../support/chromium.ts'
import { start } from '../support/gateway.ts'
import { expectGoodPage } from '../support/good-page.ts'

const why = whyNoChromium()
const title = why ? `the payment page: skipped, ${why}` : 'the payment page in Chromium'

describe.skipIf(why)(title, { timeout: 60_000 }, () => {
  let browser: Browser
  let simulator: Simulator
  let served: RunningServer[] = []
  let shop: RunningServer
  let landing: RunningServer

  beforeAll(async () => {
    let gateway: Simulator['fetch'] | undefined
    const pages = await serve((request) => gateway?.(request) ?? Promise.reject(new Error('not yet')))
    simulator = createSimulator({ origin: pages.url })
    gateway = simulator.fetch
    landing = await serve(async () => html('<title>Landed</title>'))
    // The shop's return address goes on to another origin, as a checkout with a front end of its own does.
    shop = await serve(async (request) => {
      const { search } = new URL(request.url)
      return new Response(null, { status: 303, headers: { location: `${landing.url}/done${search}` } })
    })
    served = [pages, landing, shop]
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    for (const one of served) await one.close()
  })

  const evil = 'Momo <img src=x onerror=alert(1)> & tea'
  const begin = () => start(simulator, { return_url: `${shop.url}/return`, purchase_order_name: evil })

  async function withPage(options: BrowserContextOptions, run: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext(options)
    try {
      await run(await context.newPage())
    } finally {
      await context.close()
    }
  }

  test('takes a payment without JavaScript, by keyboard alone', async () => {
    const { payment_url, pidx } = await begin()
    await withPage({ javaScriptEnabled: false }, async (page) => {
      await page.goto(payment_url)
      await page.keyboard.press('Tab')
      await page.keyboard.type('9800000001')
      await page.keyboard.press('Tab')
      await page.keyboard.type('1111')
      await page.keyboard.press('Enter')
      await page.getByLabel('One-time password (OTP)').waitFor()
      await page.keyboard.type('987654')
      await page.keyboard.press('Enter')
      await page.waitForURL(`${landing.url}/done?pidx=${pidx}&**`)
    })
    expect(simulator.payments().at(-1)).toMatchObject({ pidx, status: 'Completed', mobile: '9800000001' })
  })

  test('moves to the field that is wrong, and says why', async () => {
    const { payment_url } = await begin()
    await withPage({}, async (page) => {
      await page.goto(payment_url)
      await page.getByLabel('Khalti ID').fill('9800000001')
      await page.getByLabel('MPIN').fill('2222')
      await page.getByRole('button', { name: 'Continue' }).click()
      const mpin = page.getByRole('textbox', { name: 'MPIN' })
      await page.getByRole('alert').waitFor()
      expect(await mpin.evaluate((input) => input === input.ownerDocument.activeElement)).toBe(true)
      expect(await mpin.getAttribute('aria-describedby')).toBe('mpin-error mpin-hint')
      expect(await page.getByLabel('Khalti ID').inputValue()).toBe('9800000001')
    })
  })

  test('leads back to the shop when canceled', async () => {
    const { payment_url, pidx } = await begin()
    await withPage({}, async (page) => {
      await page.goto(payment_url)
      await page.getByRole('button', { name: 'Cancel payment' }).click()
      await page.waitForURL(`${landing.url}/done?**status=User%20canceled**`)
      await page.goto(payment_url)
      expect(await page.getByRole('heading').first().textContent()).toBe('Payment canceled')
    })
    expect(simulator.payments().at(-1)).toMatchObject({ pidx, status: 'User canceled' })
  })

  test('lets a payment stay pending, complete and go back in part, without JavaScript', async () => {
    const { payment_url, pidx } = await begin()
    await withPage({ javaScriptEnabled: false }, async (page) => {
      await page.goto(payment_url)
      const more = page.getByText('What else can happen')
      expect(await page.getByRole('button', { name: 'Pay; 20 s Pending first' }).isVisible()).toBe(false)
      await more.click()
      await page.getByRole('button', { name: 'Pay; 20 s Pending first' }).click()
      await page.waitForURL(`${landing.url}/done?pidx=${pidx}&**`)
      await page.goto(payment_url)
      await more.click()
      await page.getByRole('button', { name: 'Complete it now' }).click()
      await page.getByRole('heading', { name: 'Already paid' }).waitFor()
      await more.click()
      await page.getByLabel('Give a part back, in rupees').fill('3.50')
      await page.getByRole('button', { name: 'Give this part back' }).click()
      await page.getByText('Partially Refunded').waitFor()
    })
    expect(simulator.payments().at(-1)).toMatchObject({ pidx, status: 'Partially Refunded', refundedAmount: 350 })
  })

  test('keeps the list of payments up to date, and the focus where it is', async () => {
    const { payment_url, pidx } = await begin()
    await withPage({}, async (page) => {
      await page.goto(new URL(`/payments?q=${pidx}`, payment_url).href)
      await page.getByRole('link', { name: 'All 1' }).focus()
      expect(await page.getByRole('row').filter({ hasText: pidx }).textContent()).toContain('Initiated')
      simulator.pay(pidx)
      await page.getByRole('row').filter({ hasText: pidx }).getByText('Completed').waitFor()
      expect(await page.evaluate('document.activeElement.textContent')).toBe('All 1')
      await page.getByRole('link', { name: 'Not paid 0' }).click()
      await page.getByText('None of these.').waitFor()
    })
  })

  const phone = { width: 320, height: 640 }
  test.each<[string, BrowserContextOptions]>([
    ['in light', { colorScheme: 'light' }],
    ['in dark', { colorScheme: 'dark' }],
    ['on a phone', { viewport: phone }],
    ['in dark, on a phone', { viewport: phone, colorScheme: 'dark' }],
    ['in forced colours, on a phone', { viewport: phone, forcedColors: 'active', reducedMotion: 'reduce' }],
  ])('passes axe, fits its window, and loads nothing from outside, %s', async (_, options) => {
    await withPage(options, async (page) => {
      const foreign: string[] = []
      page.on('request', (request) => {
        if (!/^(data:|http:\/\/127\.0\.0\.1)/.test(request.url())) foreign.push(request.url())
      })
      const blocked: string[] = []
      page.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) blocked.push(message.text())
      })
      const { payment_url, pidx } = await begin()
      await page.goto(payment_url)
      await expectGoodPage(page)
      await page.getByText('What else can happen').click()
      await expectGoodPage(page)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('alert').waitFor()
      await expectGoodPage(page)
      await page.getByLabel('Khalti ID').fill('9800000000')
      await page.getByLabel('MPIN').fill('1111')
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByLabel('One-time password (OTP)').waitFor()
      await expectGoodPage(page)
      simulator.pay(pidx)
      await page.goto(payment_url)
      await page.getByText('What else can happen').click()
      await page.getByRole('button', { name: 'Give this part back' }).click()
      await page.getByRole('alert').waitFor()
      await expectGoodPage(page)
      for (const address of [payment_url, '/payments', '/', '/?pidx=nope']) {
        await page.goto(new URL(address, payment_url).href)
        await expectGoodPage(page)
      }
      expect(foreign).toEqual([])
      expect(blocked).toEqual([])
    })
  })

  test('The pages fit a phone with letters of twice the size, and the list is still a table for screen readers', async () => {
    const { payment_url, pidx } = await start(simulator, { amount: 123_456_789 })
    simulator.pay(pidx)
    simulator.refund(pidx, 500)
    await withPage({ viewport: phone }, async (page) => {
      for (const address of [payment_url, '/payments']) {
        await page.goto(new URL(address, payment_url).href)
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        await expectGoodPage(page)
      }
      const row = page.getByRole('table').getByRole('row').filter({ hasText: pidx })
      expect(await row.getByRole('cell').last().textContent()).toMatch(/^Rs\u00a012,34,567\.89Partially Refunded\s/)
      expect(await page.getByRole('columnheader').allTextContents()).toEqual(['Order', 'Amount and state'])
    })
  })
})

const html = (body: string) => new Response(body, { headers: { 'content-type': 'text/html' } })
