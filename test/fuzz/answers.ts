import fc from 'fast-check'
import { KhaltiClient } from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { completedLookup, paymentRequest, pidx } from '../support/payment-request.ts'
import { openShop } from '../support/shop.ts'
import { expectNoPollution, fuzzing, resultOfAsync, timeout } from './fuzzing.ts'
import { json, jsonText, name } from './inputs.ts'

/** An answer of Khalti's, with some of its fields changed into anything. */
const mutated = (body: object) =>
  fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...Object.keys(body)), name), json), { maxLength: 3 })
    .map((changes) => JSON.stringify({ ...body, ...Object.fromEntries(changes) }))

const link = {
  pidx,
  payment_url: `https://test-pay.khalti.com/?pidx=${pidx}`,
  expires_at: '2026-11-26T12:00:00Z',
  expires_in: 1800,
}
const bank = { idx: 'a', name: 'A Bank', short_name: 'A' }
const body = fc.oneof(
  jsonText,
  mutated(completedLookup),
  mutated(link),
  mutated({ detail: 'Transaction refund successful.' }),
  mutated({ total_pages: 2, current_page: 1, next: null, records: [bank] }),
)
const headers = fc.dictionary(
  fc.constantFrom('content-type', 'retry-after', 'content-length', 'content-encoding', 'location'),
  fc.constantFrom('application/json', '-1', '1e9', 'Wed, 21 Oct 2099 07:28:00 GMT', 'text/html; charset=x', 'identity'),
)
const answer = fc.record({
  status: fc.oneof(fc.constantFrom(200, 400), fc.integer({ min: 200, max: 599 })),
  headers,
  body,
})

type Answer = typeof answer extends fc.Arbitrary<infer Value> ? Value : never
const responseOf = (given: Answer) => {
  const hasBody = ![204, 205, 304].includes(given.status)
  return new Response(hasBody ? given.body : null, { status: given.status, headers: given.headers })
}

const operations: [name: string, run: (client: KhaltiClient) => Promise<unknown>][] = [
  ['initiate', (client) => client.initiate(paymentRequest)],
  ['lookup', (client) => client.lookup(pidx)],
  ['verify', (client) => client.verify({ pidx, amount: 1_000 })],
  ['refund', (client) => client.refund('GFq9PFS7b2iYvL8Lir9oXe')],
  ['banks', (client) => client.banks('ebanking')],
]

describe('what Khalti could answer', () => {
  it('Whatever Khalti answers is a result or a KhaltiError, of every operation', { timeout }, async () => {
    let current: Answer | undefined
    const fetch = async () => (current ? responseOf(current) : new Response())
    const client = new KhaltiClient({ secretKey: 'any', environment: 'sandbox', maxRetries: 0, fetch })
    const property = fc.asyncProperty(fc.constantFrom(...operations), answer, async ([, run], given) => {
      current = given
      await resultOfAsync(() => run(client))
    })
    await fc.assert(property, fuzzing('answers', { few: 300, part: 0.7 }))
    expectNoPollution()
  })

  it('Nothing but a whole Completed of this payment and amount makes an order paid', { timeout }, async () => {
    const status = fc.oneof(fc.constantFrom('Completed', 'completed ', 'COMPLETED', 'Refunded', 'Pending'), json)
    const lookup = fc
      .record(
        {
          pidx: fc.oneof({ weight: 4, arbitrary: fc.constant('own') }, { weight: 1, arbitrary: json }),
          total_amount: fc.oneof(
            { weight: 4, arbitrary: fc.constantFrom(85_000, '85000', 1_000) },
            { weight: 1, arbitrary: json },
          ),
          status,
          transaction_id: fc.oneof(
            { weight: 4, arbitrary: fc.constant('GFq9PFS7b2iYvL8Lir9oXe') },
            { weight: 1, arbitrary: json },
          ),
          refunded: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: json }),
          purchase_order_id: fc.constantFrom('topi', 'other'),
        },
        { requiredKeys: ['pidx', 'total_amount', 'status', 'transaction_id'] },
      )
      .map((fields) => ({ ...fields }) as Record<string, unknown>)
    let said: Record<string, unknown> = {}
    const property = fc.asyncProperty(lookup, fc.constantFrom(200, 400, 500, 302), async (fields, code) => {
      const shop = openShop({
        client: {
          fetch: async (input, init) => {
            if (!String(input).includes('/lookup/')) return shop.simulator.fetch(input, init)
            const own = JSON.parse(String(init?.body)).pidx
            said = fields.pidx === 'own' ? { ...fields, pidx: own } : fields
            return new Response(JSON.stringify(said), { status: code })
          },
        },
      })
      const made = await shop.checkout.initiate(shop.order())
      await resultOfAsync(() => shop.checkout.settle(made.pidx))
      if (shop.fulfilled.length === 0) return
      expect(said).toMatchObject({ pidx: made.pidx, transaction_id: expect.stringMatching(/\S/) })
      expect([Number(said.total_amount), String(said.status).trim().toLowerCase()]).toEqual([85_000, 'completed'])
      expect([said.purchase_order_id ?? 'topi', [200, 400].includes(code)]).toEqual(['topi', true])
      expect(String(said.refunded ?? false).toLowerCase()).not.toBe('true')
    })
    await fc.assert(property, fuzzing('answers', { few: 100, part: 0.3 }))
  })
})
