import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { BrowserShop } from './browser-shop.ts'
import { fillCart, leave, orderPage, payAtKhalti, payButton, said, sayWho, shopAndLeave } from './customer.ts'

const initiate = '**/api/khalti/initiate'

/** What browsers, networks and people do. */
export function describeHindrances(shop: () => BrowserShop) {
  const paymentsOf = (orderId: string) =>
    shop()
      .simulator.payments()
      .filter((payment) => payment.purchase_order_id === orderId)

  describe('an impatient customer', () => {
    test('A double click starts one payment', async () => {
      await shop().visit({}, async (page) => {
        const orderId = await fillCart(page)
        await sayWho(page)
        let asked = 0
        page.on('request', (request) => {
          if (request.url().endsWith('/api/khalti/initiate')) asked += 1
        })
        await payButton(page).dblclick()
        await page.waitForURL(/\?pidx=/)
        expect(asked).toBe(1)
        expect(paymentsOf(orderId)).toHaveLength(1)
      })
    })

    test('A customer who pays in one of two tabs gets one parcel', async () => {
      await shop().visit({}, async (page, context) => {
        const orderId = await fillCart(page)
        const tabs = [page, await context.newPage()] as const
        await tabs[1].goto(page.url())
        for (const tab of tabs) await sayWho(tab)
        const [one, other] = await Promise.all(tabs.map((tab) => leave(tab)))
        expect(other).toBe(one)
        await payAtKhalti(tabs[1])
        await said(tabs[1], 'Payment received')
        await tabs[0].reload()
        await said(tabs[0], 'Already paid')
        await tabs[0].goBack()
        await tabs[0].reload()
        await tabs[0].waitForURL(`**/orders/${orderId}`)
        expect((await orderPage(page, orderId)).payments).toEqual(['Paid'])
      })
    })

    test('The pay button is ready again after the back button', async () => {
      await shop().visit({}, async (page) => {
        const { orderId, pidx } = await shopAndLeave(page)
        await page.goBack()
        await page.waitForURL(`**/checkout/${orderId}`)
        expect(await payButton(page).getAttribute('aria-disabled')).toBe('false')
        await sayWho(page)
        expect(await leave(page)).toBe(pidx)
      })
    })

    test('A checkout page that was left open says that the order is paid', async () => {
      await shop().visit({}, async (page, context) => {
        const orderId = await fillCart(page)
        const other = await context.newPage()
        await other.goto(page.url())
        await sayWho(other)
        await leave(other)
        await payAtKhalti(other)
        await said(other, 'Payment received')
        await sayWho(page)
        await payButton(page).click()
        await expect.poll(() => message(page)).toMatch(/paid/)
        expect(paymentsOf(orderId)).toHaveLength(1)
      })
    })
  })

  describe('a bad network', () => {
    test('The button says that the network is slow, and keeps the focus', async () => {
      await shop().visit({}, async (page) => {
        await fillCart(page)
        await sayWho(page)
        let answer = () => {}
        const answered = new Promise<void>((resolve) => {
          answer = resolve
        })
        await page.route(initiate, async (route) => {
          await answered
          await route.continue()
        })
        await payButton(page).focus()
        await page.keyboard.press('Enter')
        await page.getByText('Opening Khalti…').waitFor()
        expect(await payButton(page).getAttribute('aria-disabled')).toBe('true')
        expect(await payButton(page).evaluate((button) => button === button.ownerDocument.activeElement)).toBe(true)
        answer()
        await page.waitForURL(/\?pidx=/)
      })
    })

    test('The customer hears that the network failed, and the second try works', async () => {
      await shop().visit({}, async (page) => {
        await fillCart(page)
        await sayWho(page)
        await page.route(initiate, (route) => route.abort(), { times: 1 })
        await payButton(page).click()
        await page.getByText('No connection. Please try again.').waitFor()
        await leave(page)
      })
    })

    test('The customer hears that Khalti cannot be reached, and the second try works', async () => {
      await shop().visit({}, async (page) => {
        await fillCart(page)
        await sayWho(page)
        shop().simulator.failNext({ kind: '502', on: 'initiate' })
        await payButton(page).click()
        await expect.poll(() => message(page)).toMatch(/Khalti/)
        await leave(page)
      })
    })

    test('The payment page keeps asking until it knows', async () => {
      await shop().visit({}, async (page) => {
        const { orderId } = await shopAndLeave(page)
        await page.route('**/api/khalti/status**', (route) => route.abort(), { times: 2 })
        // The return route asks once, so the status route is left with none of these.
        shop().simulator.failNext({ kind: '502', on: 'lookup' })
        await payAtKhalti(page)
        await said(page, 'Payment not checked')
        await said(page, 'Payment received')
        expect((await orderPage(page, orderId)).payments).toEqual(['Paid'])
      })
    })

    test('The payment page turns from pending to paid by itself', async () => {
      await shop().visit({}, async (page) => {
        const { pidx } = await shopAndLeave(page)
        shop().simulator.answerWith(pidx, 'Pending')
        await page.goto(`/payment?pidx=${pidx}`)
        await said(page, 'Payment pending')
        shop().simulator.pay(pidx)
        await said(page, 'Payment received')
      })
    })
  })
}

const message = (page: Page) => page.locator('.khalti-message').textContent()
