import { KhaltiClient } from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { pidx as known } from '../../support/payment-request.ts'

const asked: string[] = []
const fetch: typeof globalThis.fetch = async (input) => {
  asked.push(String(input))
  return Response.json({ pidx: known, total_amount: 1000, status: 'Completed', transaction_id: 'GFq9' })
}
const client = new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', fetch })

const calls: [operation: string, field: string, call: (id: never) => Promise<unknown>][] = [
  ['lookup', 'pidx', (pidx) => client.lookup(pidx)],
  ['verify', 'pidx', (pidx) => client.verify({ pidx, amount: 1000 })],
  ['verify', 'pidx', (pidx) => client.waitForPayment({ pidx, amount: 1000 })],
  ['refund', 'transactionId', (id) => client.refund(id)],
]

describe('an id of Khalti', () => {
  it.each<[id: unknown, fault: string]>([
    [undefined, 'is missing. Pass the one that Khalti gave.'],
    [null, 'is missing. Pass the one that Khalti gave.'],
    ['', 'is missing. Pass the one that Khalti gave.'],
    [' \n', 'is blank. Pass the one that Khalti gave.'],
    [42, 'is 42, not text. Pass the one that Khalti gave.'],
    [{ pidx: known }, 'is an object, not text. Pass the one that Khalti gave.'],
    [[known], 'is a list, not text. Pass the one that Khalti gave.'],
    ['../x', "cannot be an id of Khalti's: those are 1 to 64 letters, digits, _ or -."],
    [`${known} `, "cannot be an id of Khalti's: those are 1 to 64 letters, digits, _ or -."],
    ['a'.repeat(65), "cannot be an id of Khalti's: those are 1 to 64 letters, digits, _ or -."],
  ])('The id %j is refused by every call: it %s', async (id, fault) => {
    asked.length = 0
    for (const [operation, field, call] of calls) {
      await expect(call(id as never)).rejects.toMatchObject({
        code: 'input',
        message: `${operation} was not sent. ${field} ${fault}`,
        fields: { [field]: [`${field} ${fault}`] },
      })
    }
    expect(asked).toEqual([])
  })

  it.each(['a', '0', '_-', known, 'a'.repeat(64)])('The id %s is taken by every call', async (id) => {
    for (const [, , call] of calls) expect(await call(id as never)).toBeTypeOf('object')
  })

  it('What verify expects may not be left out', async () => {
    await expect(client.verify(undefined as never)).rejects.toMatchObject({
      message: 'verify was not sent. pidx is missing. Pass the one that Khalti gave.',
    })
  })

  it.each<[amount: unknown, shown: string]>([
    [undefined, 'undefined'],
    ['1000', '"1000"'],
    [10.5, '10.5'],
    [Number.NaN, 'NaN'],
  ])('verify refuses the expected amount %j, and shows it', async (amount, shown) => {
    const fault = `amount is ${shown}. Pass the order's amount as a whole number of paisa.`
    for (const call of [client.verify, client.waitForPayment]) {
      await expect(call.call(client, { pidx: known, amount: amount as never })).rejects.toMatchObject({
        message: `verify was not sent. ${fault}`,
        fields: { amount: [fault] },
      })
    }
  })
})
