import { describe, expect, it } from 'vitest'
import { show } from '../../../src/core/show.ts'

describe('a value within a sentence', () => {
  it.each<[title: string, value: unknown, shown: string]>([
    ['a text', 'a "b"\n', '"a \\"b\\"\\n"'],
    ['an empty text', '', '""'],
    ['a text of forty characters', 'x'.repeat(40), `"${'x'.repeat(40)}"`],
    ['a text of forty-one characters', 'x'.repeat(41), `"${'x'.repeat(40)}"`],
    ['a mobile number', '9841234567', '"98XXXXX567"'],
    ['a mobile number at the end of what is shown', `${'x'.repeat(31)}9841234567`, `"${'x'.repeat(31)}98XXXXX56"`],
    ['a mobile number that is a number', 9841234567, '98XXXXX567'],
    ['a number', 10.5, '10.5'],
    ['a bigint', 1300n, '1300n'],
    ['a number that is none', Number.NaN, 'NaN'],
    ['a number of more than forty digits', 10n ** 41n, `1${'0'.repeat(39)}`],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a boolean', false, 'false'],
    ['a list', ['secret'], 'a list'],
    ['an object', { secret: 1 }, 'an object'],
    ['a date', new Date(0), 'an object'],
    ['an object that cannot be text', Object.create(null), 'an object'],
    ['a function', () => 'secret', 'a function'],
    ['a class', class Secret {}, 'a function'],
    ['a symbol', Symbol('secret'), 'a symbol'],
  ])('show names %s', (_title, value, shown) => expect(show(value)).toBe(shown))
})
