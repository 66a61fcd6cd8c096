import { describe, expect, it } from 'vitest'
import { redactCause, redactData, redactText } from '../../../src/core/redact.ts'

const key = 'live_secret_key_68791341'

describe('redactText', () => {
  it.each<[text: string, secret: string | undefined, redacted: string]>([
    [`Key ${key}, and ${key}.`, key, 'Key [redacted], and [redacted].'],
    ['a lion', 'lion', 'a [redacted]'],
    ['a cat', 'cat', 'a cat'],
    ['a text', '', 'a text'],
    ['a text', undefined, 'a text'],
    ['call 9841234567', undefined, 'call 98XXXXX567'],
  ])('redactText turns "%s" with the key %j into "%s"', (text, secret, redacted) => {
    expect(redactText(text, secret)).toBe(redacted)
  })
})

describe('redactData', () => {
  it('redactData copies JSON, with the key taken out of names and values and with mobile numbers masked', () => {
    const data = { [key]: [key, 'call 9841234567', { phone: 9841234567 }], amount: 1000, paid: true, fee: null }
    const before = structuredClone(data)
    expect(redactData(data, key)).toEqual({
      '[redacted]': ['[redacted]', 'call 98XXXXX567', { phone: '98XXXXX567' }],
      amount: 1000,
      paid: true,
      fee: null,
    })
    expect(data).toEqual(before)
  })

  it.each([[5], [1.5], [true], [null], [undefined]])('redactData leaves %j as it is', (value) => {
    expect(redactData(value, key)).toBe(value)
  })

  it('redactData follows sixteen levels and says that there was more', () => {
    const nested = (levels: number) => Array.from({ length: levels }).reduce<unknown>((inner) => [inner], {})
    expect(redactData(nested(16), key)).toEqual(nested(16))
    expect(JSON.stringify(redactData(nested(17), key))).toBe(`${'['.repeat(17)}"[nested too deeply]"${']'.repeat(17)}`)
    expect(redactData({ a: nested(15) }, key)).toEqual({ a: nested(15) })
    expect(JSON.stringify(redactData({ a: nested(16) }, key))).toContain('[nested too deeply]')
  })

  it('redactData ends with data that holds itself', () => {
    const circular: unknown[] = []
    circular.push(circular)
    expect(JSON.stringify(redactData(circular, key))).toContain('[nested too deeply]')
  })
})

const withFacts = (facts: object) => Object.assign(new Error('socket hang up'), facts)
const circular: Error = withFacts({})
circular.cause = circular
const objects = (count: number) => Array.from({ length: count }, () => ({}))

describe('a harmless cause', () => {
  it.each<[title: string, cause: unknown]>([
    ['nothing', undefined],
    ['a text', 'ECONNRESET'],
    ['an error', withFacts({ code: 'ECONNRESET' })],
    ['an error with null in it', withFacts({ response: null })],
    ['an error with an object without a prototype', withFacts({ info: Object.create(null) })],
    ['an error that is its own cause', circular],
    // The error, the list and 98 objects.
    ['an error with a hundred things in it', withFacts({ tried: objects(98) })],
  ])('redactCause gives %s as it is', (_title, cause) => expect(redactCause(cause, key)).toBe(cause))

  it('redactCause gives an error as it is where no key was used', () => {
    const cause = withFacts({ code: key })
    expect(redactCause(cause, undefined)).toBe(cause)
  })
})

describe('a cause that may show the key', () => {
  it.each<[title: string, facts: object]>([
    ['a function', { retry: () => key }],
    ['headers', { headers: new Headers({ authorization: key }) }],
    ['a map', { seen: new Map([[key, 1]]) }],
    ['the key in a list', { tried: [['a', key]] }],
    ['the key under a symbol', { [Symbol('key')]: key }],
    ['more than a hundred things', { tried: objects(99) }],
    [
      'a getter that throws',
      Object.defineProperty({}, 'config', {
        enumerable: true,
        get: () => {
          throw new Error('revoked')
        },
      }),
    ],
  ])('redactCause copies an error with %s, and keeps only what it says', (_title, facts) => {
    const cause = Object.defineProperties(new Error('hang up'), Object.getOwnPropertyDescriptors(facts))
    const copy = redactCause(cause, key) as Error
    expect(copy === cause).toBe(false)
    expect(copy).toBeInstanceOf(Error)
    expect(Reflect.ownKeys(copy).sort()).toEqual(['message', 'name', 'stack'])
    expect([copy.name, copy.message, copy.stack]).toEqual(['Error', 'hang up', cause.stack])
  })

  it('redactCause copies the name, message, code, errors and causes of an error without the key', () => {
    const inner = Object.assign(new TypeError(`sent ${key}`), { code: `E_${key}`, errno: 5 })
    const all = new AggregateError([inner, `thrown ${key}`, 7], `all failed with ${key}`, { cause: inner })
    const copy = redactCause(all, key) as AggregateError & { cause: Error & { code: string } }
    expect([copy.name, copy.message]).toEqual(['AggregateError', 'all failed with [redacted]'])
    expect([copy.cause.name, copy.cause.message, copy.cause.code]).toEqual([
      'TypeError',
      'sent [redacted]',
      'E_[redacted]',
    ])
    expect([copy.cause.stack?.includes(key), copy.cause.stack?.includes('sent [redacted]')]).toEqual([false, true])
    expect(copy.errors).toEqual([copy.cause, 'thrown [redacted]', '7'])
    expect(['cause' in copy.cause, 'errors' in copy.cause, 'code' in copy]).toEqual([false, false, false])
  })

  it('redactCause leaves a code that is a number out of the copy', () => {
    expect(redactCause(withFacts({ code: 500, config: key }), key)).not.toHaveProperty('code')
  })

  it.each<[title: string, cause: unknown, text: string]>([
    ['a text', `Key ${key}`, 'Key [redacted]'],
    ['an object', { headers: { key } }, '[object Object]'],
    [
      'an object that cannot be shown',
      {
        toString: () => {
          throw new Error('never')
        },
      },
      '[a value that cannot be shown]',
    ],
  ])('redactCause gives %s as text', (_title, cause, text) => expect(redactCause(cause, key)).toBe(text))

  const chainOf = (count: number, link: (inner: Error) => Error) =>
    Array.from({ length: count }).reduce<Error>(link, new Error(`innermost ${key}`))

  it('redactCause follows five causes as errors, and gives the sixth as text', () => {
    const causesOf = (error: unknown): unknown[] =>
      error instanceof Error ? [error, ...causesOf(error.cause)] : [error]
    const chain = chainOf(6, (cause) => new Error('outer', { cause }))
    const copies = causesOf(redactCause(chain, key))
    expect(copies).toHaveLength(7)
    expect(copies.slice(0, 6).every((copy) => copy instanceof Error)).toBe(true)
    expect(copies[6]).toBe('Error: innermost [redacted]')
  })

  it('redactCause follows errors within errors as deep as causes', () => {
    const innermostOf = (error: unknown): unknown =>
      error instanceof Error && 'errors' in error ? innermostOf((error as AggregateError).errors[0]) : error
    const nested = (count: number) => chainOf(count, (inner) => new AggregateError([inner], 'outer'))
    expect(innermostOf(redactCause(nested(5), key))).toMatchObject({ message: 'innermost [redacted]' })
    expect(innermostOf(redactCause(nested(6), key))).toBe('Error: innermost [redacted]')
  })

  it('redactCause ends with an error that holds the key and is its own cause', () => {
    const cause = new Error(key)
    cause.cause = cause
    expect(redactCause(cause, key)).toMatchObject({ message: '[redacted]', cause: { message: '[redacted]' } })
  })
})

describe('a cause that throws when it is looked at', () => {
  it.each(['code', 'errors', 'cause', 'message', 'stack'])('redactCause gives a sentence where %s throws', (name) => {
    const cause = new Error('x')
    Object.defineProperty(cause, name, {
      enumerable: true,
      get() {
        throw new Error('a trap')
      },
    })
    expect(redactCause(cause, key)).toBe('[a value that cannot be shown]')
  })
})
