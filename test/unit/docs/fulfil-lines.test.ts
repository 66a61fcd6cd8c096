import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** The README, the pages and the examples: what shops copy. */
function copied(): { path: string; text: string }[] {
  const below = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`)
  const isText = (path: string) => /\.(md|[cm]?[jt]sx?)$/.test(path) && !path.includes('/node_modules/')
  const paths = ['README.md', ...below('docs'), ...below('examples')].filter(isText)
  return paths.map((path) => ({ path, text: readFileSync(path, 'utf8') }))
}

describe('what shops copy of fulfil', () => {
  it('No page and no example writes through a transaction that may be missing', () => {
    expect(copied().flatMap(({ path, text }) => (text.includes('transaction?.') ? [path] : []))).toEqual([])
  })

  it('Every update of an order compares the amount, or takes what a person has accepted', () => {
    const updates = copied().flatMap(({ path, text }) =>
      [...text.matchAll(/update orders set paid_\w+ = .*(?:\n\s+where .*)?/g)].map(([line]) => `${path}: ${line}`),
    )
    expect(updates.length).toBeGreaterThan(15)
    const isComplete = /\((amount|price|total) = (\$\d|\?|\$\{amount\}) or (\$\d|\?|\$\{isAccepted\})\)|\$\{asPaid\}/
    expect(updates.filter((line) => !isComplete.test(line))).toEqual([])
  })

  it('Every fulfil that holds an order which has changed hands it out where a person has accepted it', () => {
    const holds = copied().flatMap(({ path, text }) =>
      [...text.matchAll(/throw new PaymentHold\('/g)].map(({ index }) => {
        const fulfil =
          text
            .slice(0, index)
            .split(/\bfulfil\b|async function|^```/m)
            .at(-1) ?? ''
        return { path, line: text.slice(0, index).split('\n').length, isAccepting: fulfil.includes('accepted') }
      }),
    )
    expect(holds.length).toBeGreaterThan(25)
    expect(holds.filter(({ isAccepting }) => !isAccepting)).toEqual([])
  })
})
