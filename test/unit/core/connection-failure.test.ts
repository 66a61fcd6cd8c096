import { KhaltiClient, type KhaltiClientOptions, KhaltiInputError } from 'khalti-kit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pidx, paymentRequest as request } from '../../support/payment-request.ts'

const origin = 'https://dev.khalti.com'
const nothingSent = 'Nothing was sent. Check the network, the name (DNS) and the base URL, then try again.'
const lookFirst = 'It may have gone through: look before you send it again.'
const nothingChanged = 'Nothing was changed. Try again.'

type Operation = 'initiate' | 'lookup' | 'refund' | 'banks'

/** What a call throws whose fetch does this. The clock stands still but for timers, which take no time. */
async function failed(
  fetch: typeof globalThis.fetch,
  operation: Operation,
  options: KhaltiClientOptions = {},
  signal?: AbortSignal,
) {
  const settings = { secretKey: 'sk_secret', environment: 'sandbox', maxRetries: 0, timeoutMs: 1_000 } as const
  const client = new KhaltiClient({ ...settings, fetch, ...options })
  const calls = {
    initiate: () => client.initiate(request),
    lookup: () => client.lookup(pidx, { signal }),
    refund: () => client.refund('GFq9', {}, { signal }),
    banks: () => client.banks('ebanking'),
  }
  const outcome = calls[operation]().then(
    () => expect.unreachable('the call succeeded'),
    (error) => error,
  )
  await vi.runAllTimersAsync()
  return outcome
}

const failing =
  (cause: unknown): typeof fetch =>
  () =>
    Promise.reject(cause)
const withCode = (code: unknown) => Object.assign(new Error('fetch failed'), { code })
const hanging: typeof fetch = () => new Promise(() => {})

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a connection that fails', () => {
  it.each<[code: string | undefined, operation: Operation, message: string, facts: object]>([
    [
      'ENOTFOUND',
      'initiate',
      `initiate never reached ${origin} (ENOTFOUND). ${nothingSent}`,
      { reason: 'unreachable', retryable: true, mayHaveBeenProcessed: false },
    ],
    [
      'ECONNREFUSED',
      'banks',
      `banks never reached ${origin} (ECONNREFUSED). ${nothingSent}`,
      { reason: 'unreachable', retryable: true, mayHaveBeenProcessed: false },
    ],
    [
      'ECONNRESET',
      'lookup',
      `The connection to ${origin} broke during lookup (ECONNRESET). ${nothingChanged}`,
      { reason: 'lost', retryable: true, mayHaveBeenProcessed: false },
    ],
    [
      'ECONNRESET',
      'banks',
      `The connection to ${origin} broke during banks (ECONNRESET). ${nothingChanged}`,
      { reason: 'lost', retryable: true, mayHaveBeenProcessed: false },
    ],
    [
      'ECONNRESET',
      'refund',
      `The connection to ${origin} broke during refund (ECONNRESET). ${lookFirst}`,
      { reason: 'lost', retryable: false, mayHaveBeenProcessed: true },
    ],
    [
      undefined,
      'initiate',
      `The connection to ${origin} broke during initiate. ${lookFirst}`,
      { reason: 'lost', retryable: false, mayHaveBeenProcessed: true },
    ],
    [
      'E_sk_secret',
      'lookup',
      `The connection to ${origin} broke during lookup (E_[redacted]). ${nothingChanged}`,
      { reason: 'lost' },
    ],
  ])('A connection that fails with %s during %s reads: %s', async (code, operation, message, facts) => {
    expect(await failed(failing(withCode(code)), operation)).toMatchObject({ ...facts, message })
  })

  it.each([
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNREFUSED',
    'EADDRNOTAVAIL',
    'UND_ERR_CONNECT_TIMEOUT',
    'ConnectionRefused',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_SSL_PACKET_LENGTH_TOO_LONG',
    'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    'CERT_HAS_EXPIRED',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
  ])('The code %s proves that nothing was sent', async (code) => {
    expect(await failed(failing(withCode(code)), 'refund')).toMatchObject({ reason: 'unreachable' })
  })

  // As Deno 2.9.6 throws them, 2026-11-27.
  const thrownByDeno = (why: string) => Object.assign(new TypeError('fetch failed'), { cause: new Error(why) })

  it.each([
    'tcp connect error: Connection refused (os error 111)',
    'dns error: failed to lookup address information: Name or service not known',
    'tls handshake eof',
  ])('On Deno, "%s" while connecting proves that nothing was sent', async (why) => {
    const cause = thrownByDeno(`error sending request for url (${origin}/api/x): client error (Connect): ${why}`)
    expect(await failed(failing(cause), 'refund')).toMatchObject({
      reason: 'unreachable',
      mayHaveBeenProcessed: false,
      message: `refund never reached ${origin} (Connect). ${nothingSent}`,
    })
  })

  it.each([
    `error sending request from 127.0.0.1:1 for ${origin}/ (127.0.0.1:2): client error (SendRequest): connection closed before message completed`,
    'Connection reset by peer (os error 104)',
    'client error (Connect): said by something else',
    `error sending request for url (${origin}/api/x): client error (SendRequest): client error (Connect)`,
  ])('On Deno, "%s" does not prove it', async (why) => {
    expect(await failed(failing(thrownByDeno(why)), 'refund')).toMatchObject({
      reason: 'lost',
      mayHaveBeenProcessed: true,
    })
  })

  it('A cause whose message cannot be text is a lost connection', async () => {
    const cause = { message: Object.create(null), cause: { message: Symbol('x') } }
    expect(await failed(failing(cause), 'refund')).toMatchObject({ reason: 'lost' })
  })

  it.each(['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN'])('The code %s proves it only while connecting', async (code) => {
    const during = (syscall: string) => failing(Object.assign(withCode(code), { syscall }))
    expect(await failed(during('connect'), 'refund')).toMatchObject({ reason: 'unreachable' })
    for (const syscall of ['read', 'write']) {
      expect(await failed(during(syscall), 'refund')).toMatchObject({ reason: 'lost', mayHaveBeenProcessed: true })
    }
  })

  it('A connection that is ended by an error of another call is not described by that error', async () => {
    const other = new KhaltiInputError('refund was not sent', { amount: ['It is 0.'] })
    for (const [operation, changes] of [
      ['refund', true],
      ['lookup', false],
    ] as const) {
      const controller = new AbortController()
      const fetch: typeof globalThis.fetch = (_input, init) =>
        new Promise((_, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
          queueMicrotask(() => controller.abort(other))
        })
      expect(await failed(fetch, operation, {}, controller.signal)).toMatchObject({
        code: 'connection',
        reason: 'aborted',
        mayHaveBeenProcessed: changes,
        cause: other,
      })
    }
  })

  it.each([
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'UND_ERR_SOCKET',
    'X_ENOTFOUND',
    'ENOTFOUND_X',
    'EPROTO',
    'ERR_SSL_BAD_RECORD_TYPE',
  ])('The code %s does not prove that nothing was sent', async (code) => {
    expect(await failed(failing(withCode(code)), 'refund')).toMatchObject({ reason: 'lost' })
  })

  it.each([[null], [undefined], ['ENOTFOUND'], [7], [withCode(7)], [new AggregateError([])]])(
    'A fetch that rejects with %s says nothing of what was sent',
    async (cause) => {
      const error = await failed(failing(cause), 'refund')
      expect(error).toMatchObject({ reason: 'lost', mayHaveBeenProcessed: true })
      expect(error.message).toBe(`The connection to ${origin} broke during refund. ${lookFirst}`)
    },
  )

  it('An AggregateError of no errors speaks by its own code', async () => {
    const cause = Object.assign(new AggregateError([]), { code: 'ENOTFOUND' })
    expect(await failed(failing(cause), 'refund')).toMatchObject({ reason: 'unreachable' })
  })

  it.each<[title: string, wrap: (inner: Error) => Error]>([
    ['causes', (cause) => new Error('outer', { cause })],
    ['errors', (inner) => new AggregateError([inner])],
  ])('A code is found below five %s, and not below six', async (_title, wrap) => {
    const below = (count: number) => Array.from({ length: count }).reduce<Error>(wrap, withCode('ENOTFOUND'))
    expect(await failed(failing(below(5)), 'refund')).toMatchObject({ reason: 'unreachable' })
    expect(await failed(failing(below(6)), 'refund')).toMatchObject({ reason: 'lost' })
  })

  it('An error that is its own cause is read to an end', async () => {
    const cause = withCode('ECONNREFUSED')
    cause.cause = cause
    expect(await failed(failing(cause), 'refund')).toMatchObject({ reason: 'unreachable' })
  })

  it('The cause of a failed connection is on the error', async () => {
    const cause = withCode('ENOTFOUND')
    expect((await failed(failing(cause), 'lookup')).cause).toBe(cause)
    const lost = withCode('ECONNRESET')
    expect((await failed(failing(lost), 'lookup')).cause).toBe(lost)
  })
})

describe('a call that gets no answer in time', () => {
  it.each<[operation: Operation, advice: string, mayHaveBeenProcessed: boolean]>([
    ['lookup', nothingChanged, false],
    ['banks', nothingChanged, false],
    ['initiate', lookFirst, true],
    ['refund', lookFirst, true],
  ])('A timeout of %s ends with: %s', async (operation, advice, mayHaveBeenProcessed) => {
    expect(await failed(hanging, operation)).toMatchObject({
      message: `${origin} did not answer ${operation} within 1000 ms. ${advice}`,
      reason: 'timeout',
      retryable: !mayHaveBeenProcessed,
      mayHaveBeenProcessed,
    })
  })

  it('A secretKey function that gives no key in time is a timeout after which the call is safe to repeat', async () => {
    const secretKey = () => new Promise<string>(() => {})
    expect(await failed(hanging, 'refund', { secretKey })).toMatchObject({
      message: 'refund was not sent: the secretKey function gave no key within 1000 ms.',
      reason: 'timeout',
      retryable: true,
      mayHaveBeenProcessed: false,
    })
  })
})

describe('a call that its signal ends', () => {
  const settings = { secretKey: 'sk', environment: 'sandbox' } as const

  it('A call that is aborted after it was sent says whether it may have gone through', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const client = new KhaltiClient({ ...settings, fetch: hanging })
    const aborts = [client.refund('GFq9', {}, { signal }), client.lookup(pidx, { signal })].map((call) =>
      call.catch((error) => error),
    )
    await vi.advanceTimersByTimeAsync(1)
    controller.abort('the customer left')
    const [refund, lookup] = await Promise.all(aborts)
    expect(refund).toMatchObject({
      message: 'refund was aborted by its signal. It may have gone through.',
      reason: 'aborted',
      retryable: false,
      mayHaveBeenProcessed: true,
      cause: 'the customer left',
    })
    expect(lookup).toMatchObject({
      message: 'lookup was aborted by its signal.',
      reason: 'aborted',
      retryable: false,
      mayHaveBeenProcessed: false,
      cause: 'the customer left',
    })
  })

  it('A call whose signal aborted before it is never sent', async () => {
    const fetch = vi.fn(hanging)
    const client = new KhaltiClient({ ...settings, fetch })
    const refund = client.refund('GFq9', {}, { signal: AbortSignal.abort('left') })
    await expect(refund).rejects.toMatchObject({
      message: 'refund was aborted by its signal.',
      reason: 'aborted',
      mayHaveBeenProcessed: false,
      cause: 'left',
    })
    expect(fetch).not.toHaveBeenCalled()
  })
})
