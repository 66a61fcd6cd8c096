import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { expectGoodPage } from '../../support/good-page.ts'
import type { BrowserShop } from './browser-shop.ts'
import { fillCart, leave, logIn, orderPage, payAtKhalti, payButton, said, sayWho, shopAndLeave } from './customer.ts'

/** Every page, for every eye and hand. */
export function describeEverybody(shop: () => BrowserShop) {
  describe('a customer without JavaScript', () => {
    test('A customer without JavaScript pays, and is told where to look', async () => {
      await shop().visit({ javaScriptEnabled: false }, async (page) => {
        const { orderId } = await shopAndLeave(page)
        await payAtKhalti(page)
        await page.getByRole('link', { name: 'See your orders' }).click()
        await page.waitForURL('**/orders')
        expect((await orderPage(page, orderId)).payments).toEqual(['Paid'])
      })
    })

    test('A payment that cannot be started leads to a page that says so', async () => {
      await shop().visit({ javaScriptEnabled: false }, async (page) => {
        await fillCart(page)
        await sayWho(page)
        shop().simulator.failNext({ kind: '502', on: 'initiate' })
        await payButton(page).click()
        await said(page, 'That did not work')
      })
    })
  })

  test.each([true, false])(
    'The shop turns to Nepali and back for a customer (JavaScript: %s)',
    async (javaScriptEnabled) => {
      await shop().visit({ javaScriptEnabled }, async (page) => {
        await fillCart(page)
        await page.getByRole('button', { name: 'नेपाली' }).click()
        await page.getByRole('button', { name: 'खल्तीबाट रु ८५०.०० तिर्नुहोस्' }).waitFor()
        expect(await page.locator('html').getAttribute('lang')).toBe('ne')
        await page.getByLabel('पूरा नाम').waitFor()
        await page.getByRole('button', { name: 'English' }).click()
        await payButton(page).waitFor()
      })
    },
  )

  test('A customer with a keyboard and no mouse pays', async () => {
    await shop().visit({}, async (page) => {
      await page.goto('/')
      await press(page, 'Add to cart: Sherpa hat')
      await page.waitForURL('**/cart')
      await press(page, 'Check out')
      await page.waitForURL('**/checkout/*')
      await tabTo(page, 'Full name')
      await page.keyboard.type('Maya Sherpa')
      await press(page, 'Pay Rs 650.00 with Khalti')
      await page.waitForURL(/\?pidx=/)
      await tabTo(page, 'Khalti ID')
      await page.keyboard.type('9800000002')
      await tabTo(page, 'MPIN')
      await page.keyboard.type('1111')
      await page.keyboard.press('Enter')
      await page.getByLabel('One-time password (OTP)').waitFor()
      await page.keyboard.type('987654')
      await page.keyboard.press('Enter')
      await said(page, 'Payment received')
      await press(page, 'See your order')
      await page.getByText(/^Parcel \d+ is being packed\.$/).waitFor()
    })
  })

  const phone = { width: 320, height: 640 }
  const eyes: [string, BrowserContextOptions][] = [
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['on a phone', { viewport: phone, hasTouch: true }],
    ['dark on a phone', { viewport: phone, hasTouch: true, colorScheme: 'dark' }],
    ['forced colours and less motion', { forcedColors: 'active', reducedMotion: 'reduce' }],
  ]
  test.each(eyes)('Axe finds nothing on any page, and none scrolls sideways (%s)', async (_, options) => {
    await shop().visit(options, async (page) => {
      for (const address of ['/', '/cart', '/orders', '/payment', '/payment/problem', '/nowhere']) {
        await page.goto(address)
        await expectGoodPage(page)
      }
      await page.goto('/')
      await page.getByRole('button', { name: 'Add to cart: Gunyo cholo' }).click()
      await page.getByRole('button', { name: 'Check out' }).waitFor()
      await expectGoodPage(page)
      const orderId = await fillCart(page, 'Haku patasi')
      await payButton(page).click()
      await page.getByText('Full name is missing.').waitFor()
      await expectGoodPage(page)
      await sayWho(page)
      const pidx = await leave(page)
      await expectGoodPage(page)
      await logIn(page, '2222')
      await page.getByRole('alert').waitFor()
      await expectGoodPage(page)
      await logIn(page)
      await page.getByLabel('One-time password (OTP)').waitFor()
      await expectGoodPage(page)
      await expectGoodStates(page, pidx)
      await page.goto('/orders')
      await expectGoodPage(page)
      await page.goto(`/orders/${orderId}`)
      await expectGoodPage(page)
    })
  })

  /** The return page, whatever becomes of the payment. */
  async function expectGoodStates(page: Page, pidx: string): Promise<void> {
    const { simulator } = shop()
    const states: [heading: string, happen: () => void][] = [
      ['Payment pending', () => simulator.answerWith(pidx, 'Pending')],
      ['Payment received', () => simulator.pay(pidx)],
    ]
    for (const [heading, happen] of states) {
      happen()
      await page.goto(`/payment?pidx=${pidx}`)
      await said(page, heading)
      await expectGoodPage(page)
    }
    await page.goto('/payment?pidx=bZQLD9wRVWo4CdESSfuSsB')
    await said(page, 'Payment not checked')
    await expectGoodPage(page)
  }
}

/** Tabs to what has this name, and presses Enter. */
async function press(page: Page, name: string): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press('Enter')
}

async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab')
    const focused = page.locator(':focus')
    const names = await focused.evaluateAll((elements) =>
      elements.flatMap((element) => [
        element.getAttribute('aria-label'),
        element.textContent,
        ...[...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent),
      ]),
    )
    if (names.some((one) => one?.trim() === name)) return
  }
  throw new Error(`Tab does not come to "${name}" on ${page.url()}.`)
}
