import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildSite } from '../generate/site/build.ts'
import { guides } from '../generate/site/guides.ts'
import { launchChromium, whyNoChromium } from '../support/chromium.ts'
import { expectGoodPage } from '../support/good-page.ts'

const folder = mkdtempSync(join(tmpdir(), 'khalti-kit-site-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Every page of the site by its path. */
const pages = new Map<string, string>()
const page = (path: string) => pages.get(path) ?? ''
const attributes = (html: string, name: string) =>
  [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))].map(([, value = '']) => value.replace(/&amp;/g, '&'))

/** The links of a page that lead nowhere: to no file, or to no such place on a page. */
function broken(path: string): string[] {
  const own = [...attributes(page(path), 'href'), ...attributes(page(path), 'src')]
  return own.filter((link) => !/^([a-z][a-z+.-]*:|\/\/)/i.test(link) && !leadsSomewhere(path, link))
}

function leadsSomewhere(path: string, link: string): boolean {
  const [file = '', anchor] = link.split('#').map(decodeURIComponent)
  const target = file === '' ? path : posix.join(posix.dirname(path), file.replace(/\?.*$/, ''))
  const html = pages.get(target)
  if (html === undefined) return existsSync(join(folder, target))
  return !anchor || attributes(html, 'id').includes(anchor) || attributes(html, 'name').includes(anchor)
}

const why = whyNoChromium()

describe('the documentation site', () => {
  let browser: Browser
  afterAll(() => browser?.close())
  beforeAll(async () => {
    if (!why) browser = await launchChromium()
    await buildSite(folder)
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
    const found = [...pages.keys()].map((path) => [path, broken(path)] as const).filter(([, links]) => links.length > 0)
    expect(found).toEqual([])
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

    it.each(faces)('The site fits a window of $width pixels in $scheme, and axe finds nothing', async (face) => {
      const viewport = { width: face.width, height: 844 }
      const tab = await browser.newPage({ viewport, colorScheme: face.scheme })
      for (const path of ['index.html', 'documentation.html', 'payment-flow.html', 'errors.html', 'databases.html']) {
        await tab.goto(address(path))
        await expectGoodPage(tab)
      }
      await tab.goto(address('payment-flow.html'))
      expect(await tab.locator('svg.diagram').first().isVisible()).toBe(face.width > 600)
      expect(await tab.locator('.diagram-steps').first().isVisible()).toBe(face.width < 600)
      await tab.context().close()
    })

    it('The search finds guides before names', async () => {
      const tab = await browser.newPage()
      await tab.goto(address('index.html'))
      await tab.locator('#tsd-search-trigger').click()
      await tab.locator('#tsd-search-input').fill('refund')
      const first = tab.locator('#tsd-search-results a').first()
      expect(await first.getAttribute('href')).toMatch(/^(\.\/|file:.*\/)?[a-z-]+\.html/)
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
