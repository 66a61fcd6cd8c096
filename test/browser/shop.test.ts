import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BrowserShop, openBrowserShop } from '../support/browser-shop.ts'
import { whyNoChromium } from '../support/chromium.ts'
import { describeEverybody } from './shop/everybody.ts'
import { describeHindrances } from './shop/hindrances.ts'
import { describePaying } from './shop/paying.ts'
import { describePictures } from './shop/pictures.ts'

const why = whyNoChromium()
const title = why ? `the shop: skipped, ${why}` : 'the shop in Chromium, as it is built'

describe.skipIf(why)(title, { timeout: 90_000 }, () => {
  let shop: BrowserShop

  beforeAll(async () => {
    shop = await openBrowserShop('examples/next-shop')
  }, 300_000)
  afterAll(() => shop?.close())

  test('builds without a warning', () => {
    expect(shop.built).not.toMatch(/warn|error|⚠|deprecat/i)
  })

  describePaying(() => shop)
  describeHindrances(() => shop)
  describeEverybody(() => shop)
  describePictures(() => shop)
})
