import { type LandingResult, memoryPayments } from 'khalti-kit/checkout'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ShopSettings } from '../../support/shop.ts'
import { openToldShop, wholeOf } from '../../support/told-shop.ts'

afterEach(() => void vi.useRealTimers())

/** A shop with one payment that is paid, at a time that only passes when a test says so. */
async function openWaiting({ checkout = {}, isAnswering = false }: ShopSettings & { isAnswering?: boolean } = {}) {
  const landed: LandingResult[] = []
  const asked: string[] = []
  let said: string | undefined
  const memory = memoryPayments({ now: () => new Date('2026-11-23T06:15:00Z') })
  let readMs = 0
  const payments: typeof memory = {
    ...memory,
    async read(...given) {
      const ms = readMs
      readMs = 0
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
      return memory.read(...given)
    },
  }
  const shop = openToldShop({
    checkout: {
      payments,
      landing: (result) => {
        landed.push(result)
        return '/thanks'
      },
      ...checkout,
    },
    client: {
      fetch: (input, init) => {
        const isLookup = String(input).includes('/lookup/')
        if (said)
          return Promise.resolve(Response.json({ pidx, total_amount: 85_000, status: said, transaction_id: null }))
        if (isLookup) asked.push(JSON.parse(String(init?.body)).pidx)
        return isLookup && !isAnswering ? new Promise(() => {}) : shop.simulator.fetch(input, init)
      },
    },
  })
  const { pidx } = await shop.checkout.initiate(shop.order())
  shop.simulator.pay(pidx)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  /** The answer, which comes after as many milliseconds as `ms` says, and not before. */
  const answerAfter = async (ms: number, answer: Promise<Response>) => {
    let isThere = false
    const note = () => {
      isThere = true
    }
    answer.then(note, note)
    await vi.advanceTimersByTimeAsync(ms - 1)
    expect(isThere).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(isThere).toBe(true)
    return wholeOf(await answer)
  }
  /** The next read of the store takes as long. */
  const slowDown = (ms: number) => {
    readMs = ms
  }
  /** Khalti answers once, and this. */
  const isHeard = async (status: string) => {
    said = status
    await shop.checkout.settle(pidx)
    said = undefined
  }
  const pending = { pidx, orderId: 'topi', orderName: 'Dhaka topi', amount: 85_000, outcome: 'pending' }
  return { ...shop, pidx, asked, landed, answerAfter, slowDown, isHeard, pending }
}

const timeout = expect.objectContaining({ code: 'connection', reason: 'timeout' })
const slowStore = new Error('The payment store has not answered within 8 s. Is its database away?')
const internal = { error: 'Something went wrong in the shop. Please try again.', code: 'internal' }

describe('how long a customer waits', () => {
  it('A customer who comes back waits eight seconds for Khalti, and the shop is told what came of the lookup', async () => {
    const { ask, pidx, payment, landed, told, answerAfter } = await openWaiting()
    const answer = await answerAfter(8_000, ask(`return?pidx=${pidx}`))
    expect([answer.status, answer.headers.location]).toEqual([303, 'https://shop.example/thanks'])
    expect(landed).toStrictEqual([{ outcome: 'pending', payment: await payment(pidx) }])
    expect(told).toEqual([{ error: timeout, route: 'return', pidx, orderId: 'topi' }])
  })

  it('A page that polls waits eight seconds for Khalti, and the shop is told what came of the lookup', async () => {
    const { ask, pidx, pending, told, answerAfter } = await openWaiting()
    expect(await answerAfter(8_000, ask(`status?pidx=${pidx}`))).toMatchObject({ status: 200, body: pending })
    expect(told).toEqual([{ error: timeout, route: 'status', pidx, orderId: 'topi' }])
  })

  it('A customer who has paid after all, and whom Khalti lets wait, is not told that nothing was paid', async () => {
    const { ask, pidx, pending, landed, answerAfter, checkout, isHeard } = await openWaiting()
    await isHeard('User canceled')
    expect(await checkout.find('topi')).toMatchObject([{ state: 'unpaid' }])
    expect(await answerAfter(8_000, ask(`status?pidx=${pidx}`))).toMatchObject({ status: 200, body: pending })
    await answerAfter(8_000, ask(`return?pidx=${pidx}`))
    expect(landed).toMatchObject([{ outcome: 'pending', payment: { pidx } }])
  })

  it('A customer whose payment was refunded, and whom Khalti lets wait, is told so: that is not called pending', async () => {
    const { ask, pidx, pending, landed, answerAfter, isHeard } = await openWaiting()
    await isHeard('Refunded')
    const body = { ...pending, outcome: 'refunded' }
    expect(await answerAfter(8_000, ask(`status?pidx=${pidx}`))).toMatchObject({ status: 200, body })
    await answerAfter(8_000, ask(`return?pidx=${pidx}`))
    expect(landed).toMatchObject([{ outcome: 'refunded', payment: { pidx } }])
  })

  it.each(['return', 'status'])('The route %s counts what the store took of the eight seconds', async (route) => {
    const { ask, pidx, told, answerAfter, slowDown } = await openWaiting()
    slowDown(5_000)
    await answerAfter(8_000, ask(`${route}?pidx=${pidx}`))
    expect(told).toEqual([{ error: timeout, route, pidx, orderId: 'topi' }])
  })

  it('A store that takes longer than eight seconds lands a customer as an error, and the shop is told', async () => {
    const { ask, pidx, landed, told, answerAfter, slowDown } = await openWaiting()
    slowDown(60_000)
    expect((await answerAfter(8_000, ask(`return?pidx=${pidx}`))).status).toBe(303)
    expect(landed).toStrictEqual([{ outcome: 'error', error: slowStore }])
    expect(told).toEqual([{ error: slowStore, route: 'return', pidx }])
  })

  it('A store that takes longer than eight seconds is a 500 to a page that polls, and the shop is told', async () => {
    const { ask, pidx, told, answerAfter, slowDown } = await openWaiting()
    slowDown(60_000)
    expect(await answerAfter(8_000, ask(`status?pidx=${pidx}`))).toMatchObject({ status: 500, body: internal })
    expect(told).toEqual([{ error: slowStore, route: 'status' }])
  })

  it.each(['return', 'status'])('What the route %s has begun goes on after the customer has gone', async (route) => {
    const handedOut: string[] = []
    const { ask, pidx, told, answerAfter } = await openWaiting({
      isAnswering: true,
      checkout: {
        fulfil: async ({ orderId }) => {
          await new Promise((resolve) => setTimeout(resolve, 9_000))
          handedOut.push(orderId)
        },
      },
    })
    await answerAfter(8_000, ask(`${route}?pidx=${pidx}`))
    expect(handedOut).toEqual([])
    await vi.advanceTimersByTimeAsync(2_000)
    expect([handedOut, told]).toEqual([['topi'], []])
  })
})

describe('whose lookup serves a customer', () => {
  it('A lookup that a poll has begun and ended since a customer came back serves them both', async () => {
    const { ask, pidx, asked, landed, simulator, slowDown } = await openWaiting({ isAnswering: true })
    simulator.answerWith(pidx, 'Pending')
    slowDown(500)
    const back = ask(`return?pidx=${pidx}`)
    await ask(`status?pidx=${pidx}`)
    await vi.advanceTimersByTimeAsync(500)
    expect((await back).status).toBe(303)
    expect([landed.map(({ outcome }) => outcome), asked]).toEqual([['pending'], [pidx]])
  })

  it('A lookup that had ended before a customer came back does not serve them', async () => {
    const { ask, pidx, asked, landed, simulator } = await openWaiting({ isAnswering: true })
    simulator.answerWith(pidx, 'Pending')
    await ask(`status?pidx=${pidx}`)
    simulator.answerWith(pidx, 'Completed')
    await ask(`return?pidx=${pidx}`)
    expect([landed.map(({ outcome }) => outcome), asked]).toEqual([['paid'], [pidx, pidx]])
  })
})
