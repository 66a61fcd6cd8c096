import fc from 'fast-check'
import { formatRupees, paisa, rupees } from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { fuzzing, resultOf, timeout } from './fuzzing.ts'
import { text } from './inputs.ts'

const digits = fc.array(fc.constantFrom(...'0123456789,.-+ eE_٣३'), { maxLength: 18 }).map((signs) => signs.join(''))
const most = Number.MAX_SAFE_INTEGER

describe('rupees', () => {
  it('rupees gives whole paisa for what can be read, and a KhaltiError for all else', { timeout }, () => {
    const given = fc.oneof(
      { weight: 4, arbitrary: digits },
      { weight: 2, arbitrary: fc.double() },
      { weight: 1, arbitrary: text },
      { weight: 1, arbitrary: fc.anything() },
    )
    const property = fc.property(given, (amount) => {
      const result = resultOf(() => rupees(amount as number))
      if (typeof result === 'object') {
        expect(result).toEqual({ refused: 'input' })
        return
      }
      if (!Number.isSafeInteger(result) || result < 0) expect.unreachable(`rupees(${String(amount)}) is ${result}`)
      // By another way, so that both would have to be wrong in the same manner.
      const [whole = '', fraction = ''] = String(amount).replaceAll(',', '').trim().split('.')
      if (typeof amount === 'string')
        expect(BigInt(result)).toBe(BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0')))
    })
    fc.assert(property, fuzzing('money', { few: 1_000, part: 0.6 }))
  })

  it('Every amount of paisa is written and read again as the same', { timeout }, () => {
    const property = fc.property(fc.oneof(fc.nat(1e7), fc.maxSafeNat()), (amount) => {
      const shown = formatRupees(amount)
      expect(shown).toMatch(/^Rs \d{1,2}(,\d{2})*(,\d{3})?\.\d{2}$|^Rs \d{1,3}\.\d{2}$/)
      expect(rupees(shown.slice(3))).toBe(amount)
      if (amount < 2 ** 45) expect(rupees(amount / 100)).toBe(amount)
    })
    fc.assert(property, fuzzing('money', { few: 300, part: 0.2 }))
    expect(rupees(formatRupees(most).slice(3))).toBe(most)
  })

  it('paisa takes whole numbers, and formatRupees writes them, or each says no', { timeout }, () => {
    const property = fc.property(fc.oneof(fc.double(), fc.integer(), fc.anything()), (amount) => {
      for (const run of [() => paisa(amount as number), () => formatRupees(amount as number)]) {
        const result = resultOf<number | string>(run)
        expect(typeof result === 'object' ? result.refused : typeof result).toMatch(/^(input|number|string)$/)
      }
    })
    fc.assert(property, fuzzing('money', { few: 300, part: 0.2 }))
  })
})
