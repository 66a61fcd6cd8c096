import fc from 'fast-check'
import { parseCallback } from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { expectNoPollution, fuzzing, timeout } from './fuzzing.ts'
import { json, name, query, text } from './inputs.ts'

/** What each field of a claim may be. */
const isText = (value: unknown) => typeof value === 'string' && value !== ''
const may: Record<string, (value: unknown) => boolean> = {
  pidx: (value) => /^[\w-]{1,64}$/.test(String(value)),
  amount: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  extra: (value) => Object.getPrototypeOf(value) === Object.prototype && Object.values(value as object).every(isText),
  ...Object.fromEntries(
    ['status', 'message', 'transactionId', 'orderId', 'orderName', 'mobile'].map((field) => [field, isText]),
  ),
}

/** Whatever comes in, a claim is what its type says. */
function check(source: unknown): void {
  for (const [field, value] of Object.entries(parseCallback(source as string))) {
    if (may[field]?.(value) !== true) expect.unreachable(`A claim has ${String(value)} as ${field}.`)
  }
}

const parsed = fc
  .array(fc.tuple(name, fc.oneof(text, fc.array(text, { maxLength: 3 }), json)), { maxLength: 8 })
  .map((entries) => Object.fromEntries(entries))

describe('parseCallback', () => {
  it('parseCallback reads any text as a claim, the same at each reading', { timeout }, () => {
    const property = fc.property(query, (given) => {
      check(given)
      check(`https://shop.example/return?${given}`)
      expect(parseCallback(given)).toEqual(parseCallback(given))
    })
    fc.assert(property, fuzzing('callback', { few: 600, part: 0.5 }))
    expectNoPollution()
  })

  it('parseCallback reads any parsed query, and anything else, as a claim', { timeout }, () => {
    const source = fc.oneof(
      { weight: 4, arbitrary: parsed },
      { weight: 1, arbitrary: json },
      { weight: 1, arbitrary: fc.anything() },
    )
    fc.assert(fc.property(source, check), fuzzing('callback', { few: 600, part: 0.5 }))
    expectNoPollution()
  })
})
