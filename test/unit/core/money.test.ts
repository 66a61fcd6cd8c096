import fc from 'fast-check'
import { formatRupees, isKhaltiError, paisa, rupees } from 'khalti-kit'
import { describe, expect, it, vi } from 'vitest'

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
  ])('rupees(%j) is %i paisa', (amount, expected) => {
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
  ])('rupees refuses %s and says how to write it', (amount) => {
    expect(() => rupees(amount as never)).toThrow(
      expect.objectContaining({ code: 'input', fields: { amount: [expect.any(String)] } }),
    )
  })

  it('rupees keeps every whole number of paisa through rupees and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000_000 }), (amount) => {
        expect(rupees(amount / 100)).toBe(amount)
        expect(rupees((amount / 100).toFixed(2))).toBe(amount)
        expect(rupees(formatRupees(amount).replace('Rs ', ''))).toBe(amount)
      }),
    )
  })

  it('rupees gives a whole amount or a KhaltiInputError for any text and any number', () => {
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

describe('a refusal of an amount', () => {
  it.each<[what: string, call: () => unknown, sentence: string]>([
    ['rupees of no number', () => rupees(null as never), "null. It is a number of rupees, or text such as '1,250.50'."],
    ['rupees below 0', () => rupees(-1), '-1. It is 0 rupees or more, and at most 90,071,992,547,409.91.'],
    [
      'rupees that are too many',
      () => rupees(1e15),
      `${1e15}. It is 0 rupees or more, and at most 90,071,992,547,409.91.`,
    ],
    [
      'rupees as text that are too many',
      () => rupees('99999999999999999'),
      '"99999999999999999". It is 0 rupees or more, and at most 90,071,992,547,409.91.',
    ],
    [
      'rupees with a third decimal',
      () => rupees(1.001),
      '1.001 rupees, which is no whole number of paisa. Round it to two decimals first.',
    ],
    [
      'rupees as text',
      () => rupees('1.'),
      '"1.", which is not an amount of rupees. Write it as 1250.50, 1,250.50 or 1,00,000.',
    ],
    ...[1.5, -1, Number.NaN, 2 ** 53].map((amount): [string, () => unknown, string] => [
      `paisa(${amount})`,
      () => paisa(amount),
      `${amount}. It is in whole paisa, from 0 to 9007199254740991; rupees(19.99) gives 1999.`,
    ]),
    // Databases give bigint as text, or as a bigint. rupees('1300') would charge a hundred times as much.
    ['paisa as text', () => paisa('1300' as never), '"1300", not a number. Where it is in paisa, pass Number(amount).'],
    ['a bigint', () => paisa(1300n as never), '1300n, not a number. Where it is in paisa, pass Number(amount).'],
    ['formatRupees', () => formatRupees(1.5), '1.5. It is a whole number of paisa.'],
  ])('A refusal of an amount says what it is and how to write it: %s', (_what, call, sentence) => {
    const says = {
      message: `This amount cannot be used. amount is ${sentence}`,
      fields: { amount: [`amount is ${sentence}`] },
    }
    expect(call).toThrow(expect.objectContaining(says))
  })
})

describe('rupees at the edge of what a number can be', () => {
  // A double in the billions is coarser than a millionth of a paisa.
  it.each([
    [1_000_000_000.01, 100_000_000_001],
    [4_503_599_627_370.49, 450_359_962_737_049],
    [43_408_863_779_347.88, 4_340_886_377_934_788],
    [90_071_992_547_409.91, 9_007_199_254_740_991],
    [1.000000001, 100],
    [0.999999999, 100],
  ])('rupees takes %d as %i paisa', (amount, expected) => expect(rupees(amount)).toBe(expected))

  it.each([[1.0000001], [0.9999999], [90_071_992_547_409.92], [-0.001]])('rupees refuses %d', (amount) => {
    expect(() => rupees(amount)).toThrow(expect.objectContaining({ code: 'input' }))
  })

  it.each([
    ['1,250.5', 125_050],
    ['12,34,567', 123_456_700],
    ['999,999', 99_999_900],
    ['9,99,999.99', 99_999_999],
  ])('rupees reads %s as %i paisa', (text, expected) => expect(rupees(text)).toBe(expected))

  it.each([
    ['1234,567'],
    ['x1,250'],
    ['1,250x'],
    ['123,45,678'],
    ['1,234,56'],
    ['x1,00,000'],
    ['1,00,000x'],
    ['x5'],
    ['1.x5'],
    ['1.5x'],
    ['1.505'],
  ])('rupees refuses the text %s', (text) =>
    expect(() => rupees(text)).toThrow(expect.objectContaining({ code: 'input' })),
  )
})

describe('paisa', () => {
  it.each([0, 1, Number.MAX_SAFE_INTEGER])('paisa takes %i', (amount) => expect(paisa(amount)).toBe(amount))

  it('paisa makes no negative zero', () => expect(Object.is(paisa(-0), 0)).toBe(true))

  it('takes whole paisa', () => expect(paisa(1300)).toBe(1300))

  it.each([[-1], [1.5], [Number.NaN], [2 ** 53], ['1300'], [null]])('paisa refuses %j', (amount) => {
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
  ])('formatRupees writes %i paisa as %s', (amount, text) => expect(formatRupees(amount)).toBe(text))

  it.each([
    ['ne', 125_050, 'रु १,२५०.५०'],
    ['ne-NP', 1_234_567_850, 'रु १,२३,४५,६७८.५०'],
    ['NE-in', 5, 'रु ०.०५'],
    ['ne', -10_000_000, '-रु १,००,०००.००'],
    ['ne', Number.MAX_SAFE_INTEGER, 'रु ९,००,७१,९९,२५,४७,४०९.९१'],
  ])('formatRupees writes Nepali for %s: %i paisa is %s', (locale, amount, text) => {
    expect(formatRupees(amount, locale)).toBe(text)
  })

  it('formatRupees writes Nepali where the runtime knows none, as Chromium', () => {
    const { NumberFormat } = Intl
    const withoutNepali = (locale: string, options: Intl.NumberFormatOptions) =>
      new NumberFormat(locale.startsWith('ne') ? 'en' : locale, options)
    vi.spyOn(Intl, 'NumberFormat').mockImplementation(withoutNepali as never)
    try {
      expect(formatRupees(1_234_567_850, 'ne')).toBe('रु १,२३,४५,६७८.५०')
    } finally {
      vi.restoreAllMocks()
    }
  })

  it('formatRupees refuses a locale that is none', () => {
    expect(() => formatRupees(100, 'not a locale')).toThrow(RangeError)
  })

  it('formatRupees writes as any other locale does', () =>
    expect(formatRupees(12_505_000, 'en-IN')).toBe('Rs 1,25,050.00'))
  it.each([
    ['en-IN', -1_300, '-Rs 13.00'],
    ['en-IN', 0, 'Rs 0.00'],
    ['en-IN', 5, 'Rs 0.05'],
    ['de', 125_050, 'Rs 1.250,50'],
    ['de', Number.MAX_SAFE_INTEGER, 'Rs 90.071.992.547.409,91'],
  ])('formatRupees writes as %s does: %i paisa is %s', (locale, amount, text) => {
    expect(formatRupees(amount, locale)).toBe(text)
  })

  it('formatRupees refuses what is no amount', () => expect(() => formatRupees(1.5)).toThrow(/whole number of paisa/))
})
