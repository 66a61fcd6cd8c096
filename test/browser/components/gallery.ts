import { readFile } from 'node:fs/promises'
import { build } from 'esbuild'
import type { Browser, BrowserContextOptions, Page, Route } from 'playwright-core'

export const pidx = 'bZQLD9wRVWo4CdESSfuSsB'
const answer = {
  pidx,
  orderId: 'A-42',
  orderName: 'Dhaka topi and 2 more',
  amount: 12_345_050,
  transactionId: undefined as string | undefined,
}

/** What the routes of the shop answer; undefined: nothing, for ever. */
export type Reply = { status?: number; json: object } | 'no connection' | undefined

/** One thing that a customer can see. */
export interface Sight {
  show: 'form' | 'status'
  filled?: boolean
  /** Whether Khalti's page closes again, as an in-app browser does. Then the reply is that of both routes. */
  closes?: boolean
  reply?: Reply
  /** What the customer does before one looks. */
  act?: (page: Page) => Promise<void>
}

const status = (outcome: string, more: object = {}): Sight => ({
  show: 'status',
  reply: { json: { ...answer, outcome, ...more } },
})
const submit = (page: Page) => page.locator('button[type=submit]').click()
const paidInApp = (outcome: string): Sight => ({
  show: 'form',
  filled: true,
  closes: true,
  reply: { json: { ...answer, outcome, payment_url: `https://pay.khalti.com/?pidx=${pidx}` } },
  async act(page) {
    await submit(page)
    await page.locator(`[data-phase=${outcome}]`).waitFor()
  },
})

/** Everything that the two components can show. */
export const sights: Record<string, Sight> = {
  form: { show: 'form', filled: true },
  'form-faults': {
    show: 'form',
    async act(page) {
      await page.locator('[name=email]').fill('sita')
      await page.locator('[name=phone]').fill('12')
      await submit(page)
      await page.locator('.khalti-error').first().waitFor()
    },
  },
  'form-busy': { show: 'form', filled: true, act: submit },
  'form-refused': {
    show: 'form',
    filled: true,
    reply: { status: 502, json: { error: 'Khalti cannot be reached right now. Please try again.', code: 'gateway' } },
    async act(page) {
      await submit(page)
      await page.locator('[data-phase=failed]').waitFor()
    },
  },
  'form-focus': {
    show: 'form',
    filled: true,
    act: (page) => page.keyboard.press('Tab').then(() => page.keyboard.press('Tab')),
  },
  'form-paid': paidInApp('paid'),
  'form-hold': paidInApp('hold'),
  'form-unpaid': paidInApp('unpaid'),
  checking: { show: 'status' },
  pending: status('pending'),
  paid: status('paid', { transactionId: 'GFq9PFS7b2iYvL8Lir9oXe' }),
  canceled: status('unpaid', { reason: 'canceled' }),
  refunded: status('refunded', { transactionId: 'GFq9PFS7b2iYvL8Lir9oXe' }),
  hold: status('hold', { reason: 'wrong-amount' }),
  offline: { show: 'status', reply: 'no connection' },
  unknown: { show: 'status', reply: { status: 404, json: { error: 'There is no such payment.', code: 'not-found' } } },
}

/** How a page that has the components may look. */
export interface Setting extends BrowserContextOptions {
  locale: 'en' | 'ne'
  /** The page's own sheet, behind the kit's. */
  css?: string
  /** What it says before the kit's. */
  first?: string
  /** Whether the kit's sheet is loaded. Default: true. */
  sheet?: boolean
  /** Attributes of the html element. */
  root?: string
  /** Whether developers look. Default: customers do. */
  development?: boolean
}

/** Opens sights on plain pages. */
export interface Gallery {
  look(sight: Sight, setting: Setting, see: (page: Page) => Promise<void>): Promise<void>
}

/** Makes a {@link Gallery}: the components as a bundler makes them. */
export async function openGallery(browser: Browser): Promise<Gallery> {
  const scripts = { production: await bundle('production'), development: await bundle('development') }
  const styles = await readFile('src/react/styles.css', 'utf8')
  return {
    async look(sight, setting, see) {
      const { locale, css, first, sheet, root, development, ...options } = setting
      const context = await browser.newContext({ ...options, baseURL: 'http://shop.test' })
      const script = scripts[development ? 'development' : 'production']
      try {
        const page = await context.newPage()
        await page.route('**/*', (route) => answerWith(route, sight, { html: html(setting, styles), script }))
        const flags = (['filled', 'closes'] as const).filter((flag) => sight[flag])
        await page.goto(`/?${['', ...flags].join('&')}&show=${sight.show}&locale=${locale}&pidx=${pidx}`)
        await page.locator('.khalti-form, .khalti-status').waitFor()
        if (sight.show === 'status' && sight.reply) {
          await page.locator('[data-phase]:not([data-phase=checking])').waitFor()
        }
        await sight.act?.(page)
        await see(page)
      } finally {
        await context.close()
      }
    },
  }
}

function html(setting: Setting, styles: string): string {
  const { locale, first = '', css = 'body { margin: 0.75rem }', sheet = true, root = '' } = setting
  return `<!doctype html><html lang="${locale}" ${root}><meta name="viewport" content="width=device-width">
    <title>Shop</title><style>${first}</style>${sheet ? `<style>${styles}</style>` : ''}<style>${css}</style>
    <body><main><h1 style="font-size: 1rem">Shop</h1><div id="app"></div></main><script src="/app.js"></script>`
}

async function answerWith(route: Route, { reply }: Sight, page: { html: string; script: string }): Promise<void> {
  const { pathname } = new URL(route.request().url())
  if (pathname === '/app.js') return route.fulfill({ contentType: 'text/javascript', body: page.script })
  if (!pathname.startsWith('/api/')) return route.fulfill({ contentType: 'text/html', body: page.html })
  if (reply === 'no connection') return route.abort()
  // Without a reply the shop never answers.
  if (reply) return route.fulfill({ status: reply.status ?? 200, json: reply.json })
}

/** The page of the gallery as a bundler makes it. */
export async function bundle(environment: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['test/browser/components/gallery.tsx'],
    alias: { 'khalti-kit/react': './src/react.ts' },
    bundle: true,
    write: false,
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': JSON.stringify(environment) },
  })
  return outputFiles[0]?.text ?? ''
}
