import { describe, expect, test } from 'vitest'
import { createSimulator, type Fault } from '../../../src/testing.ts'
import { goodRequest, lookup, post, read, refund, start } from '../../support/gateway.ts'

const initiate = (simulator: ReturnType<typeof createSimulator>) =>
  post(simulator, '/api/v2/epayment/initiate/', goodRequest)

/** The error of undici where the other side resets the connection. */
const reset = expect.objectContaining({
  message: 'fetch failed',
  cause: expect.objectContaining({ message: 'read ECONNRESET', code: 'ECONNRESET', errno: -104, syscall: 'read' }),
})

describe('answers that fail', () => {
  test('answers 500 with nothing, and has done nothing', async () => {
    const simulator = createSimulator()
    simulator.failNext('500')
    expect(await initiate(simulator)).toMatchObject({ status: 500, text: '' })
    expect(simulator.payments()).toEqual([])
    expect(await initiate(simulator)).toMatchObject({ status: 200 })
  })

  test('answers 502 with a page', async () => {
    const simulator = createSimulator()
    simulator.failNext('502')
    const answer = await initiate(simulator)
    expect(answer).toMatchObject({ status: 502, text: expect.stringContaining('<h1>502 Bad Gateway</h1>') })
    expect(answer.headers.get('content-type')).toBe('text/html')
  })

  test.each(['500', '502'] as const)(
    'answers %s, and has carried the request out only where asked to',
    async (kind) => {
      const simulator = createSimulator()
      simulator.failNext(kind)
      expect(await initiate(simulator)).toMatchObject({ status: Number(kind) })
      expect(simulator.payments()).toHaveLength(0)
      simulator.failNext({ kind, processed: true })
      expect(await initiate(simulator)).toMatchObject({ status: Number(kind) })
      expect(simulator.payments()).toHaveLength(1)
    },
  )

  test.each([
    ['429', '1'],
    [{ kind: '429', retryAfterSeconds: 7 }, '7'],
  ] as const)('says with %j when to come back', async (fault, seconds) => {
    const simulator = createSimulator()
    simulator.failNext(fault)
    const answer = await initiate(simulator)
    expect(answer.status).toBe(429)
    expect(answer.body).toEqual({
      detail: `Request was throttled. Expected available in ${seconds} seconds.`,
      error_key: 'validation_error',
    })
    expect(answer.headers.get('retry-after')).toBe(seconds)
  })

  test('cuts the real answer off in the middle of its JSON', async () => {
    const simulator = createSimulator()
    simulator.failNext('truncated-json')
    const answer = await initiate(simulator)
    const [payment] = simulator.payments()
    expect(answer).toMatchObject({ status: 200, body: undefined })
    expect(answer.text).toContain(`{"pidx":"${payment?.pidx}"`)
  })

  test('cuts an answer off under its own status and kind', async () => {
    const simulator = createSimulator()
    simulator.failNext('truncated-json')
    const answer = await lookup(simulator, 'nope')
    expect(answer).toMatchObject({ status: 404, body: undefined })
    expect(answer.headers.get('content-type')).toBe('application/json')
  })
})

describe('connections that break', () => {
  test('breaks the connection before the payment is made', async () => {
    const simulator = createSimulator()
    simulator.failNext('reset-before')
    await expect(initiate(simulator)).rejects.toThrow(TypeError)
    simulator.failNext('reset-before')
    await expect(initiate(simulator)).rejects.toEqual(reset)
    expect(simulator.payments()).toEqual([])
  })

  test('breaks the connection after the payment was made', async () => {
    const simulator = createSimulator()
    simulator.failNext('reset-after')
    await expect(initiate(simulator)).rejects.toEqual(reset)
    expect(simulator.payments()).toMatchObject([{ status: 'Initiated' }])
  })

  test('breaks the connection after the money went back', async () => {
    const simulator = createSimulator()
    const { pidx } = await start(simulator)
    simulator.pay(pidx)
    simulator.failNext({ kind: 'reset-after', on: 'refund' })
    await expect(refund(simulator, simulator.payments()[0]?.transaction_id ?? '')).rejects.toEqual(reset)
    expect(simulator.payments()).toMatchObject([{ status: 'Refunded' }])
  })
})

describe('answers that lie', () => {
  test.each<[Fault, object]>([
    ['wrong-amount', { total_amount: 2300, status: 'Completed' }],
    [
      { kind: 'wrong-amount', amount: 1 },
      { total_amount: 1, status: 'Completed' },
    ],
    ['wrong-pidx', { pidx: expect.stringMatching(/^\w{22}$/), status: 'Completed' }],
    [{ kind: 'wrong-pidx', pidx: 'other' }, { pidx: 'other' }],
    ['unknown-status', { status: 'Ambiguous' }],
    [{ kind: 'unknown-status', status: 'On the moon' }, { status: 'On the moon' }],
  ])('changes a lookup by %j, and the next lookup is right again', async (fault, body) => {
    const simulator = createSimulator()
    const { pidx } = await start(simulator)
    simulator.pay(pidx)
    simulator.failNext(fault)
    const answer = await lookup(simulator, pidx)
    expect(answer).toMatchObject({ status: 200, body })
    expect(answer.body).not.toMatchObject({ pidx, total_amount: 1300, status: 'Completed' })
    expect((await lookup(simulator, pidx)).body).toMatchObject({ pidx, total_amount: 1300, status: 'Completed' })
  })

  test('tells another pidx than the one of the link it made', async () => {
    const simulator = createSimulator()
    simulator.failNext('wrong-pidx')
    const { body } = await initiate(simulator)
    expect(body.pidx).not.toBe(simulator.payments()[0]?.pidx)
    expect(body.payment_url).toContain(simulator.payments()[0]?.pidx)
  })

  test('leaves an error as it is when asked for an unknown status', async () => {
    const simulator = createSimulator()
    simulator.failNext('unknown-status')
    expect(await lookup(simulator, 'nope')).toMatchObject({ status: 404, body: { detail: 'Not found.' } })
  })

  test('leaves an empty HTTP 500 empty when asked for another pidx', async () => {
    const simulator = createSimulator({ live: true })
    simulator.failNext('wrong-pidx')
    const order = { ...goodRequest, return_url: 'http://localhost:3000/' }
    const answer = await post(simulator, '/api/v2/epayment/initiate/', order)
    expect(answer).toMatchObject({ status: 500, text: '' })
  })

  test.each([
    ['unknown-status', 200],
    ['wrong-amount', 400],
  ] as const)('changes the lookup of a canceled payment by %s, with HTTP %i', async (kind, status) => {
    const simulator = createSimulator()
    const { pidx } = await start(simulator)
    simulator.cancel(pidx)
    simulator.failNext(kind)
    expect(await lookup(simulator, pidx)).toMatchObject({ status, body: { pidx, error_key: 'khalti_error' } })
  })
})

describe('a slow answer', () => {
  test('gives a slow answer in the end', async () => {
    const simulator = createSimulator()
    simulator.failNext({ kind: 'slow', delayMs: 5 })
    expect(await initiate(simulator)).toMatchObject({ status: 200 })
  })

  test('ends a slow answer with the reason of the signal, and has made the payment', async () => {
    const simulator = createSimulator()
    simulator.failNext('slow')
    const controller = new AbortController()
    const answer = post(simulator, '/api/v2/epayment/initiate/', goodRequest, {
      signal: controller.signal,
      headers: { authorization: 'Key x', 'content-type': 'application/json' },
    })
    const reason = new Error('enough')
    setTimeout(() => controller.abort(reason), 5)
    await expect(answer).rejects.toBe(reason)
    expect(simulator.payments()).toHaveLength(1)
  })

  test('ends a slow answer with the signal of a Request, too', async () => {
    const simulator = createSimulator()
    simulator.failNext('slow')
    const controller = new AbortController()
    const request = new Request('https://khalti.com/api/v5/bank/', { signal: controller.signal })
    setTimeout(() => controller.abort(), 5)
    await expect(simulator.fetch(request)).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('aim', () => {
  test('keeps a fault until its endpoint is asked', async () => {
    const simulator = createSimulator()
    simulator.failNext({ kind: '500', on: 'lookup' })
    const { pidx } = await start(simulator)
    expect(await read(simulator, '/api/v5/bank')).toMatchObject({ status: 200 })
    expect((await lookup(simulator, pidx)).status).toBe(500)
    expect((await lookup(simulator, pidx)).status).toBe(200)
  })

  test('lets a fault strike as often as asked, then the next one', async () => {
    const simulator = createSimulator()
    simulator.failNext({ kind: '500', times: 2 })
    simulator.failNext('502')
    const statuses = []
    for (let call = 0; call < 4; call += 1) statuses.push((await initiate(simulator)).status)
    expect(statuses).toEqual([500, 500, 502, 200])
  })

  test('keeps a fault without aim until an answer can have it', async () => {
    const simulator = createSimulator()
    simulator.failNext('wrong-amount')
    const { pidx } = await start(simulator)
    expect((await lookup(simulator, pidx)).body.total_amount).toBe(2300)
  })

  test('never strikes the page for people', async () => {
    const simulator = createSimulator()
    const { payment_url } = await start(simulator)
    simulator.failNext('500')
    expect(await read(simulator, payment_url)).toMatchObject({ status: 200 })
  })

  test.each([
    [500, /^The kind of a fault is text, such as '500'\. This one is 500, a number\.$/],
    [{ kind: 502 }, /^The kind of a fault is text, such as '500'\. This one is 502, a number\.$/],
    [{ on: 'lookup' }, /^The kind of a fault is text, such as '500'\. This one is undefined\.$/],
    [null, /^The kind of a fault is text, such as '500'\. This one is undefined\.$/],
    ['no-such-fault', /no fault "no-such-fault"\. Known are: 429, 500, 502, slow, .*, unknown-status\.$/],
    [{ kind: 'wrong-pidx', on: 'banks' }, /cannot strike banks; it can strike initiate, lookup\.$/],
    [{ kind: '500', times: 0 }, /^times is 0\. Give a whole number from 1\.$/],
    [
      { kind: '429', retryAfter: 3 },
      /^`retryAfter` is no option of the fault "429"\. It knows kind, on, times, retryAfterSeconds\.$/,
    ],
    [{ kind: '429', retryAfterSeconds: 'x' }, /^retryAfterSeconds is "x"\. Give seconds, from 0\.$/],
    [{ kind: 'slow', delayMs: -1 }, /^delayMs is -1\. Give milliseconds, from 0, or Infinity\.$/],
    [{ kind: 'slow', processed: true }, /^`processed` is no option of the fault "slow"/],
    [{ kind: 'wrong-amount', amount: '1000' }, /^amount is "1000"\. Give paisa, as a number\.$/],
    [{ kind: 'wrong-pidx', pidx: '' }, /^pidx is ""\. Give a text that is not empty\.$/],
    [{ kind: 'unknown-status', status: null }, /^status is null\. Give a text\.$/],
    [{ kind: 'reset-after', toString: 1 }, /^`toString` is no option of the fault "reset-after"/],
  ])('refuses %j, which would never strike, or otherwise than it says', (fault, message) => {
    expect(() => createSimulator().failNext(fault as Fault)).toThrow(message)
  })
})
