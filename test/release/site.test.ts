import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildSite } from '../generate/site/build.ts'
import { guides } from '../generate/site/guides.ts'
import { sequenceDiagram } from '../generate/site/sequence-diagram.ts'

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

describe('the documentation site', () => {
  beforeAll(async () => {
    await buildSite(folder)
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'))
    for (const name of names) pages.set(name, readFileSync(join(folder, name), 'utf8'))
  }, 240_000)

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
})

describe('a sequence diagram', () => {
  const lines = (...more: string[]) => ['sequenceDiagram', 'actor C as Customer', 'participant S', ...more].join('\n')

  it('A sequence diagram has its participants and its numbered messages, as text that can be read aloud', () => {
    const svg = sequenceDiagram(lines('autonumber', 'C->>S: order <7>', 'S->>S: read', 'S-->>C: link'))
    expect(svg).toContain('<title>Steps: 1. order &lt;7&gt;; 2. read; 3. link</title>')
    expect(svg.match(/class="arrow/g)).toHaveLength(3)
    expect(svg.match(/class="arrow dashed"/g)).toHaveLength(1)
    expect(svg).not.toContain('\n')
  })

  it('A diagram that cannot be drawn is refused', () => {
    expect(() => sequenceDiagram('flowchart TD\nA --> B')).toThrow('sequence diagrams only')
    expect(() => sequenceDiagram(lines('loop every minute'))).toThrow('cannot draw "loop every minute"')
  })
})
