import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { whyNoKhaltiPage } from '../support/chromium.ts'
import { inPage, type KhaltiInBrowser, openExpressShop, openKhalti } from './express-shop.ts'
import { payAtKhalti } from './shop/customer.ts'

const [, section = ''] = readFileSync('docs/browser.md', 'utf8').split('## jQuery and htmx')
const [jquery = '', htmx = ''] = [...section.matchAll(/```html\n([\s\S]*?)```/g)].map(([, code]) => code)

/** A page with the lines of docs/browser.md below a library, which stands in the page itself. */
function pageOf(library: string, lines: string): string {
  const script = readFileSync(`node_modules/${library}`, 'utf8').replaceAll('</script', '<\\/script')
  return `<!doctype html><title>Topi</title><link rel="icon" href="data:,"><script>${script}</script>${lines}`
}

const libraries: [name: string, library: string, lines: string][] = [
  ['jQuery 4', 'jquery/dist/jquery.js', jquery],
  ['htmx 2', 'htmx.org-2/dist/htmx.js', htmx],
  ['htmx 4', 'htmx.org/dist/htmx.js', htmx],
]

const why = whyNoKhaltiPage()
const title = why ? `the lines of docs/browser.md: skipped, ${why}` : 'the lines of docs/browser.md, in Chromium'

describe.skipIf(why)(title, { timeout: 60_000 }, () => {
  let khalti: KhaltiInBrowser
  beforeAll(async () => {
    khalti = await openKhalti()
  })
  afterAll(() => khalti?.close())

  test.each(libraries)('A customer pays by the lines for %s', async (_name, library, lines) => {
    const shop = await openExpressShop(khalti.simulator, pageOf(library, lines))
    try {
      await inPage(khalti.browser, async (page, said) => {
        await page.goto(shop.url)
        await page.getByRole('button', { name: 'Pay with Khalti' }).click()
        await page.waitForURL('https://test-pay.khalti.com/?pidx=*')
        await payAtKhalti(page)
        await page.waitForURL(`${shop.url}/thanks?outcome=paid`)
        expect(said.filter((text) => /error|refused|blocked/i.test(text))).toEqual([])
      })
      expect(shop.fulfilled).toEqual(['A-42'])
    } finally {
      await shop.close()
    }
  })

  test('The lines for jQuery show why the shop refuses', async () => {
    const shop = await openExpressShop(
      khalti.simulator,
      pageOf('jquery/dist/jquery.js', jquery.replace("orderId: 'A-42'", "orderId: 'gone'")),
    )
    try {
      await inPage(khalti.browser, async (page) => {
        await page.goto(shop.url)
        await page.getByRole('button').click()
        await page.getByRole('status').filter({ hasText: 'There is no such order.' }).waitFor()
        expect(page.url()).toBe(`${shop.url}/`)
      })
    } finally {
      await shop.close()
    }
  })
})
