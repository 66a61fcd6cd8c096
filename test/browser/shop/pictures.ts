import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { BrowserShop } from './browser-shop.ts'
import { fillCart, leave, logIn, payAtKhalti, said, sayWho, shopAndLeave } from './customer.ts'

const picture = (name: string) => fileURLToPath(new URL(`../../../docs/images/${name}.png`, import.meta.url))
const size = { width: 1000, height: 720 }

/** Takes the pictures of README and docs, with SCREENSHOTS=1 only: two runs never give the same bytes. */
export function describePictures(shop: () => BrowserShop) {
  if (process.env.SCREENSHOTS !== '1') return
  describe('the pictures of the docs', () => {
    test('takes the pictures of the README', async () => {
      await shop().visit({ viewport: size }, async (page) => {
        const shoot = async (name: string) => {
          await page.waitForLoadState('networkidle')
          const { length } = await page.screenshot({ path: picture(name) })
          expect(length).toBeLessThan(150_000)
        }
        await page.goto('/')
        await shoot('shop')
        await page.getByRole('button', { name: 'Add to cart: Pashmina shawl' }).click()
        await page.waitForURL('**/cart')
        await fillCart(page)
        await sayWho(page)
        await shoot('checkout')
        await leave(page)
        await shoot('simulator')
        await payAtKhalti(page)
        await said(page, 'Payment received')
        await shoot('paid')
      })
      await shop().visit({ viewport: size, colorScheme: 'dark' }, async (page) => {
        await shopAndLeave(page, 'Haku patasi')
        await payAtKhalti(page)
        await said(page, 'Payment received')
        await shopAndLeave(page, 'Sherpa hat')
        await page.getByRole('button', { name: 'Cancel payment' }).click()
        await said(page, 'Payment canceled')
        await shopAndLeave(page, 'Daura suruwal')
        await page.goto('/orders')
        await page.screenshot({ path: picture('orders-dark') })
      })
      await shop().visit({ viewport: { width: 360, height: 720 } }, async (page) => {
        await fillCart(page, 'Gunyo cholo')
        await sayWho(page)
        await page.screenshot({ path: picture('checkout-phone') })
        await leave(page)
        await logIn(page)
        await page.getByLabel('One-time password (OTP)').waitFor()
        await page.screenshot({ path: picture('simulator-phone') })
      })
    })
  })
}
