import fc from 'fast-check'
import { isKhaltiError, KhaltiClient, type KhaltiClientOptions } from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { pidx, paymentRequest as request } from '../../support/payment-request.ts'

interface Scripted {
  status?: number
  headers?: Record<string, string>
  body: string
}

function clientThatReads(answer: Scripted, options: KhaltiClientOptions = {}): KhaltiClient {
  const fetch = async () => new Response(answer.body, { status: answer.status ?? 200, headers: answer.headers ?? {} })
  return new KhaltiClient({ secretKey: 'sk_secret', environment: 'sandbox', maxRetries: 0, fetch, ...options })
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  )

describe('a lookup', () => {
  const body = { pidx, total_amount: 1000, status: 'Completed', transaction_id: 'GFq9' }

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['fields that nobody knows', { new_field: { deep: 1 } }, { new_field: { deep: 1 } }],
    ['a status that nobody knows', { status: 'Ambiguous' }, { status: 'Ambiguous' }],
    ['an amount as text', { total_amount: '1000' }, { total_amount: 1000 }],
    ['an amount as text with .0', { total_amount: '1000.0' }, { total_amount: 1000 }],
    ['no amount', { total_amount: null }, { total_amount: undefined }],
    ['no transaction id', { transaction_id: undefined }, { transaction_id: null }],
    ['an empty transaction id', { transaction_id: '' }, { transaction_id: '' }],
    ['a fee as text', { fee: '12.5' }, { fee: 12.5 }],
    ['a fee that is none', { fee: 'free' }, { fee: undefined }],
    ['`refunded` as text', { refunded: 'True' }, { refunded: true }],
    ['`refunded` null', { refunded: null }, { refunded: undefined }],
    ['an error_key', { error_key: 'khalti_error' }, { error_key: 'khalti_error' }],
  ])('a lookup is read with %s', async (_title, change, expected) => {
    const client = clientThatReads({ body: JSON.stringify({ ...body, ...change }) })
    expect(await client.lookup(pidx)).toMatchObject(expected)
  })

  const expired = { ...body, status: 'Expired', transaction_id: null, error_key: 'khalti_error' }

  it.each([200, 201, 299, 400])('a good body is a lookup with HTTP %i', async (status) => {
    const client = clientThatReads({ status, body: JSON.stringify(expired) })
    expect(await client.verify({ pidx, amount: 1000 })).toMatchObject({ outcome: 'unpaid', reason: 'expired' })
  })

  it.each<[number, string]>([
    [302, 'response'],
    [307, 'response'],
    [401, 'authentication'],
    [403, 'authentication'],
    [404, 'not-found'],
    [409, 'validation'],
    [429, 'rate-limit'],
    [500, 'server'],
    [502, 'server'],
  ])('a good body is no answer with HTTP %i, but an error of kind %s', async (status, kind) => {
    const client = clientThatReads({ status, body: JSON.stringify({ ...body, status: 'Completed' }) })
    const error = await failure(client.verify({ pidx, amount: 1000 }))
    expect(error.kind ?? error.code).toBe(kind)
  })

  it('an order id that the answer names is passed through, as are fields that nobody knows', async () => {
    const client = clientThatReads({ body: JSON.stringify({ ...body, purchase_order_id: 'order-2' }) })
    const verdict = await client.verify({ pidx, amount: 1000, orderId: 'order-1' })
    expect(verdict).toMatchObject({ outcome: 'hold', reason: 'wrong-order' })
    expect(verdict.lookup.purchase_order_id).toBe('order-2')
  })

  it.each<[string, string]>([
    ['nothing', ''],
    ['a web page', '<html><body>Bad Gateway</body></html>'],
    ['JSON that is cut off', '{"pidx":"bZQ'],
    ['a list', '[]'],
    ['null', 'null'],
    ['no status', JSON.stringify({ pidx })],
    ['a blank status', JSON.stringify({ ...body, status: ' ' })],
    ['an amount in fractions', JSON.stringify({ ...body, total_amount: 10.5 })],
    ['an amount beyond what a number holds', `{"pidx":"${pidx}","status":"Completed","total_amount":9007199254740993}`],
    ['`refunded` that is neither yes nor no', JSON.stringify({ ...body, refunded: 'perhaps' })],
  ])('no lookup is read from %s', async (_title, text) => {
    expect(await failure(clientThatReads({ body: text }).lookup(pidx))).toMatchObject({
      code: 'response',
      name: 'KhaltiResponseError',
      status: 200,
      excerpt: text.slice(0, 500),
      retryable: true,
      mayHaveBeenProcessed: false,
    })
  })
})

describe('a refusal', () => {
  const fieldsOf = (body: unknown) =>
    failure(clientThatReads({ status: 400, body: JSON.stringify(body) }).initiate(request))

  it.each<[number, string, string]>([
    [400, '{"amount":["A valid integer is required."]}', 'validation'],
    [401, '{"detail":"Invalid token.","status_code":401}', 'authentication'],
    [403, '{}', 'authentication'],
    [404, '{"detail":"Not found."}', 'not-found'],
    [400, '{"detail":"Not found.","error_key":"validation_error"}', 'not-found'],
    [405, '{"detail":"Method \\"GET\\" not allowed."}', 'validation'],
    [408, '', 'validation'],
    [429, '{"detail":"Request was throttled. Expected available in 3 seconds."}', 'rate-limit'],
    [500, '', 'server'],
    [502, '<html>', 'server'],
  ])('a refusal with HTTP %i and %s is of kind %s', async (status, body, kind) => {
    for (const call of [(c: KhaltiClient) => c.initiate(request), (c: KhaltiClient) => c.lookup(pidx)]) {
      expect(await failure(call(clientThatReads({ status, body })))).toMatchObject({
        name: 'KhaltiApiError',
        status,
        kind,
      })
    }
  })

  it.each<[string, unknown, Record<string, string[]>]>([
    ['messages of a field', { amount: ['a', 'b'], error_key: 'validation_error' }, { amount: ['a', 'b'] }],
    ['nested fields', { customer_info: { name: ['Required.'] } }, { 'customer_info.name': ['Required.'] }],
    [
      'rows of a list',
      { amount_breakdown: [{}, { label: ['Required.'] }] },
      { 'amount_breakdown.1.label': ['Required.'] },
    ],
    ['a bare text', { reference: 'Duplicate.', error_key: 'x' }, { reference: ['Duplicate.'] }],
    ['only the whole request', { detail: 'No.', status_code: 400, error_key: 'x' }, {}],
    [
      'a field named like an internal of objects',
      JSON.parse('{"__proto__":["x"]}'),
      Object.fromEntries([['__proto__', ['x']]]),
    ],
    ['a nested field named detail', { customer_info: { detail: ['x'] } }, { 'customer_info.detail': ['x'] }],
  ])('a refusal is read with %s', async (_title, body, fields) => expect((await fieldsOf(body)).fields).toEqual(fields))

  it('a refusal carries the error_key, the body and Retry-After', async () => {
    const answer = {
      status: 429,
      headers: { 'retry-after': '3' },
      body: '{"detail":"Slow down.","error_key":"throttled"}',
    }
    expect(await failure(clientThatReads(answer).lookup(pidx))).toMatchObject({
      errorKey: 'throttled',
      body: { detail: 'Slow down.', error_key: 'throttled' },
      retryAfterMs: 3000,
      retryable: true,
    })
  })

  it.each(['k', 'error', 'detail'])(
    'a refusal is read as ever where the key, %s, is a part of its names',
    async (secretKey) => {
      const body = '{"detail":"Not found.","error_key":"validation_error"}'
      const error = await failure(clientThatReads({ status: 400, body }, { secretKey }).lookup(pidx))
      expect(error).toMatchObject({ kind: 'not-found', fields: {} })
      expect(error.errorKey).toMatch(/^validation_/)
    },
  )

  it.each<[status: number, changing: boolean, mayHaveBeenProcessed: boolean, retryable: boolean]>([
    [400, true, false, false],
    [429, true, false, true],
    [408, true, false, true],
    [500, true, true, false],
    [503, true, true, false],
    [302, true, true, false],
    [200, true, true, false],
    [400, false, false, false],
    [429, false, false, true],
    [500, false, false, true],
    [302, false, false, true],
  ])(
    'a call that got HTTP %i and changes something (%s) may have been processed (%s), and is retryable (%s)',
    async (status, changing, mayHaveBeenProcessed, retryable) => {
      const client = clientThatReads({ status, body: '?' })
      const calls = changing ? [client.initiate(request), client.refund('GFq9')] : [client.lookup(pidx)]
      for (const call of calls) expect(await failure(call)).toMatchObject({ mayHaveBeenProcessed, retryable })
    },
  )

  it.each([
    ['an older key', 'test_secret_key_abc', /KPG-1/],
    ['a public key', 'live_public_key_abc', /public key/],
    ['any other key', 'abc', /test-admin\.khalti\.com/],
  ])('a refusal of %s says which key to take', async (_title, secretKey, message) => {
    const client = clientThatReads({ status: 401, body: '{"detail":"Invalid token."}' }, { secretKey })
    expect((await failure(client.lookup(pidx))).message).toMatch(message)
  })
})

describe('any answer at all', () => {
  it('any answer gives a result or a KhaltiError, whatever JSON it is', async () => {
    const lookupLike = fc.record(
      {
        pidx: fc.jsonValue(),
        status: fc.jsonValue(),
        total_amount: fc.jsonValue(),
        transaction_id: fc.jsonValue(),
        refunded: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    const body = fc.oneof(
      fc.json(),
      lookupLike.map((value) => JSON.stringify(value)),
      fc.string(),
    )
    const status = fc.constantFrom(200, 201, 302, 400, 401, 404, 429, 500, 503)
    await fc.assert(
      fc.asyncProperty(status, body, async (code, text) => {
        const client = clientThatReads({ status: code, body: text })
        const calls = [client.lookup(pidx), client.initiate(request), client.refund('GFq9'), client.banks('ebanking')]
        for (const error of await Promise.all(calls.map(failure)))
          expect(error === undefined || isKhaltiError(error)).toBe(true)
      }),
    )
  })

  it('an answer that is nested a hundred thousand deep is no exception of another kind', async () => {
    for (const deep of [
      '['.repeat(100_000) + ']'.repeat(100_000),
      `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
    ]) {
      for (const status of [200, 400]) {
        const client = clientThatReads({ status, body: deep })
        expect(isKhaltiError(await failure(client.lookup(pidx)))).toBe(true)
      }
    }
  })
})

describe('an id', () => {
  it.each([[''], [' '], ['a b'], ['../x'], ['a'.repeat(65)], [undefined], [null], [42], [{}]])(
    'the id %j is refused before anything is sent',
    async (id) => {
      let asked = 0
      const fetch = async () => {
        asked += 1
        return new Response('{}')
      }
      const client = new KhaltiClient({ secretKey: 'sk', fetch })
      for (const call of [
        client.lookup(id as never),
        client.refund(id as never),
        client.verify({ pidx: id as never, amount: 1000 }),
      ]) {
        expect(await failure(call)).toMatchObject({ code: 'input' })
      }
      expect(asked).toBe(0)
    },
  )

  it('an expected amount that can never be met is refused, since it would hold every payment', async () => {
    const client = clientThatReads({ body: '{}' })
    for (const amount of ['1000', undefined, 10.5]) {
      expect(await failure(client.verify({ pidx, amount: amount as never }))).toMatchObject({
        fields: { amount: [expect.any(String)] },
      })
    }
  })
})
