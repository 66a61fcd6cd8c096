import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inLakhs, nepalTime, plainMobile, toAscii, toDevanagari } from '../../../src/nepal/writing.ts'

describe('how Nepal writes', () => {
  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [99_999, '999.99'],
    [100_000, '1,000.00'],
    [12_500_050, '1,25,000.50'],
    [-5, '-0.05'],
    [-12_500_050, '-1,25,000.50'],
    [1_234_567_890, '1,23,45,678.90'],
    [Number.MAX_SAFE_INTEGER, '9,00,71,99,25,47,409.91'],
  ])('%d paisa are written as %s rupees', (paisa, text) => expect(inLakhs(paisa)).toBe(text))

  it('Digits become Devanagari ones and ASCII ones again, and all else stays', () => {
    expect(toDevanagari('Rs 1,25,000.50')).toBe('Rs १,२५,०००.५०')
    fc.assert(fc.property(fc.string(), (text) => toAscii(toDevanagari(text)) === text))
  })

  it('A moment is written by the clocks of Nepal, as a date and as a number', () => {
    expect(nepalTime(new Date('2026-12-31T18:15:00Z'))).toBe('2027-01-01 00:00')
    expect(nepalTime(Date.parse('2026-12-31T18:14:59Z'))).toBe('2026-12-31 23:59')
  })

  it.each([
    ['९८४१२३४५६७', '9841234567'],
    ['+977 984-1234567', '9841234567'],
    ['00977 9841 234 567', '9841234567'],
    ['(984) 123.4567', '9841234567'],
    ['\u202a+977 984-1234567\u202c', '9841234567'],
    ['\u2068९८४१२३४५६७\u2069', '9841234567'],
    ['984\u200b1234\u00ad567\ufeff', '9841234567'],
    ['9779841234', '9779841234'],
  ])('The mobile number %j is sent as %s', (typed, sent) => expect(plainMobile(typed)).toBe(sent))
})
