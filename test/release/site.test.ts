import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guides } from '../generate/site/guides.ts'
import { launchChromium, whyNoChromium } from '../support/chromium.ts'
import { expectGoodPage } from '../support/good-page.ts'
import { attributes, brokenLinks } from '../support/site-links.ts'

const folder = mkdtempSync(join(tmpdir(), 'khalti-kit-site-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Every page of the site by its path. */
const pages = new Map<string, string>()
const page = (path: string) => pages.get(path) ?? ''

/** A page of every kind, and those with what is hard to show: tables, diagrams, long names. */
const kinds: Record<string, string> = {
  'the first screen': 'index.html',
  'all guides': 'documentation.html',
  'a guide with a diagram': 'payment-flow.html',
  'a guide with headings that are errors': 'errors.html',
  'a guide with much code': 'databases.html',
  'a guide with wide tables': 'performance.html',
  'a guide with a table that has an empty corner': 'testing.html',
  'what can be imported': 'modules.html',
  Import: 'api/khalti-kit/checkout.html',
  Class: 'api/khalti-kit/KhaltiClient.html',
  Interface: 'api/khalti-kit/checkout/PaymentStore.html',
  'an interface that others extend': 'api/khalti-kit/browser/KhaltiOptions.html',
  Function: 'api/khalti-kit/sqlite/sqlitePayments.html',
  'Type Alias': 'api/khalti-kit/testing/MakeStore.html',
  Variable: 'api/khalti-kit/schemas/amountBreakdownRowSchema.html',
}

/** The levels of the headings of a page, below its bar. */
const levels = (html: string) =>
  [...(/<main>.*<\/main>/s.exec(html)?.[0] ?? '').matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level))

const why = whyNoChromium()

describe('the documentation site', () => {
  let browser: Browser
  afterAll(() => browser?.close())
  beforeAll(async () => {
    if (!why) browser = await launchChromium()
    // As `npm run docs` does, but elsewhere.
    await promisify(execFile)('npm', ['run', 'docs', '--', folder])
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'))
    for (const name of names) pages.set(name, readFileSync(join(folder, name), 'utf8'))
  }, 900_000)

  it('The site has every guide, in the order of docs/README.md', () => {
    const addresses = guides().map(({ path }) =>
      path
        .replace(/^docs\//, '')
        .replace(/\.md$/, '.html')
        .toLowerCase(),
    )
    for (const address of addresses.filter((one) => one !== 'readme.html')) expect([...pages.keys()]).toContain(address)
    const contents = attributes(page('documentation.html'), 'href')
    expect(contents).toEqual(expect.arrayContaining(['quick-start.html', 'errors.html', 'stability.html']))
  })

  it('The site has a page for every door', () => {
    const doors = readdirSync('src').filter((name) => /\.tsx?$/.test(name) && name !== 'index.ts')
    for (const door of doors) expect([...pages.keys()]).toContain(`api/khalti-kit/${door.replace(/\.tsx?$/, '.html')}`)
    expect(page('api/khalti-kit.html')).toContain('KhaltiClient')
  })

  it('The site has no link that leads nowhere', () => {
    const found = [...pages.keys()].map((path) => [path, brokenLinks({ folder, pages }, path)] as const)
    expect(found.filter(([, links]) => links.length > 0)).toEqual([])
    expect(pages.size).toBeGreaterThan(60)
  })

  it('The site has an entry under the name that an error carries', () => {
    expect(attributes(page('errors.html'), 'id')).toEqual(
      expect.arrayContaining(['api-not-found', 'connection-lost', 'checkout-already-paid', 'config']),
    )
  })

  it('Every page has the whole menu, open without a script: guides first, then what can be imported', () => {
    for (const [path, html] of pages) {
      const [, menu = ''] = /<nav class="menu-all"[^>]*>(.*?)<\/nav>/s.exec(html) ?? []
      const titles = [...menu.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title)
      expect(titles.at(0), path).toBe('Start here')
      expect(titles.at(-1), path).toBe('What you can import')
      expect(menu.indexOf('>Quick start<'), path).toBeGreaterThan(0)
      expect(menu.indexOf('>Quick start<'), path).toBeLessThan(menu.indexOf('>khalti-kit/checkout<'))
    }
    const isCurrent = (path: string, name: string) => page(path).includes(`aria-current="page">${name}</a>`)
    expect(isCurrent('errors.html', 'Errors, and what to do for each')).toBe(true)
    expect(isCurrent('api/khalti-kit/next/toNextRoute.html', 'toNextRoute')).toBe(true)
  })

  it('Every page but the first has crumbs that name it', () => {
    const last = (path: string) =>
      /aria-label="Breadcrumb">.*?<li aria-current="page">(.*?)<\/li>/s.exec(page(path))?.[1]
    expect(last('errors.html')).toBe('Errors, and what to do for each')
    expect(last('api/khalti-kit/next/toNextRoute.html')).toBe('toNextRoute')
  })

  it('Every guide leads to the one before and the one after it', () => {
    const neighbours = (path: string) => {
      const links = [...page(path).matchAll(/<a rel="(prev|next)" href="([^"]*)"/g)].map(([, way, href]) => [way, href])
      return Object.fromEntries(links)
    }
    expect(neighbours('documentation.html')).toEqual({ next: 'quick-start.html' })
    expect(neighbours('quick-start.html')).toEqual({ prev: 'documentation.html', next: 'checkout.html' })
    expect(neighbours('security.html')).toEqual({ prev: 'contributing.html' })
  })

  it('The first screen says what it is for and where to begin, and shows a payment', () => {
    const html = page('index.html')
    expect(html.match(/<h1/g)).toHaveLength(1)
    expect(html).toContain('<a class="primary" href="quick-start.html">Quick start</a>')
    expect(html).toMatch(/<img src="media\/[^"]*\.webp"/)
  })

  it('No heading of a page skips a level, and the title of a page is its only heading of the first', () => {
    for (const [path, html] of pages) {
      const [first, ...rest] = levels(html)
      expect(first, path).toBe(1)
      expect(
        rest.filter((level, index) => level > (rest[index - 1] ?? 1) + 1 || level === 1),
        path,
      ).toEqual([])
    }
  })

  it('The parts of a function come directly below its name, and those of a method below the method', () => {
    const below = (path: string, title: string) => new RegExp(`<h(\\d)[^>]*>${title}`).exec(page(path))?.[1]
    expect(below('api/khalti-kit/rupees.html', 'Parameters')).toBe('2')
    expect(below('api/khalti-kit/KhaltiClient.html', 'Parameters')).toBe('4')
    expect(below('api/khalti-kit/testing/MakeStore.html', 'Type Declaration')).toBe('2')
    expect(below('api/khalti-kit/testing/MakeStore.html', 'Parameters')).toBe('3')
  })

  it('No link stands in what opens and closes a part of a page', () => {
    const summaries = (html: string) => html.match(/<summary.*?<\/summary>/gs) ?? []
    expect([...pages].filter(([, html]) => summaries(html).some((one) => one.includes('<a ')))).toEqual([])
    expect(page('api/khalti-kit/KhaltiClient.html')).toMatch(/<\/summary><a href="#methods-1" aria-label="Permalink"/)
  })

  it('The pages that axe looks at are of every kind', () => {
    const api = [...pages].filter(([path]) => path.startsWith('api/'))
    const kindsOf = new Set(api.map(([, html]) => /<h1>(Type Alias|\w+)/.exec(html)?.[1]))
    expect(Object.keys(kinds)).toEqual(expect.arrayContaining([...kindsOf]))
    expect(kindsOf.size).toBeGreaterThan(5)
    for (const [kind, path] of Object.entries(kinds).filter(([kind]) => kindsOf.has(kind))) {
      expect(page(path)).toContain(`<h1>${kind} `)
    }
  })

  it('The site draws its diagrams', () => {
    expect(page('payment-flow.html')).toContain('<svg class="diagram"')
    expect([...pages].filter(([, html]) => html.includes('sequenceDiagram')).map(([path]) => path)).toEqual([])
  })

  it('The site can be searched, and serves what tools read', () => {
    expect(existsSync(join(folder, 'assets/search.js'))).toBe(true)
    for (const name of ['llms.txt', 'openapi.json']) {
      expect(readFileSync(join(folder, name), 'utf8')).toBe(readFileSync(`docs/${name}`, 'utf8'))
    }
    const text = readFileSync(join(folder, 'llms.txt'), 'utf8')
    const links = [...text.matchAll(/\]\(([^):]+)\)/g)].map(([, link = '']) => link)
    expect(links.length).toBeGreaterThan(10)
    expect(links.filter((link) => !existsSync(join(folder, link)))).toEqual([])
  })

  describe.skipIf(why)(why ? `skipped, ${why}` : 'in Chromium', () => {
    const address = (path: string) => pathToFileURL(join(folder, path)).href
    const faces = [390, 1280].flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({ width, scheme })))

    const isGuide = ({ pathname }: URL) => pathname.endsWith('.html') && !pathname.includes('/api/')

    async function searched({ width, scheme }: (typeof faces)[number] = { width: 1280, scheme: 'light' }) {
      const tab = await browser.newPage({ viewport: { width, height: 844 }, colorScheme: scheme, hasTouch: true })
      await tab.goto(address('api/khalti-kit/KhaltiClient.html'))
      await tab.locator('#tsd-search-trigger').click()
      await tab.locator('#tsd-search-input').fill('refund')
      await tab.getByRole('option').first().waitFor()
      return tab
    }

    it.each(faces)('The site fits a window of $width pixels in $scheme, and axe finds nothing', async (face) => {
      const viewport = { width: face.width, height: 844 }
      const tab = await browser.newPage({ viewport, colorScheme: face.scheme })
      for (const path of Object.values(kinds)) {
        await tab.goto(address(path))
        await expectGoodPage(tab)
      }
      await tab.goto(address('payment-flow.html'))
      expect(await tab.locator('svg.diagram').first().isVisible()).toBe(face.width > 600)
      expect(await tab.locator('.diagram-steps').first().isVisible()).toBe(face.width < 600)
      await tab.context().close()
    })

    it.each(faces)('axe finds nothing in the search, $width pixels wide in $scheme', async (face) => {
      const tab = await searched(face)
      await expectGoodPage(tab)
      await tab.context().close()
    })

    it('The search finds guides before names, and Enter leads there', async () => {
      const tab = await searched()
      await tab.keyboard.press('ArrowDown')
      await tab.keyboard.press('Enter')
      await tab.waitForURL(isGuide)
      await tab.context().close()
    })

    it('A result of the search is a link while a pointer is on it, and a tap leads there too', async () => {
      const tab = await searched()
      const first = tab.getByRole('option').first()
      await first.hover()
      expect(await first.locator('a').getAttribute('href')).toMatch(/\.html$/)
      await first.tap()
      await tab.waitForURL(isGuide)
      await tab.context().close()
    })

    it('A part of a page closes at its name, and its permalink leaves it open', async () => {
      const tab = await browser.newPage()
      await tab.goto(address('api/khalti-kit/KhaltiClient.html'))
      const methods = tab.locator('details:has(#methods-1)')
      const close = tab.locator('h3#close')
      await methods.getByRole('link', { name: 'Permalink' }).first().click()
      expect(new URL(tab.url()).hash).toBe('#methods-1')
      expect(await close.isVisible()).toBe(true)
      await methods.locator('summary').click()
      await close.waitFor({ state: 'hidden' })
      await tab.context().close()
    })

    it('The menu opens on a phone, with the page that is shown in it', async () => {
      const tab = await browser.newPage({ viewport: { width: 390, height: 844 } })
      await tab.goto(address('quick-start.html'))
      await tab.locator('#tsd-toolbar-menu-trigger').click()
      await tab.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Databases' }).click()
      await tab.waitForURL('**/databases.html')
      await tab.context().close()
    })
  })
})
