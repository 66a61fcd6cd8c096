import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { BrowserShop } from './browser-shop.ts'
import { fillCart, leave, payAtKhalti, said, sayWho } from './customer.ts'

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
    })
  })
}
