import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** axe finds nothing to say against the page, and it does not scroll sideways. */
export async function expectGoodPage(page: Page): Promise<void> {
  await page.evaluate(axe.source)
  const violations = await page.evaluate(async () => {
    const found = await (globalThis as unknown as { axe: typeof axe }).axe.run()
    return found.violations.map(({ id, nodes }) => ({ id, at: nodes.map((node) => node.html) }))
  })
  expect({ url: page.url(), violations }).toEqual({ url: page.url(), violations: [] })
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
}
