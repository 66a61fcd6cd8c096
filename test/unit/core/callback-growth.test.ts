import { parseCallback } from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { pidx } from '../../support/payment-request.ts'

describe('the time that parseCallback takes', () => {
  it.each([
    ['?t=', (n: number) => '?t='.repeat(n)],
    ['/?pidx=', (n: number) => '/?pidx='.repeat(n)],
    ['?merchant_', (n: number) => '?merchant_'.repeat(n)],
    ['?merchant_ and letters', (n: number) => `?merchant_${'a'.repeat(n)}`.repeat(4)],
    ['a=b?', (n: number) => `a=b${'?'.repeat(n)}`],
    ['slashes', (n: number) => `?pidx=${'/'.repeat(n)}x`],
    ['%253Ft%3D', (n: number) => `?a=${'%253Ft%253D'.repeat(n)}`],
    ['hashes', (n: number) => `/${'#/?a='.repeat(n)}`],
  ])('a query of many %s takes time that grows with its length, not with its square', (_title, make) => {
    const best = (n: number) => {
      const texts = Array.from({ length: 7 }, () => make(n))
      const times = texts.map((text) => {
        const start = performance.now()
        parseCallback(text)
        return performance.now() - start
      })
      return Math.min(...times)
    }
    best(4_000)
    let [short, long] = [best(1_000), best(4_000)]
    // On a busy machine every parse of a round may have been interrupted. The shortest of all rounds are the true times.
    for (let round = 0; round < 10 && long >= 10 * short + 1; round += 1) {
      short = Math.min(short, best(1_000))
      long = Math.min(long, best(4_000))
    }
    // Four times the length: about 4 where it is linear, 16 where it is quadratic. A millisecond is the clock's noise.
    expect(long).toBeLessThan(10 * short + 1)
  })

  it('parseCallback reads a text of a hundred megabytes no further than a server would take it', () => {
    const huge = `?pidx=${pidx}&x=${'?t='.repeat(33_000_000)}`
    const start = performance.now()
    expect(parseCallback(huge).pidx).toBe(pidx)
    expect(performance.now() - start).toBeLessThan(10_000)
  })
})
