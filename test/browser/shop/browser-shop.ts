import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { RunningExample } from '../../support/example.ts'

/** The shop, and a browser to shop with. */
export interface BrowserShop extends RunningExample {
  /** Runs `run` in a browser of its own, with cookies of its own. */
  visit(options: BrowserContextOptions, run: (page: Page, context: BrowserContext) => Promise<void>): Promise<void>
}

/** Brings a browser to a shop. */
export function withBrowser(shop: RunningExample, browser: Browser): BrowserShop {
  return { ...shop, visit: (options, run) => visit(browser, { baseURL: shop.url, ...options }, run) }
}

async function visit(
  browser: Browser,
  options: BrowserContextOptions,
  run: (page: Page, context: BrowserContext) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(120_000)
  try {
    await run(await context.newPage(), context)
  } finally {
    await context.close()
  }
}
