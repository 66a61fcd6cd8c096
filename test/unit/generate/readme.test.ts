import { readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readmeText, relativeReadme, repositoryAddress } from '../../generate/readme.ts'

const repository = 'https://github.com/owner/name'
const text =
  '[a](docs/a.md#b) [c](https://docs.khalti.com) [d](#d) <img src="docs/e.webp"> <source srcset="docs/f.png">'

describe('the links of the README', () => {
  it('The README keeps relative links while package.json names no repository', () => {
    expect(readmeText(text, undefined)).toBe(text)
  })

  it('The README has absolute links to pages and pictures once package.json names a repository', () => {
    expect(readmeText(text, repository)).toBe(
      `[a](${repository}/blob/HEAD/docs/a.md#b) [c](https://docs.khalti.com) [d](#d) ` +
        `<img src="${repository}/raw/HEAD/docs/e.webp"> <source srcset="${repository}/raw/HEAD/docs/f.png">`,
    )
  })

  it('The links of the README are made once, and can be taken back', () => {
    const absolute = readmeText(text, repository)
    expect(readmeText(absolute, repository)).toBe(absolute)
    expect(relativeReadme(absolute, repository)).toBe(text)
  })

  it.each(['github:owner/name', { type: 'git', url: `git+${repository}.git` }, repository])(
    'The repository is read from package.json in every way that npm allows: %o',
    (written) => expect(repositoryAddress({ repository: written })).toBe(repository),
  )

  it('The picture of the README moves, and weighs less than 300 kB', () => {
    expect(statSync('docs/images/payment.webp').size).toBeLessThan(300_000)
    expect(readFileSync('docs/images/payment.webp').toString('latin1').split('ANMF').length).toBeGreaterThan(20)
  })
})
