import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { relativeReadme } from '../../generate/readme.ts'
import { compileBlocks } from '../../support/compile-blocks.ts'
import { anchors, codeBlocks, copiedFiles, type Page, relativeLinks, tsdocExamples } from '../../support/markdown.ts'

const read = (path: string): Page => ({ path, text: readFileSync(path, 'utf8') })
const below = (folder: string, ending: RegExp) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => read(`${folder}/${name}`))

const readme = { path: 'README.md', text: relativeReadme(read('README.md').text) }
const pages = [readme, ...['CONTRIBUTING.md', 'SECURITY.md'].map(read), ...below('docs', /\.md$/)]
const sources = below('src', /\.tsx?$/)

describe('the documentation', () => {
  it('The code in README, docs and TSDoc compiles', () => {
    const blocks = [...pages.flatMap(codeBlocks), ...sources.flatMap(tsdocExamples)]
    expect(blocks.length).toBeGreaterThan(30)
    expect(compileBlocks(blocks)).toEqual([])
  })

  it('The examples in the docs are copies of the files they name', () => {
    const copies = pages.flatMap(copiedFiles)
    expect(copies.length).toBeGreaterThan(0)
    for (const { path, line, file, code } of copies) expect(code, `${path}:${line}`).toBe(read(file).text.trimEnd())
  })

  it('The page of threats names tests that exist', () => {
    const tests = [...below('test', /\.test\.tsx?$/), ...below('test/attacks', /\.ts$/)]
      .map(({ text }) => text)
      .join('\n')
    const titles = [...read('docs/threats.md').text.matchAll(/\| "(.*?)" *\|$/gm)].map(([, title = '']) => title)
    expect(titles.length).toBeGreaterThan(20)
    expect(titles.filter((title) => !tests.includes(title))).toEqual([])
  })

  it('The docs link to pages and headings that exist', () => {
    expect(pages.flatMap((page) => brokenLinks(page))).toEqual([])
  })
})

function brokenLinks(page: Page): string[] {
  return relativeLinks(page)
    .filter(({ target, anchor }) => !isThere(target, anchor))
    .map(({ line, target, anchor }) => `${page.path}:${line} ${target}${anchor === undefined ? '' : `#${anchor}`}`)
}

function isThere(target: string, anchor: string | undefined): boolean {
  if (!existsSync(target)) return false
  return anchor === undefined || anchors(read(target)).has(anchor)
}

const page = (...lines: string[]): Page => ({ path: 'docs/page.md', text: lines.join('\n') })

describe('a block that does not compile', () => {
  it('A block that does not compile is named with its page and line', () => {
    const pageOfFaults = page(
      'Text.',
      '```ts',
      "import { rupees } from 'khalti-kit'",
      'export const a: string = rupees(1)',
      '```',
      '```ts',
      "import { noSuchName } from 'khalti-kit'",
      '```',
      '```ts',
      "import type { KhaltiClientOptions } from 'khalti-kit'",
      '',
      'export const b: KhaltiClientOptions = { timeout: 1 }',
      '```',
      '```ts',
      'const c = (',
      '```',
      '```tsx',
      "import { rupees } from 'khalti-kit'",
      'export const d = <p>{rupees(1)}</p>',
      '```',
      '```bash',
      'not TypeScript',
      '```',
    )
    const lines = compileBlocks(codeBlocks(pageOfFaults)).map((fault) => fault.split(' ')[0])
    expect([...new Set(lines)]).toEqual(['docs/page.md:4', 'docs/page.md:7', 'docs/page.md:12', 'docs/page.md:15'])
  })

  it('A block in TSDoc is found with a fence and without', () => {
    const text = [
      '/**',
      ' * Explained.',
      ' *',
      ' * @example',
      ' * a()',
      ' */',
      '/**',
      ' * @example',
      ' * ```ts',
      ' * b()',
    ]
    const examples = tsdocExamples({
      path: 'src/a.ts',
      text: [...text, ' * ```', ' *', ' * @returns c', ' */'].join('\n'),
    })
    expect(examples.map(({ line, code }) => [line, code.trim()])).toEqual([
      [5, 'a()'],
      [10, 'b()'],
    ])
  })

  it('A fence that is never closed is refused', () => {
    expect(() => codeBlocks(page('```ts', 'a()'))).toThrow('never closed')
  })
})

describe('links', () => {
  it('A link finds headings under the names that GitHub gives them', () => {
    const headings = [
      '# `api`',
      '## api: not-found',
      '## Twice',
      '## Twice',
      '```',
      '# no heading',
      '```',
      '## पैसा, Rs 10?',
    ]
    expect([...anchors(page(...headings))]).toEqual(['api', 'api-not-found', 'twice', 'twice-1', 'पैसा-rs-10'])
  })

  it.each([
    ['a page that does not exist', '[a](no-such-page.md)', 'docs/page.md:1 docs/no-such-page.md'],
    ['a heading that does not exist', '[a](../README.md#no-such-heading)', 'docs/page.md:1 README.md#no-such-heading'],
    ['a reference to nowhere', '[a]: ./nowhere.md', 'docs/page.md:1 docs/nowhere.md'],
  ])('The check of links finds %s', (_what, text, fault) => expect(brokenLinks(page(text))).toEqual([fault]))

  it('The check of links leaves other sites, code and the page itself alone', () => {
    const text = ['[a](https://docs.khalti.com/) `[b](c.md)`', '```md', '[d](e.md)', '```', '[f](#g)']
    expect(relativeLinks(page(...text))).toEqual([{ line: 5, target: 'docs/page.md', anchor: 'g' }])
  })
})
