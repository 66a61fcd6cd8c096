import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/**
 * axe finds nothing to say against the page, and it does not scroll sideways. With SCREENSHOTS=1 a picture of it goes to
 * `.tmp/screens`, for a person who compares.
 */
export async function expectGoodPage(page: Page): Promise<void> {
  if (process.env.SCREENSHOTS === '1') await keepPicture(page)
  await page.evaluate(axe.source)
  const violations = await page.evaluate(async () => {
    const found = await (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] })
    return found.violations.map(({ id, nodes }) => ({ id, at: nodes.map((node) => node.html) }))
  })
  expect({ url: page.url(), violations }).toEqual({ url: page.url(), violations: [] })
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
}

let pictures = 0

/** Named after the page, its language, its width and its theme, in the order in which they came. */
async function keepPicture(page: Page): Promise<void> {
  const [language, scheme] = await page.evaluate(() => {
    const { matches: isForced } = matchMedia('(forced-colors: active)')
    const { matches: isDark } = matchMedia('(prefers-color-scheme: dark)')
    return [document.documentElement.lang, isForced ? 'forced' : isDark ? 'dark' : 'light']
  })
  const place = new URL(page.url()).pathname.replace(/[^\w-]+/g, '-').slice(-60)
  pictures += 1
  const name = [String(pictures).padStart(3, '0'), place, language, page.viewportSize()?.width, scheme].join('_')
  await page.screenshot({ path: `.tmp/screens/${process.pid}-${name}.png`, fullPage: true })
}
