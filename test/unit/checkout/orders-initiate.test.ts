import { KhaltiConfigError, KhaltiInputError, rupees } from 'khalti-kit'
import { CheckoutRefusal, memoryPayments, type Order } from 'khalti-kit/checkout'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { fingerprintOf } from '../../../src/checkout/order.ts'
import { openKeptShop } from '../../support/kept-shop.ts'
import { link, minute, now } from '../../support/records.ts'
import { openShop, type ShopSettings } from '../../support/shop.ts'
import { openToldShop } from '../../support/told-shop.ts'

afterEach(() => void vi.useRealTimers())

const topi: Order = { id: 'topi', name: 'Dhaka topi', amount: rupees(850) }
const fingerprint = await fingerprintOf(topi)
const busy = new CheckoutRefusal(409, 'This order is being paid already. Please try again.', 'busy')

/** Until something waits for time to pass, or this has ended. No time passes meanwhile, which `vi.waitFor` would see to. */
async function untilWaiting(ends: Promise<unknown>) {
  let hasEnded = false
  const note = () => {
    hasEnded = true
  }
  ends.then(note, note)
  while (!hasEnded && vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve))
}

/** An error that initiate ended by, and what it may have left behind. */
const endedBy = (cause: unknown, mayHaveBeenProcessed = false) =>
  expect.objectContaining({
    message: `initiate was aborted by its signal.${mayHaveBeenProcessed ? ' It may have gone through.' : ''}`,
    reason: 'aborted',
    mayHaveBeenProcessed,
    cause,
  })

describe('what initiate asks first', () => {
  it('Options that are none are refused', async () => {
    const { checkout } = openShop()
    const fields = { options: ['The options are "now". They are an object, such as {}.'] }
    await expect(checkout.initiate(topi, 'now' as never)).rejects.toThrow(
      new KhaltiInputError('initiate was not sent', fields),
    )
  })

  it('An order of another environment gets no link', async () => {
    const { checkout, simulator } = await openKeptShop([], { environment: 'production' })
    const refused = await checkout.initiate(topi).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(KhaltiConfigError)
    expect(refused).toHaveProperty(
      'message',
      'Order topi was made in the production environment, and this client talks to sandbox. A test payment must not pay for real goods; keep a store (or a table prefix) for each environment.',
    )
    expect(simulator.payments()).toEqual([])
  })
})

describe('who makes the link', () => {
  it('A server that makes a link has three times the timeout of its client to itself', async () => {
    let maker: unknown
    const shop = openShop({
      client: {
        timeoutMs: 7_000,
        fetch: async (input, init) => {
          maker = (await shop.payments.read({ orderId: 'topi' })).order?.record.maker
          return shop.simulator.fetch(input, init)
        },
      },
    })
    await shop.checkout.initiate(topi)
    expect(maker).toMatchObject({ until: shop.now().getTime() + 21_000 })
  })
})

/** An order whose link another process is making, who has the right to for a minute; and time that passes by hand. */
async function openBusy(settings: ShopSettings = {}) {
  const change = { maker: { token: 'of another', until: now + minute } }
  const shop = await openKeptShop([], change, { ...settings, client: { timeoutMs: 1_000, ...settings.client } })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  return shop
}

describe('an order whose link another is making', () => {
  it("Whoever wants it too waits as long as the client's timeout, and no longer", async () => {
    const { checkout, simulator } = await openBusy()
    let came: unknown
    const refused = checkout.initiate(topi).catch((error: unknown) => {
      came = error
    })
    await untilWaiting(refused)
    await vi.advanceTimersByTimeAsync(999)
    expect(came).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(came).toEqual(busy)
    expect(came).toMatchObject({ status: 409, code: 'busy' })
    expect(simulator.payments()).toEqual([])
  })

  it('Whoever waits makes the link, once the other has not', async () => {
    const { checkout, pass, simulator } = await openBusy()
    const made = checkout.initiate(topi)
    await untilWaiting(made)
    pass(minute)
    await vi.advanceTimersByTimeAsync(200)
    expect(await made).toHaveProperty('pidx', simulator.payments()[0]?.pidx)
  })

  it('Whoever waits stops by their signal, and nothing was sent', async () => {
    const { checkout, simulator, told } = await openBusy()
    const { signal, abort } = openSignal()
    const made = checkout.initiate(topi, { signal }).catch((error: unknown) => error)
    await untilWaiting(made)
    abort('gone')
    expect(await made).toEqual(endedBy('gone'))
    expect([simulator.payments(), told]).toEqual([[], []])
  })
})

function openSignal() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: (reason: unknown) => controller.abort(reason) }
}

describe('a signal that ends initiate', () => {
  it('A signal ends the lookup of a link, and the shop is not told of it', async () => {
    const { signal, abort } = openSignal()
    const { checkout, told } = await openKeptShop(
      [link({ fingerprint })],
      {},
      {
        client: {
          fetch: () => {
            abort('gone')
            return new Promise(() => {})
          },
          timeoutMs: 50,
        },
      },
    )
    await expect(checkout.initiate(topi, { signal })).rejects.toEqual(endedBy('gone'))
    expect(told).toEqual([])
  })

  it('A signal ends the request for a link, which may have been made', async () => {
    const { signal, abort } = openSignal()
    const { checkout } = openShop({
      client: {
        fetch: () => {
          abort('gone')
          return new Promise(() => {})
        },
        timeoutMs: 50,
      },
    })
    await expect(checkout.initiate(topi, { signal })).rejects.toEqual(endedBy('gone', true))
  })
})

describe('the looks of initiate', () => {
  it('A look that fails is told with the payment, and the link is given out all the same', async () => {
    const { checkout, simulator, told } = await openKeptShop([link({ fingerprint })])
    simulator.failNext({ kind: '500', on: 'lookup' })
    expect(await checkout.initiate(topi)).toStrictEqual({
      pidx: 'a',
      payment_url: 'https://pay.example/?pidx=a',
      expires_at: '2026-11-23T06:35:00.000Z',
      expires_in: 1_200,
    })
    const server = expect.objectContaining({ code: 'api', kind: 'server' })
    expect(told).toEqual([{ error: server, route: 'initiate', pidx: 'a', orderId: 'topi' }])
  })

  it('What fulfil throws for a payment that the look has found is told as of initiate', async () => {
    const shop = openToldShop({ checkout: { fulfil: () => Promise.reject(new Error('no stock')) } })
    const { pidx } = await shop.checkout.initiate(topi)
    shop.simulator.pay(pidx)
    shop.pass(11_000)
    await expect(shop.checkout.initiate(topi)).rejects.toMatchObject({ status: 409, code: 'already-paid' })
    expect(shop.saidTo()).toEqual([{ said: 'no stock', route: 'initiate', pidx, orderId: 'topi' }])
  })

  it('A link that is unpaid and that Khalti does not know any more makes place for a new one', async () => {
    const { checkout, simulator, saidTo } = await openKeptShop([link({ fingerprint, state: 'unpaid' })])
    expect(await checkout.initiate(topi)).toHaveProperty('pidx', simulator.payments()[0]?.pidx)
    expect(saidTo()).toMatchObject([{ route: 'initiate', pidx: 'a', orderId: 'topi' }])
  })

  it('A link that is unpaid and that Khalti cannot look up makes no place for a new one', async () => {
    const { checkout, simulator } = await openKeptShop([link({ fingerprint, state: 'unpaid' })])
    simulator.failNext({ kind: '500', on: 'lookup' })
    await expect(checkout.initiate(topi)).rejects.toMatchObject({ code: 'api', kind: 'server' })
    expect(simulator.payments()).toEqual([])
  })

  it('Three links are looked at, and no more', async () => {
    const links = ['a', 'b', 'c', 'd'].map((pidx) => link({ pidx, fingerprint }))
    const { checkout, lookups } = await openKeptShop(links)
    await expect(checkout.initiate(topi)).rejects.toMatchObject({ code: 'api', kind: 'not-found' })
    expect(lookups).toEqual(['d', 'c', 'b'])
  })

  it('A look that another has begun and ended since initiate was called serves it', async () => {
    const memory = memoryPayments({ now: () => new Date(now) })
    let go = () => {}
    let hold: Promise<void> | undefined = new Promise((resolve) => {
      go = resolve
    })
    const read: typeof memory.read = async (by) => {
      if ('orderId' in by) {
        const held = hold
        hold = undefined
        await held
      }
      return memory.read(by)
    }
    const payments = { ...memory, read }
    const { checkout, ask, simulator, lookups } = await openKeptShop(
      [link({ fingerprint })],
      {},
      { checkout: { payments } },
    )
    simulator.failNext({ kind: '500', on: 'lookup' })
    const made = checkout.initiate(topi)
    expect((await ask('status?pidx=a')).status).toBe(502)
    go()
    expect(await made).toHaveProperty('pidx', 'a')
    expect(lookups).toEqual(['a'])
  })
})

describe('what came between while Khalti made the link', () => {
  /** A shop in which this happens while Khalti makes the first link. */
  function openBetween(happen: (shop: ReturnType<typeof openShop>) => Promise<unknown>) {
    let isFirst = true
    const shop: ReturnType<typeof openShop> = openShop({
      client: {
        timeoutMs: 5_000,
        fetch: async (...request) => {
          if (isFirst) {
            isFirst = false
            shop.pass(16_000)
            await happen(shop)
          }
          return shop.simulator.fetch(...request)
        },
      },
    })
    return shop
  }

  it('A right to make it that has run out, and that another had since, is lost', async () => {
    const { checkout } = openBetween(async (shop) => {
      const { pidx } = await shop.checkout.initiate(topi)
      shop.simulator.expire(pidx)
      await shop.checkout.settle(pidx)
    })
    const refused = await checkout.initiate(topi).catch((error: unknown) => error)
    expect(refused).toEqual(busy)
    expect(refused).toMatchObject({ status: 409, code: 'busy' })
  })

  it('An order that was paid meanwhile is refused, and its link is not stored', async () => {
    const { checkout } = openBetween((shop) => shop.checkout.markPaid(topi, { method: 'cash' }))
    const refused = await checkout.initiate(topi).catch((error: unknown) => error)
    expect(refused).toEqual(new CheckoutRefusal(409, 'This order is already paid.', 'already-paid'))
    expect(refused).toMatchObject({ status: 409, code: 'already-paid' })
    expect((await checkout.find('topi')).map(({ method }) => method)).toEqual(['cash'])
  })

  it('A right that cannot be given back is told with the order, and what Khalti said is thrown', async () => {
    const memory = memoryPayments({ now: () => new Date(now) })
    let writes = 0
    const write: typeof memory.write = async (order) => {
      writes += 1
      if (writes === 2) throw new Error('the disk is full')
      return memory.write(order)
    }
    const { checkout, simulator, saidTo } = openToldShop({ checkout: { payments: { ...memory, write } } })
    simulator.failNext({ kind: '500', on: 'initiate' })
    await expect(checkout.initiate(topi)).rejects.toMatchObject({ code: 'api', kind: 'server' })
    expect(saidTo()).toEqual([{ said: 'the disk is full', route: 'initiate', orderId: 'topi' }])
  })
})

describe('how long a link lives', () => {
  it.each<[what: object, seconds: number]>([
    [{ expires_in: 600 }, 600],
    [{ expires_in: 1, expires_at: '2026-11-23T12:20:00+05:45' }, 1],
    [{ expires_in: 0, expires_at: '2026-11-23T12:20:00+05:45' }, 1_200],
    [{ expires_at: '2026-11-23T12:20:00+05:45' }, 1_200],
    [{ expires_at: '2026-11-23T12:20:00' }, 1_200],
    [{ expires_at: '2026-11-23 12:20' }, 1_200],
    [{ expires_at: '2026-11-23T06:35:00Z' }, 1_200],
    [{ expires_at: '2026-11-23T07:35:00.0+0100' }, 1_200],
    [{ expires_at: '2026-11-23T12:00:00.001+05:45' }, 1],
    [{ expires_at: '2026-11-23T12:00:00+05:45' }, 1_800],
    [{ expires_at: '2026-11-23T11:59:59+05:45' }, 1_800],
    [{ expires_at: 'soon' }, 1_800],
    [{ expires_in: 0 }, 1_800],
    [{}, 1_800],
  ])('A link of which Khalti says %j lives for %d seconds', async (said, seconds) => {
    const pidx = 'x'.repeat(22)
    const payment_url = `https://test-pay.khalti.com/?pidx=${pidx}`
    const { checkout, payment } = openShop({
      client: { fetch: async () => Response.json({ pidx, payment_url, ...said }) },
    })
    await checkout.initiate(topi)
    const made = await payment(pidx)
    expect(made).toMatchObject({ paymentUrl: payment_url, createdAt: new Date(now) })
    expect(Math.ceil((Number(made?.expiresAt) - now) / 1000)).toBe(seconds)
  })
})
