import fc from 'fast-check'
import { formatRupees, isKhaltiError, paisa, rupees } from 'khalti-kit'
import ts from 'typescript'
import { describe, expect, it, vi } from 'vitest'
import { createProgram } from '../../support/typescript-program.ts'

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

describe('paisa', () => {
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
  it('formatRupees refuses what is no amount', () => expect(() => formatRupees(1.5)).toThrow(/whole number of paisa/))
})

describe('Paisa', () => {
  it('the compiler says how to make an amount where a bare number was given', () => {
    const path = 'test/unit/core/bare-number.ts'
    const text = "import type { Paisa } from '../../../src/core/money.ts'\nexport const price: Paisa = 1300\n"
    const program = createProgram([{ path, text }], { types: [], lib: ['lib.es2023.d.ts'] })
    const messages = program
      .getSemanticDiagnostics(program.getSourceFiles().find(({ fileName }) => fileName.endsWith(path)))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
    expect(messages).toEqual([expect.stringMatching(/make it with rupees\(\) or paisa\(\)/)])
  })
})
