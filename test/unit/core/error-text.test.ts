import { KhaltiConfigError } from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { errorLines, errorText } from '../../../src/core/error-text.ts'

const circular: { self?: unknown } = {}
circular.self = circular
const nameless = Object.assign(new Error(''), { name: ' ' })
const ours = new KhaltiConfigError('The secretKey function threw.', new Error('vault'))
const chain = (...messages: string[]) =>
  messages.reduceRight<Error | undefined>(
    (cause, message) => new Error(message, cause && { cause }),
    undefined,
  ) as Error

describe('errorText', () => {
  it.each<[title: string, error: unknown, text: string]>([
    ['an error', new Error('No room.'), 'No room.'],
    ['an error without a message', new RangeError(''), 'RangeError'],
    ['an error with a blank message', new RangeError(' \n'), 'RangeError'],
    ['an error without a name or message', nameless, 'an object'],
    ['an object with a message', { message: 'No room.', code: 5 }, 'No room.'],
    ['an object with a message that is no text', { message: 5 }, '{"message":5}'],
    ['an object', { code: 5 }, '{"code":5}'],
    ['an object that is nothing in JSON', { toJSON: () => undefined }, 'an object'],
    ['an object that holds itself', circular, 'something that cannot be shown'],
    ['a text', 'No room.', 'No room.'],
    ['a number', 5, '5'],
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['a symbol', Symbol('room'), 'Symbol(room)'],
    ['an error with a cause', chain('a', 'b'), 'a: b'],
    ['an error with a cause that is a text', new Error('a', { cause: 'b' }), 'a: b'],
    ['an error that says what its cause says', chain('Failed: no room.', 'no room'), 'Failed: no room.'],
    ['an error whose cause cannot be shown', new Error('a', { cause: circular }), 'a: something that cannot be shown'],
    ['an error with three causes below it', chain('a', 'b', 'c', 'd', 'e'), 'a: b: c: d'],
    ['several errors', new AggregateError(['p', new Error('q'), 'r', 's'], 'z'), 'z: p: q: r'],
    ['several errors with a cause', new AggregateError(['p'], 'z', { cause: 'c' }), 'z: c: p'],
    ['an error whose errors are no list', Object.assign(new Error('a'), { errors: 'p' }), 'a'],
    ['an error of this package', ours, 'The secretKey function threw.'],
  ])('errorText says of %s what it says', (_title, error, text) => expect(errorText(error)).toBe(text))
})

describe('errorLines', () => {
  it.each<[title: string, error: unknown, lines: string]>([
    ['an error of this package', ours, 'KhaltiConfigError: The secretKey function threw.\n→ errors.md#config'],
    ['what is no error', { message: 'No room.', stack: 'at here' }, 'No room.'],
    ['an error without a stack', Object.assign(new Error('a', { cause: 'b' }), { stack: '' }), 'a: b'],
    ['an error whose stack is no text', Object.assign(new Error('a'), { stack: 5 }), 'a'],
    ['an error with a stack', Object.assign(new Error('a'), { stack: 'Error: a\n  at here' }), 'Error: a\n  at here'],
    [
      'several errors',
      Object.assign(new AggregateError([new Error('p'), 'q'], 'z'), { stack: 'z at here' }),
      'z at here\np\nq',
    ],
    [
      'several errors with a cause',
      Object.assign(new AggregateError(['p', 'q', 'r', 's'], 'z', { cause: 'c' }), { stack: 'z at here' }),
      'z at here\np\nq\nr\nCaused by: c',
    ],
    [
      'an error with a cause of this package',
      Object.assign(new Error('a', { cause: ours }), { stack: 'a at here' }),
      'a at here\nCaused by: KhaltiConfigError: The secretKey function threw.\n→ errors.md#config',
    ],
    [
      'an error with a cause that is none',
      Object.assign(new Error('a', { cause: 'b' }), { stack: 'a at here' }),
      'a at here\nCaused by: b',
    ],
  ])('errorLines gives the lines of %s', (_title, error, lines) => expect(errorLines(error)).toBe(lines))

  it('errorLines gives the lines of three causes below an error, and no more', () => {
    const lines = errorLines(chain('a', 'b', 'c', 'd', 'e'))
    expect(lines.match(/^(Caused by: )?Error: .$/gm)).toEqual([
      'Error: a',
      'Caused by: Error: b',
      'Caused by: Error: c',
      'Caused by: Error: d',
    ])
  })
})
