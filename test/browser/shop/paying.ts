import { describe, expect, test } from 'vitest'
import type { BrowserShop } from './browser-shop.ts'
import {
  confirm,
  fillCart,
  leave,
  logIn,
  orderPage,
  payAtKhalti,
  payButton,
  said,
  sayWho,
  shopAndLeave,
} from './customer.ts'

/** From the cart to the parcel, and all the ways that do not lead there. */
export function describePaying(shop: () => BrowserShop) {
  const packed = /^Parcel \d+ is being packed\.$/
  const kept = 'We pack it once it is paid.'
  const atKhalti = (pidx: string) =>
    shop()
      .simulator.payments()
      .find((payment) => payment.pidx === pidx)

  describe('a customer', () => {
    test('The parcel is packed once the customer has paid', async () => {
      await shop().visit({}, async (page) => {
        const { orderId, pidx } = await shopAndLeave(page)
        await payAtKhalti(page)
        await said(page, 'Payment received')
        expect(atKhalti(pidx)).toMatchObject({ status: 'Completed', amount: 85_000 })
        await page.getByRole('link', { name: 'See your order' }).click()
        await page.waitForURL(`**/orders/${orderId}`)
        expect(await orderPage(page, orderId)).toEqual({ parcel: expect.stringMatching(packed), payments: ['Paid'] })
      })
    })

    test('A customer who canceled pays with a new link', async () => {
      await shop().visit({}, async (page) => {
        const { orderId, pidx } = await shopAndLeave(page)
        await page.getByRole('button', { name: 'Cancel payment' }).click()
        await said(page, 'Payment canceled')
        expect((await orderPage(page, orderId)).parcel).toBe(kept)
        await page.goto(`/payment?pidx=${pidx}`)
        await page.getByRole('link', { name: 'Try again' }).click()
        await sayWho(page)
        expect(await leave(page)).not.toBe(pidx)
        await payAtKhalti(page)
        await said(page, 'Payment received')
        expect((await orderPage(page, orderId)).payments).toEqual(['Paid', 'Not paid'])
      })
    })

    test('A customer whose link expired pays with a new one', async () => {
      await shop().visit({}, async (page) => {
        const { orderId, pidx } = await shopAndLeave(page)
        shop().simulator.expire(pidx)
        await page.reload()
        await said(page, 'This link has expired')
        await page.goto(`/payment?pidx=${pidx}`)
        await said(page, 'Payment expired')
        await page.getByRole('link', { name: 'Try again' }).click()
        await sayWho(page)
        expect(await leave(page)).not.toBe(pidx)
        await payAtKhalti(page)
        await said(page, 'Payment received')
        expect((await orderPage(page, orderId)).parcel).toMatch(packed)
      })
    })

    test('A customer who mistypes MPIN and OTP pays all the same', async () => {
      await shop().visit({}, async (page) => {
        const { orderId } = await shopAndLeave(page)
        await logIn(page, '2222')
        await page.getByRole('alert').waitFor()
        await logIn(page)
        await confirm(page, '123456')
        await page.getByRole('alert').waitFor()
        await confirm(page)
        await said(page, 'Payment received')
        expect((await orderPage(page, orderId)).parcel).toMatch(packed)
      })
    })

    test('Reconcile finds the payment of a customer who closed the tab', async () => {
      await shop().visit({}, async (page, context) => {
        const { orderId, pidx } = await shopAndLeave(page)
        await logIn(page)
        // Khalti gets the OTP, and nobody is there to hear the answer.
        await page.route(page.url(), async (route) => {
          await route.fetch({ maxRedirects: 0 })
          await route.abort()
        })
        await confirm(page)
        await expect.poll(() => atKhalti(pidx)?.status).toBe('Completed')
        await page.close()
        const later = await context.newPage()
        expect(await orderPage(later, orderId)).toEqual({ parcel: kept, payments: ['Waiting for Khalti'] })
        expect((await shop().reconcile()).paid).toBeGreaterThanOrEqual(1)
        expect(await orderPage(later, orderId)).toEqual({ parcel: expect.stringMatching(packed), payments: ['Paid'] })
      })
    })
  })

  describe('somebody who does not pay', () => {
    test('A return address typed by hand gets no parcel', async () => {
      await shop().visit({}, async (page) => {
        const { orderId, pidx } = await shopAndLeave(page)
        const claim = `pidx=${pidx}&status=Completed&transaction_id=4H7AhoXDJWg5WjrcPT9ixW&amount=85000&total_amount=85000`
        await page.goto(`/api/khalti/return?${claim}&purchase_order_id=${orderId}`)
        await said(page, 'Payment pending')
        await page.goto(`/payment?${claim}`)
        await said(page, 'Payment pending')
        expect(await orderPage(page, orderId)).toEqual({ parcel: kept, payments: ['Waiting for Khalti'] })
        await page.goto('/api/khalti/return?pidx=bZQLD9wRVWo4CdESSfuSsB&status=Completed')
        await said(page, 'That did not work')
      })
    })

    test('A customer cannot set the price', async () => {
      await shop().visit({}, async (page) => {
        await fillCart(page, 'Pashmina shawl')
        await sayWho(page)
        await page.locator('form.khalti-form').evaluate((form) => {
          for (const name of ['amount', 'total', 'unitPrice']) {
            const input = form.ownerDocument.createElement('input')
            Object.assign(input, { type: 'hidden', name, value: '1000' })
            form.append(input)
          }
        })
        expect(atKhalti(await leave(page))).toMatchObject({ amount: 450_000 })
      })
    })

    test('A customer sees no order of another one, and cannot pay it', async () => {
      let orderId = ''
      await shop().visit({}, async (page) => {
        orderId = await fillCart(page)
      })
      await shop().visit({}, async (page) => {
        for (const place of ['checkout', 'orders']) {
          expect((await page.goto(`/${place}/${orderId}`))?.status()).toBe(404)
        }
        await fillCart(page)
        await sayWho(page)
        await page.locator('input[name=orderId]').evaluate((input, id) => input.setAttribute('value', id), orderId)
        await payButton(page).click()
        await page.getByText('This is none of your orders.').waitFor()
      })
    })
  })
}
