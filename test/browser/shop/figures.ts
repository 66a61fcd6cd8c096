import type { Page, Response } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { BrowserShop } from './browser-shop.ts'
import { fillCart, sayWho, shopAndLeave } from './customer.ts'

/** What a file weighs on its way, at the most. */
const heaviest = 100_000

/** What a measuring tool says of the pages: nothing jumps, and nothing of ours is heavy. */
export function describeFigures(shop: () => BrowserShop) {
  describe('the pages of the shop, measured', () => {
    test.each([1280, 390])('Nothing jumps while a page of the shop loads, %i pixels wide', async (width) => {
      await shop().visit({ viewport: { width, height: 844 } }, async (page) => {
        await page.addInitScript(recordShifts)
        await fillCart(page)
        expect(await shifts(page)).toEqual([])
        for (const address of ['/', '/cart', '/orders', '/payment']) {
          await page.goto(address, { waitUntil: 'networkidle' })
          expect(await shifts(page)).toEqual([])
        }
      })
    })

    test('The return page keeps its place while it asks how a payment went', async () => {
      await shop().visit({ viewport: { width: 390, height: 844 } }, async (page) => {
        await page.addInitScript(recordShifts)
        const { pidx } = await shopAndLeave(page)
        shop().simulator.pay(pidx)
        await page.goto(`/payment?pidx=${pidx}`)
        await page.getByText('Payment received').waitFor()
        await page.waitForLoadState('networkidle')
        // The receipt and the next step come below what stands there already.
        expect(await shifts(page)).toEqual([])
      })
    })

    test('No file with code or styles of ours weighs more than 100 kB on its way, and no picture does', async () => {
      await shop().visit({}, async (page) => {
        const seen: Response[] = []
        page.on('response', (response) => seen.push(response))
        await fillCart(page)
        await sayWho(page)
        const weighed: { path: string; bytes: number }[] = []
        for (const response of seen) {
          const { responseBodySize: bytes } = await response.request().sizes()
          const body = await response.text().catch(() => '')
          const isOurs = /khalti|\.(png|webp|jpg|svg)$/i.test(body + new URL(response.url()).pathname)
          if (isOurs) weighed.push({ path: new URL(response.url()).pathname, bytes })
        }
        expect(weighed.length).toBeGreaterThan(3)
        expect(weighed.filter(({ bytes }) => bytes > heaviest)).toEqual([])
      })
    })
  })
}

/** Runs before a page's own scripts. A shift right after a key or a click was asked for, and does not count. */
function recordShifts(): void {
  const found: string[] = []
  Object.assign(globalThis, { shiftsFound: found })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number
      hadRecentInput: boolean
      sources: { node?: Element }[]
    })[]) {
      if (!entry.hadRecentInput)
        found.push(
          `${entry.value.toFixed(4)} ${entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 80)).join(' | ')}`,
        )
    }
  }).observe({ type: 'layout-shift', buffered: true })
}

const shifts = (page: Page) => page.evaluate(() => (globalThis as unknown as { shiftsFound: string[] }).shiftsFound)
