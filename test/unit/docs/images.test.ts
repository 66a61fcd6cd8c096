import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('Every picture of the docs is shown on a page', () => {
  const docs = readdirSync('docs').map((name) => `docs/${name}`)
  const pages = ['README.md', 'examples/next-shop/README.md', ...docs].filter((path) => path.endsWith('.md'))
  const shown = pages.flatMap((page) => readFileSync(page, 'utf8').match(/(?<=images\/)[\w-]+\.\w+/g) ?? [])
  expect(readdirSync('docs/images').filter((picture) => !shown.includes(picture))).toEqual([])
})
