import { KhaltiClient, type KhaltiClientOptions } from 'khalti-kit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { completedLookup, pidx } from '../../support/payment-request.ts'

const json = { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'khalti-kit' }
const settings = { secretKey: 'sk', environment: 'sandbox' } as const

/** A client whose requests wait until they are answered. */
function heldClient(options: KhaltiClientOptions = {}) {
  const held: ((response: Response) => void)[] = []
  const fetch = vi.fn(
    (..._asked: Parameters<typeof globalThis.fetch>) => new Promise<Response>((give) => held.push(give)),
  )
  const client = new KhaltiClient({ ...settings, fetch, ...options })
  return { client, fetch, answer: (response = Response.json(completedLookup)) => held.shift()?.(response) }
}

/** A client whose requests are answered in turn. */
function answeredClient(...answers: Response[]) {
  const fetch = vi.fn(async () => answers.shift() as Response)
  return { client: new KhaltiClient({ ...settings, fetch }), fetch }
}

/** Whether a promise is settled once all that can run now has run. */
async function isOver(promise: Promise<unknown>): Promise<boolean> {
  let over = false
  void promise.finally(() => {
    over = true
  })
  await vi.advanceTimersByTimeAsync(0)
  return over
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

describe('a request', () => {
  it('A request is sent as JSON with the key, and follows no redirect', async () => {
    const { client, fetch, answer } = heldClient()
    const lookup = client.lookup(pidx)
    await vi.advanceTimersByTimeAsync(0)
    answer()
    expect(await lookup).toEqual(completedLookup)
    expect(fetch.mock.calls).toEqual([
      [
        'https://dev.khalti.com/api/v2/epayment/lookup/',
        {
          method: 'POST',
          headers: { ...json, authorization: 'Key sk' },
          body: JSON.stringify({ pidx }),
          signal: expect.any(AbortSignal),
          redirect: 'manual',
        },
      ],
    ])
  })

  it('Hooks tell of a request its whole address, and of its answer how long it took', async () => {
    const events: unknown[] = []
    const { client, answer } = heldClient({
      hooks: { onRequest: (event) => events.push(event), onResponse: (event) => events.push(event) },
    })
    // The clock does not begin at 0.
    await vi.advanceTimersByTimeAsync(1_000)
    const lookup = client.lookup(pidx)
    await vi.advanceTimersByTimeAsync(250)
    answer()
    await lookup
    const url = 'https://dev.khalti.com/api/v2/epayment/lookup/'
    expect(events).toEqual([
      { operation: 'lookup', attempt: 1, method: 'POST', url, body: { pidx } },
      { operation: 'lookup', attempt: 1, status: 200, durationMs: 250 },
    ])
  })

  it('A request leaves no timer behind', async () => {
    const { client, answer } = heldClient()
    const lookup = client.lookup(pidx)
    await vi.advanceTimersByTimeAsync(0)
    answer()
    await lookup
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('close', () => {
  it('close waits until the last request that runs is over', async () => {
    const { client, answer } = heldClient()
    const lookups = [client.lookup(pidx), client.lookup(pidx)]
    await vi.advanceTimersByTimeAsync(0)
    const closed = client.close()
    expect(await isOver(closed)).toBe(false)
    answer()
    expect(await isOver(closed)).toBe(false)
    answer()
    expect(await isOver(closed)).toBe(true)
    expect(await Promise.all(lookups)).toEqual([completedLookup, completedLookup])
  })

  it('close is over at once where no request runs, also after one has failed', async () => {
    const client = new KhaltiClient({ ...settings, maxRetries: 0, fetch: () => Promise.reject(new Error('x')) })
    await expect(client.lookup(pidx)).rejects.toMatchObject({ reason: 'lost' })
    expect(await isOver(client.close())).toBe(true)
    expect(await isOver(client.close())).toBe(true)
  })

  it('A client that is closed, or about to be, sends nothing more', async () => {
    const { client, answer, fetch } = heldClient()
    const running = client.lookup(pidx)
    await vi.advanceTimersByTimeAsync(0)
    const closed = client[Symbol.asyncDispose]()
    const message = 'This client is closed. Make a new one.'
    await expect(client.lookup(pidx)).rejects.toMatchObject({ code: 'config', message })
    answer()
    await Promise.all([running, closed])
    await expect(client.banks('ebanking')).rejects.toMatchObject({ code: 'config', message })
    expect(fetch).toHaveBeenCalledTimes(1)
  })
})

describe('close while a call pauses', () => {
  const badGateway = () => new Response('', { status: 502 })

  it('A call that pauses between two tries when the client is closed makes the next try, and close waits for it', async () => {
    const { client } = answeredClient(badGateway(), Response.json(completedLookup))
    const lookup = client.lookup(pidx)
    await vi.advanceTimersByTimeAsync(0)
    const closed = client.close()
    expect(await isOver(closed)).toBe(false)
    await vi.advanceTimersByTimeAsync(250)
    expect(await lookup).toEqual(completedLookup)
    expect(await isOver(closed)).toBe(true)
  })

  it('A call that fails at last after close says what Khalti said, not that the client is closed', async () => {
    const { client, fetch } = answeredClient(badGateway(), badGateway(), badGateway())
    const lookup = client.lookup(pidx).catch((error) => error)
    await vi.advanceTimersByTimeAsync(0)
    const closed = client.close()
    await vi.advanceTimersByTimeAsync(750)
    expect(await lookup).toMatchObject({ code: 'api', status: 502 })
    expect(fetch).toHaveBeenCalledTimes(3)
    await closed
  })

  it('A list of banks is one call: close waits for all of its pages', async () => {
    const page = (idx: string) => Response.json({ total_pages: 2, records: [{ idx, name: `Bank ${idx}` }] })
    const { client, fetch, answer } = heldClient()
    const banks = client.banks('ebanking')
    await vi.advanceTimersByTimeAsync(0)
    const closed = client.close()
    answer(page('a'))
    expect(await isOver(closed)).toBe(false)
    answer(page('b'))
    expect((await banks).map(({ idx }) => idx)).toEqual(['a', 'b'])
    expect(await isOver(closed)).toBe(true)
    expect(fetch).toHaveBeenCalledTimes(2)
  })

  it('waitForPayment is ended by close: the look that runs is waited for, and the next one says that the client is closed', async () => {
    const { client, fetch, answer } = heldClient()
    const waited = client.waitForPayment({ pidx, amount: 1000 }).catch((error) => error)
    await vi.advanceTimersByTimeAsync(0)
    const closed = client.close()
    expect(await isOver(closed)).toBe(false)
    answer(Response.json({ ...completedLookup, status: 'Pending' }))
    expect(await isOver(closed)).toBe(true)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await waited).toMatchObject({ code: 'config', message: expect.stringContaining('This client is closed.') })
    expect(fetch).toHaveBeenCalledTimes(1)
  })
})

describe('the settings of a client', () => {
  it.each<[options: KhaltiClientOptions, timeoutMs: number]>([
    [{}, 10_000],
    [{ timeoutMs: 5_000 }, 5_000],
  ])('The timeout of a client with the options %j is %i ms', (options, timeoutMs) => {
    expect(new KhaltiClient(options).timeoutMs).toBe(timeoutMs)
  })
})
