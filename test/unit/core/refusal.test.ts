import { KhaltiClient } from 'khalti-kit'
import { describe, expect, it, vi } from 'vitest'
import { pidx, paymentRequest as request } from '../../support/payment-request.ts'

interface Refusal {
  status?: number
  headers?: Record<string, string>
  secretKey?: string
  operation?: 'initiate' | 'lookup' | 'refund'
}

/** What a call throws that Khalti answers so. */
async function refused(body: unknown, facts: Refusal = {}) {
  const { status = 400, headers = {}, secretKey = 'live_secret_key_1', operation = 'initiate' } = facts
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const fetch = async () => new Response(text, { status, headers })
  const client = new KhaltiClient({ secretKey, environment: 'sandbox', maxRetries: 0, fetch })
  const calls = {
    initiate: () => client.initiate(request),
    lookup: () => client.lookup(pidx),
    refund: () => client.refund('GFq9'),
  }
  return calls[operation]().then(
    () => expect.unreachable('the call succeeded'),
    (error) => error,
  )
}

const emptyAnswer =
  'An empty 500 is how Khalti answers a return_url or website_url it cannot use (local, private or too long). A link may have been made.'
const lookFirst = 'It may have gone through: look before you send it again.'
const whichKey =
  'Is this the live_secret_key of the same environment? Sandbox keys come from test-admin.khalti.com, production keys from admin.khalti.com.'

describe('the message of a refusal', () => {
  it.each<[body: string, facts: Refusal, message: string]>([
    ['', {}, 'Khalti refused initiate (HTTP 400, validation).'],
    ['{"detail":"No."}', {}, 'Khalti refused initiate (HTTP 400, validation): No.'],
    [
      '{"detail":"No.","amount":["Too small.","Odd."],"return_url":["Enter a valid URL."]}',
      {},
      'Khalti refused initiate (HTTP 400, validation): No. amount: Too small. Odd.; return_url: Enter a valid URL.',
    ],
    ['{"amount":["Too small."]}', {}, 'Khalti refused initiate (HTTP 400, validation): amount: Too small.'],
    ['{"detail":"984","1234567":["x"]}', {}, 'Khalti refused initiate (HTTP 400, validation): 98XXXXX567: x'],
    ['', { status: 500 }, `Khalti could not answer initiate (HTTP 500, server). ${emptyAnswer}`],
    [' \n', { status: 500 }, `Khalti could not answer initiate (HTTP 500, server). ${emptyAnswer}`],
    ['{}', { status: 500 }, `Khalti could not answer initiate (HTTP 500, server). ${lookFirst}`],
    ['', { status: 503 }, `Khalti could not answer initiate (HTTP 503, server). ${lookFirst}`],
    ['', { status: 500, operation: 'refund' }, `Khalti could not answer refund (HTTP 500, server). ${lookFirst}`],
    ['', { status: 500, operation: 'lookup' }, 'Khalti could not answer lookup (HTTP 500, server). Try later.'],
    ['', { status: 429 }, 'Khalti refused initiate (HTTP 429, rate-limit). Ask less often.'],
    [
      '{"detail":"Not found."}',
      { status: 404, operation: 'lookup' },
      'Khalti refused lookup (HTTP 404, not-found): Not found. Is the id of this environment and merchant? A refund takes the transaction_id.',
    ],
    [
      '{"detail":"Not found."}',
      { status: 404, operation: 'refund' },
      'Khalti refused refund (HTTP 404, not-found): Not found. Is the id of this environment and merchant? A refund takes the transaction_id.',
    ],
    ['', { status: 401 }, `Khalti refused initiate (HTTP 401, authentication). ${whichKey}`],
    [
      '',
      { status: 401, secretKey: 'test_secret_key_1' },
      'Khalti refused initiate (HTTP 401, authentication). The key begins with test_: that is of the older API (KPG-1). Take the live_secret_key, which the sandbox uses too.',
    ],
    [
      '',
      { status: 403, secretKey: 'live_public_key_1' },
      'Khalti refused initiate (HTTP 403, authentication). The key is a public key. Take the secret key.',
    ],
    ['', { secretKey: 'test_secret_key_1' }, 'Khalti refused initiate (HTTP 400, validation).'],
    ['', { secretKey: 'live_public_key_1' }, 'Khalti refused initiate (HTTP 400, validation).'],
  ])('The refusal %j, met with %j, reads: %s', async (body, facts, message) => {
    expect((await refused(body, facts)).message).toBe(message)
  })

  it('The message of a refusal quotes at most 1,000 characters, of which the error has all', async () => {
    const error = await refused({ detail: 'x'.repeat(1_001) })
    expect(error.message).toBe(`Khalti refused initiate (HTTP 400, validation): ${'x'.repeat(1_000)}`)
    expect(error.body).toEqual({ detail: 'x'.repeat(1_001) })
  })
})

describe('what a refusal carries', () => {
  it('The body of a refusal that is no JSON is an excerpt of its text', async () => {
    expect((await refused('<html>Bad Gateway</html>', { status: 502 })).body).toBe('<html>Bad Gateway</html>')
    expect((await refused('<'.repeat(501), { status: 502 })).body).toBe('<'.repeat(500))
  })

  it.each([' Not found. ', 'Not found.'])('The detail "%s" is of an id that Khalti does not know', async (detail) => {
    expect(await refused({ detail })).toMatchObject({ kind: 'not-found' })
  })

  it.each([['Not found'], ['Page not found.'], [404], [null]])(
    'The detail %j says nothing about an id',
    async (detail) => expect(await refused({ detail })).toMatchObject({ kind: 'validation' }),
  )

  it('A field whose message is null, a number or a boolean is left out', async () => {
    const error = await refused({ amount: null, ttl: 5, bank: true, modes: [null, 'Odd.'] })
    expect(error.fields).toEqual({ modes: ['Odd.'] })
  })

  // To copy them anew for each would take minutes.
  it('A field of 200,000 messages is read, each of them once', async () => {
    const messages = new Array<string>(200_000).fill('m')
    expect((await refused({ amount: messages })).fields.amount).toEqual(messages)
  })

  it('The fields of a refusal are followed nine names deep, and no deeper', async () => {
    const nested = (names: string) => [...names].reduceRight<unknown>((inner, name) => ({ [name]: inner }), ['x'])
    expect((await refused(nested('abcdefgh'))).fields).toEqual({ 'a.b.c.d.e.f.g.h': ['x'] })
    expect((await refused(nested('abcdefghi'))).fields).toEqual({})
    expect((await refused({ a: { b: { c: { d: { e: { f: { g: { h: { i: 'x' } } } } } } } } })).fields).toEqual({
      'a.b.c.d.e.f.g.h.i': ['x'],
    })
  })
})

describe('Retry-After', () => {
  it.each<[header: string | undefined, ms: number | undefined]>([
    [undefined, undefined],
    ['0', 0],
    ['7', 7_000],
    ['120', 120_000],
    ['1.25', 1_250],
    ['Thu, 26 Nov 2026 12:00:30 GMT', 30_000],
    ['Thu, 26 Nov 2026 11:59:00 GMT', 0],
    ['soon', undefined],
    ['0x10', undefined],
    ['-1', undefined],
    ['+1', undefined],
    ['1/2', undefined],
    ['2, 3', undefined],
    ['x5x', undefined],
  ])('The Retry-After %j asks to wait %j milliseconds', async (header, ms) => {
    vi.useFakeTimers({ now: Date.parse('2026-11-26T12:00:00Z'), toFake: ['Date'] })
    try {
      const headers: Record<string, string> = header === undefined ? {} : { 'retry-after': header }
      expect((await refused('', { status: 429, headers })).retryAfterMs).toBe(ms)
    } finally {
      vi.useRealTimers()
    }
  })
})
