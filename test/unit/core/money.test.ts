import fc from 'fast-check'
import { formatRupees, isKhaltiError, paisa, rupees } from 'khalti-kit'
import { describe, expect, it } from 'vitest'

describe('rupees', () => {
  it.each([
    [13, 1300],
    [0, 0],
    [-0, 0],
    [19.99, 1999],
    [1.1, 110],
    [0.1 + 0.2, 30],
    [2708.93, 270_893],
    ['13', 1300],
    ['1,250.50', 125_050],
    ['1,00,000', 10_000_000],
    ['12,34,567.5', 123_456_750],
    ['1,234,567', 123_456_700],
    [' 10 ', 1000],
    ['0.05', 5],
  ])('%j is %i paisa', (amount, expected) => {
    expect(Object.is(rupees(amount), expected)).toBe(true)
  })

  it.each([
    [-1],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [1.001],
    [10.005],
    [1e15],
    [''],
    [' '],
    ['-5'],
    ['1.234'],
    ['1.500'],
    ['1.'],
    ['.5'],
    ['1.2.3'],
    ['1e3'],
    ['0x10'],
    ['1,2'],
    ['12,50'],
    ['1,0000'],
    [',100'],
    ['1 250'],
    ['Rs 10'],
    ['१३'],
    [null],
    [undefined],
    [13n],
    [{}],
  ])('refuses %s and says how to write it', (amount) => {
    expect(() => rupees(amount as never)).toThrow(
      expect.objectContaining({ code: 'input', fields: { amount: [expect.any(String)] } }),
    )
  })

  it('keeps every whole number of paisa through rupees and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000_000 }), (amount) => {
        expect(rupees(amount / 100)).toBe(amount)
        expect(rupees((amount / 100).toFixed(2))).toBe(amount)
        expect(rupees(formatRupees(amount).replace('Rs ', ''))).toBe(amount)
      }),
    )
  })

  it('gives a whole amount or a KhaltiInputError for any text and any number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.stringMatching(/^[\d,.]{1,9}$/)), (amount) => {
        try {
          expect(Number.isSafeInteger(rupees(amount))).toBe(true)
        } catch (error) {
          expect(isKhaltiError(error) && error.code).toBe('input')
        }
      }),
    )
  })
})

describe('paisa', () => {
  it('takes whole paisa', () => expect(paisa(1300)).toBe(1300))

  it.each([[-1], [1.5], [Number.NaN], [2 ** 53], ['1300'], [null]])('refuses %j', (amount) => {
    expect(() => paisa(amount as never)).toThrow(expect.objectContaining({ name: 'KhaltiInputError' }))
  })
})

describe('formatRupees', () => {
  it.each([
    [0, 'Rs 0.00'],
    [5, 'Rs 0.05'],
    [125_050, 'Rs 1,250.50'],
    [99_999, 'Rs 999.99'],
    [10_000_000, 'Rs 1,00,000.00'],
    [1_234_567_800, 'Rs 1,23,45,678.00'],
    [-1_300, '-Rs 13.00'],
    [Number.MAX_SAFE_INTEGER, 'Rs 9,00,71,99,25,47,409.91'],
  ])('%i paisa is %s', (amount, text) => expect(formatRupees(amount)).toBe(text))

  it('writes Nepali for ne-NP', () => expect(formatRupees(125_050, 'ne-NP')).toBe('रु १,२५०.५०'))
  it('writes as the locale does', () => expect(formatRupees(12_505_000, 'en-IN')).toBe('Rs 1,25,050.00'))
  it('refuses what is no amount', () => expect(() => formatRupees(1.5)).toThrow(/whole number of paisa/))
})
