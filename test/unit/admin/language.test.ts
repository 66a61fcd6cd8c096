import { describe, expect, it } from 'vitest'
import { english } from '../../../src/admin/english.ts'
import { browserLanguage, languageOf, languages } from '../../../src/admin/language.ts'
import { nepali } from '../../../src/admin/nepali.ts'
import { nepalTime } from '../../../src/nepal/writing.ts'
import { formatAmount, parseRupees } from '../../../src/web-page/format-for-people.ts'

describe('the language of the pages', () => {
  it.each([
    ['', 'en'],
    ['ne', 'ne'],
    ['ne-NP,ne;q=0.9,en;q=0.8', 'ne'],
    ['en-US,en;q=0.9,ne;q=0.8', 'en'],
    ['en;q=0.1, ne;q=0.2', 'ne'],
    ['de, fr;q=0.5', 'en'],
    ['ne;q=0', 'en'],
    [';;q=,ne;q=x', 'en'],
    [null, 'en'],
    ['ne;a=1;q=0.2, en;q=0.1', 'ne'],
    ['ne;w=0;q=1, en;q=0.5', 'ne'],
    ['NE ; Q=0.9, EN ; Q=0.8', 'ne'],
    ['en;q=0.5, ne, en-GB;q=0.9', 'ne'],
    ['ne, en', 'en'],
    ['nepal', 'en'],
  ])('A browser that likes %j gets %s', (header, language) => expect(browserLanguage(header)).toBe(language))

  it.each([
    ['', undefined],
    ['lang=en', 'en'],
    ['lang=ne', 'ne'],
    ['lang=', undefined],
    ['lang=NE', undefined],
    ['lang=de', undefined],
    ['language=ne', undefined],
  ])('An address with %j asks for the language %s', (query, language) => {
    expect(languageOf(new URLSearchParams(query))).toBe(language)
  })

  it('A language is called by its own name', () => {
    expect(Object.values(languages).map(({ name }) => name)).toEqual(['English', 'नेपाली'])
  })

  it('Nepali says all that English says, and nothing of it in English', () => {
    const said = new Map(textsOf(nepali))
    const missing = textsOf(english).filter(([path]) => !said.has(path))
    const inEnglish = [...said].filter(([, text]) => /[A-Za-z]{3,}/.test(text.replace(/pidx|CSV|XX/g, '')))
    expect({ missing, inEnglish }).toEqual({ missing: [], inEnglish: [] })
  })

  it('Nepali numbers payments in Devanagari digits and ends a sentence with a danda', () => {
    expect(nepali.payment(12)).toBe('भुक्तानी १२')
    expect([english.sentenceEnd, nepali.sentenceEnd]).toEqual(['.', '।'])
  })
})

/** Every text, with where it stands; of one that says a name or an amount, what it says of 1. */
function textsOf(texts: object, place = ''): [path: string, text: string][] {
  return Object.entries(texts).flatMap(([key, value]): [string, string][] => {
    const path = `${place}.${key}`
    const text: unknown = typeof value === 'function' ? value('1') : value
    return typeof text === 'string' ? [[path, text]] : textsOf(text as object, path)
  })
}

describe('amounts and times', () => {
  it.each([
    ['100', 10_000],
    ['99.5', 9_950],
    ['1,250.50', 125_050],
    ['1,00,000', 10_000_000],
    [' Rs. 99 ', 9_900],
    ['रु १,२५०.५०', 125_050],
    ['रू. ५००', 50_000],
    ['NPR 500', 50_000],
    ['Rs. 1,250/-', 125_000],
    ['रु ५००/= ', 50_000],
  ])('Somebody who types %j means %i paisa', (typed, paisa) => expect(parseRupees(typed)).toBe(paisa))

  it.each(['', '0', '-1', '12,50', '1e3', '0x10', '1.234', '1..2', 'ten', '9999999999', '٣', '१,२'])(
    'Nobody guesses what %j means',
    (typed) => expect(parseRupees(typed)).toBeUndefined(),
  )

  it.each([
    [5, 'Rs 0.05'],
    [125_050, 'Rs 1,250.50'],
    [1_000_000_000, 'Rs 1,00,00,000.00'],
  ])('Amounts and times %i paisa are read as %s', (paisa, text) =>
    expect(formatAmount(paisa)).toBe(text.replace(' ', '\u00a0')),
  )

  it('A time is that of Nepal, five hours and 45 minutes ahead, whatever the machine says', () => {
    expect(nepalTime(new Date('2026-12-31T18:14:59Z'))).toBe('2026-12-31 23:59')
    expect(nepalTime(new Date('2026-12-31T18:15:00Z'))).toBe('2027-01-01 00:00')
  })
})
