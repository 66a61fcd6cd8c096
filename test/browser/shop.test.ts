import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium, whyNoChromium } from '../support/chromium.ts'
import { type BuiltExample, buildExample, type RunningExample, runExample } from '../support/example.ts'
import { startPostgres, whyNoPostgres } from '../support/postgres.ts'
import { type BrowserShop, withBrowser } from './shop/browser-shop.ts'
import { orderPage, payAtKhalti, said, shopAndLeave } from './shop/customer.ts'
import { describeEverybody } from './shop/everybody.ts'
import { describeFigures } from './shop/figures.ts'
import { describeHindrances } from './shop/hindrances.ts'
import { describePaying } from './shop/paying.ts'
import { describePictures } from './shop/pictures.ts'

const why = whyNoChromium()
const title = why ? `the shop: skipped, ${why}` : 'the shop in Chromium, as it is built'

describe.skipIf(why)(title, () => {
  let example: BuiltExample
  let running: RunningExample
  let browser: Browser
  let shop: BrowserShop

  beforeAll(async () => {
    example = await buildExample('examples/next-shop')
    running = await runExample(example)
    browser = await launchChromium()
    shop = withBrowser(running, browser)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await running?.close()
    await example?.remove()
  })

  test('The shop builds without a warning', () => {
    expect(example.warnings).toEqual([])
  })

  describePaying(() => shop)
  describeHindrances(() => shop)
  describeEverybody(() => shop)
  describeFigures(() => shop)
  describePictures(() => shop)

  const without = whyNoPostgres()
  test.skipIf(without)(
    `The shop keeps its data on a Postgres server${without ? `: skipped, ${without}` : ''}`,
    async () => {
      const postgres = await startPostgres()
      const moved = await runExample(example, { DATABASE_URL: postgres.url })
      try {
        await withBrowser(moved, browser).visit({}, async (page) => {
          const { orderId } = await shopAndLeave(page)
          await payAtKhalti(page)
          await said(page, 'Payment received')
          expect(await orderPage(page, orderId)).toEqual({ parcel: 'Parcel 1 is being packed.', payments: ['Paid'] })
        })
      } finally {
        await moved.close()
        await postgres.stop()
      }
    },
  )
})
