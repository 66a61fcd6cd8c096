import {
  isKhaltiError,
  KhaltiApiError,
  KhaltiConfigError,
  KhaltiConnectionError,
  KhaltiError,
  KhaltiInputError,
  KhaltiResponseError,
} from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { faultOf } from '../../../src/core/errors.ts'

const apiFacts = { status: 404, kind: 'not-found', fields: {}, errorKey: undefined, body: {} } as const
const config = new KhaltiConfigError('No key.')
const input = new KhaltiInputError('refund was not sent', { amount: ['amount is 0.', 'Odd.'], mobile: ['No.'] })
const api = new KhaltiApiError('Refused.', apiFacts)
const connection = new KhaltiConnectionError('Lost.', { reason: 'lost', retryable: true })
const response = new KhaltiResponseError('Odd.', { status: 302, excerpt: '<', mayHaveBeenProcessed: true })

describe('the errors of this package', () => {
  it.each([
    { error: config, name: 'KhaltiConfigError', code: 'config', docs: 'errors.md#config' },
    { error: input, name: 'KhaltiInputError', code: 'input', docs: 'errors.md#input' },
    { error: api, name: 'KhaltiApiError', code: 'api', docs: 'errors.md#api-not-found' },
    { error: connection, name: 'KhaltiConnectionError', code: 'connection', docs: 'errors.md#connection-lost' },
    { error: response, name: 'KhaltiResponseError', code: 'response', docs: 'errors.md#response' },
  ])('A $name has its name, its code, and the place of its explanation', ({ error, ...facts }) => {
    expect(error).toMatchObject(facts)
    expect(error).toBeInstanceOf(KhaltiError)
    expect(isKhaltiError(error)).toBe(true)
    expect(String(error)).toBe(`${facts.name}: ${error.message}`)
  })

  it('An error is neither retryable nor may have been processed, unless it is said', () => {
    const facts = [config, input, api, connection, response].map((e) => [e.retryable, e.mayHaveBeenProcessed])
    const [none, retryable, processed] = [
      [false, false],
      [true, false],
      [false, true],
    ]
    expect(facts).toEqual([none, none, none, retryable, processed])
  })

  it('An error has a cause where it was given one, and else none', () => {
    const cause = new Error('vault')
    expect(new KhaltiConfigError('The secretKey function threw.', cause).cause).toBe(cause)
    expect(new KhaltiApiError('Refused.', { ...apiFacts, cause }).cause).toBe(cause)
    for (const error of [config, input, api, connection, response]) expect(error).not.toHaveProperty('cause')
  })

  it('An error in JSON has its message, its name and its facts, and no cause', () => {
    const failed = new KhaltiConnectionError('Lost.', { reason: 'lost', retryable: true, cause: new Error('socket') })
    const facts = { retryable: true, mayHaveBeenProcessed: false, reason: 'lost', docs: 'errors.md#connection-lost' }
    const named = { name: 'KhaltiConnectionError', message: 'Lost.', code: 'connection' }
    expect(JSON.parse(JSON.stringify({ error: failed }))).toEqual({ error: { ...named, ...facts } })
    expect(JSON.parse(JSON.stringify(config))).toMatchObject({ name: 'KhaltiConfigError', message: 'No key.' })
  })

  it('The message of an input error is what was not done and every fault', () => {
    expect(input.message).toBe('refund was not sent. amount is 0. Odd. No.')
    expect(input.fields).toEqual({ amount: ['amount is 0.', 'Odd.'], mobile: ['No.'] })
  })

  it('isKhaltiError knows the errors of another copy of this package', () => {
    expect(isKhaltiError({ [Symbol.for('khalti-kit.error')]: true })).toBe(true)
  })

  it.each([
    [undefined],
    [null],
    ['KhaltiApiError'],
    [5],
    [{}],
    [new Error('x')],
    [{ name: 'KhaltiApiError', code: 'api' }],
    [{ [Symbol.for('khalti-kit.error')]: 'true' }],
    [Object.assign(() => {}, { [Symbol.for('khalti-kit.error')]: true })],
  ])('isKhaltiError does not take %o for an error of this package', (value) => {
    expect(isKhaltiError(value)).toBe(false)
  })
})

describe('faultOf', () => {
  it.each<[title: string, read: () => unknown, faults: string[]]>([
    ['nothing', () => 'fine', []],
    [
      'an error',
      () => {
        throw new Error('No key.')
      },
      ['No key.'],
    ],
    [
      'a text',
      () => {
        throw 'No key.'
      },
      ['No key.'],
    ],
  ])('faultOf gives the message of what is thrown, here of %s', (_title, read, faults) => {
    expect(faultOf(read)).toEqual(faults)
  })
})
