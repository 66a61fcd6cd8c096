import { rupees } from 'khalti-kit'
import { memoryPayments } from 'khalti-kit/checkout'
import { createSimulator, type Simulator } from 'khalti-kit/testing'
import { describe, expect, it } from 'vitest'
import { heldLookups } from '../support/held-lookups.ts'
import { openShop } from '../support/shop.ts'

const seconds = 1_000
const minutes = 60 * seconds
const days = 24 * 60 * minutes

/** Two servers of one shop, the first of which hears from Khalti late. */
async function openTwoServers() {
  let time = Date.parse('2026-11-23T06:15:00Z')
  const now = () => new Date(time)
  const simulator = createSimulator({ now })
  const payments = memoryPayments({ now })
  const late = heldLookups(simulator)
  const slow = openShop({ checkout: { payments }, client: { fetch: late.fetch } })
  const quick = openShop({ checkout: { payments }, client: { fetch: simulator.fetch } })
  const { pidx } = await quick.checkout.initiate(quick.order())
  return {
    simulator,
    late,
    slow,
    quick,
    pidx,
    told: () => [...slow.events, ...quick.events],
    pass(ms: number) {
      time += ms
    },
  }
}

type Act = (simulator: Simulator, pidx: string) => void

const states: Record<string, Act> = {
  Initiated: () => {},
  Pending: (simulator, pidx) => simulator.answerWith(pidx, 'Pending'),
  'User canceled': (simulator, pidx) => simulator.answerWith(pidx, 'User canceled'),
  Expired: (simulator, pidx) => simulator.answerWith(pidx, 'Expired'),
  Ambiguous: (simulator, pidx) => simulator.answerWith(pidx, 'Ambiguous'),
  Completed: (simulator, pidx) => void simulator.pay(pidx),
  Refunded: (simulator, pidx) => {
    simulator.pay(pidx)
    simulator.answerWith(pidx, 'Refunded')
  },
}

const pairs = Object.keys(states).flatMap((older) => Object.keys(states).map((newer) => [older, newer] as const))

/** One server asks and hears late; in between the payment changes, and another server asks and hears at once. */
async function hearLate({ older, newer, between }: { older: string; newer: string; between: number }) {
  const { simulator, late, slow, quick, pidx, told, pass } = await openTwoServers()
  states[older]?.(simulator, pidx)
  late.hold()
  const settling = slow.checkout.settle(pidx)
  await expect.poll(() => late.waiting).toBe(1)
  pass(between)
  simulator.answerWith(pidx, 'Initiated')
  states[newer]?.(simulator, pidx)
  const { payment: established } = await quick.checkout.settle(pidx)
  const toldBefore = told().length
  late.release()
  await settling
  const fulfilled = slow.fulfilled.length + quick.fulfilled.length
  return { established, after: await quick.payment(pidx), toldLate: told().slice(toldBefore), fulfilled }
}

describe('an answer that comes late', () => {
  const isMoney = (state: string) => state === 'Completed' || state === 'Refunded'

  /** The quick server hands out what it hears is paid; the slow one does where nothing says that the money went back. */
  const handedOut = (older: string, newer: string) =>
    newer === 'Completed' || (older === 'Completed' && newer !== 'Refunded')

  it.each(pairs.filter(([older]) => !isMoney(older)))(
    'An answer that comes late takes nothing back that a newer one has established, and tells nothing (%s, then %s)',
    async (older, newer) => {
      for (const between of [0, 5 * seconds]) {
        const { established, after, toldLate } = await hearLate({ older, newer, between })
        expect(after).toEqual(established)
        expect(toldLate).toEqual([])
      }
    },
  )

  it.each(pairs.filter(([older]) => isMoney(older)))(
    'An answer that comes late is never too old to say that money arrived or went back (%s, then %s)',
    async (older, newer) => {
      for (const between of [0, 5 * seconds]) {
        const { after, fulfilled } = await hearLate({ older, newer, between })
        const isBack = older === 'Refunded' || newer === 'Refunded'
        expect(after?.state).toBe(isBack ? 'refunded' : 'paid')
        expect(fulfilled).toBe(handedOut(older, newer) ? 1 : 0)
      }
    },
  )

  it('An answer to reconcile that comes late is judged by the order as it is when the answer comes', async () => {
    const { simulator, late, slow, quick, pidx, pass } = await openTwoServers()
    late.hold()
    const reconciling = slow.checkout.reconcile()
    await expect.poll(() => late.waiting).toBe(1)
    pass(minutes)
    simulator.pay(pidx)
    expect(await quick.checkout.settle(pidx)).toMatchObject({ fulfilled: true })
    late.release()
    expect(await reconciling).toMatchObject({ checked: 1, failed: 0 })
    expect(await quick.payment(pidx)).toMatchObject({ state: 'paid', fulfilledAt: expect.any(Date) })
    expect(slow.fulfilled).toEqual([])
  })
})

describe('money that was seen', () => {
  it('Money that was seen stays received, whatever odd answers come after it, and they want attention', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    for (const odd of ['Pending', 'Initiated', 'User canceled', 'Expired', 'Failed', 'Ambiguous']) {
      shop.pass(seconds)
      shop.simulator.answerWith(pidx, odd)
      expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
    }
    expect((await shop.checkout.order('topi'))?.attention).toEqual(['hold'])
    expect(shop.fulfilled).toHaveLength(1)
    expect(shop.events).toEqual([])
  })

  it('Money that was seen stays given back once a refund was seen, whatever comes between', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    shop.simulator.refund(pidx)
    await shop.checkout.settle(pidx)
    for (const odd of ['Pending', 'Ambiguous', 'Completed', 'Initiated']) {
      shop.pass(seconds)
      shop.simulator.answerWith(pidx, odd)
      expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'refunded', fulfilled: false })
    }
    expect(shop.fulfilled).toEqual([])
  })
})

describe('a payment that was given up', () => {
  it('A payment that was given up is fulfilled when it completes after all and anybody looks', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.expire(pidx)
    await shop.checkout.reconcile()
    shop.pass(20 * days)
    await shop.checkout.reconcile()
    shop.simulator.answerWith(pidx, 'Pending')
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'pending' })
    shop.pass(days)
    shop.simulator.pay(pidx)
    expect(await shop.checkout.reconcile()).toMatchObject({ paid: 1 })
    expect(shop.fulfilled).toHaveLength(1)
    shop.lookups.length = 0
    shop.pass(days)
    await shop.checkout.reconcile()
    expect(shop.lookups).toEqual([pidx])
  })

  it('A payment that was given up is held and told where it was superseded, stayed pending for days, and then completes', async () => {
    const shop = openShop()
    const cheap = await shop.checkout.initiate(shop.order())
    await shop.checkout.initiate(shop.order({ amount: rupees(9_000) }))
    shop.simulator.answerWith(cheap.pidx, 'Pending')
    for (let day = 0; day < 10; day += 1) {
      await shop.checkout.reconcile()
      shop.pass(days)
    }
    shop.simulator.pay(cheap.pidx)
    await shop.checkout.reconcile()
    expect(await shop.payment(cheap.pidx)).toMatchObject({ state: 'hold', holdReason: 'superseded' })
    expect(shop.events).toMatchObject([{ name: 'unpaid' }, { name: 'hold', payment: { pidx: cheap.pidx } }])
  })
})

describe('a payment that Khalti does not know any more', () => {
  it('A payment that Khalti does not know any more is held and told after three looks over ten minutes, and its order gets a new link', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    const restarted = openShop({ checkout: { payments: shop.payments } })
    const look = () => restarted.checkout.settle(pidx)
    await expect(look()).rejects.toMatchObject({ kind: 'not-found' })
    shop.pass(minutes)
    await expect(look()).rejects.toMatchObject({ kind: 'not-found' })
    shop.pass(minutes)
    await expect(look()).rejects.toMatchObject({ kind: 'not-found' })
    await expect(restarted.checkout.initiate(restarted.order({ amount: rupees(900) }))).rejects.toMatchObject({
      kind: 'not-found',
    })
    shop.pass(9 * minutes)
    expect(await look()).toMatchObject({ outcome: 'hold', payment: { holdReason: 'unknown-payment' } })
    expect(restarted.events).toMatchObject([{ name: 'hold', payment: { pidx } }])
    const fresh = await restarted.checkout.initiate(restarted.order())
    expect(fresh.pidx).not.toBe(pidx)
    // It is known after all, and paid: it fulfils, and retires the newer link.
    shop.simulator.pay(pidx)
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect((await shop.payment(fresh.pidx))?.supersededAt).toBeInstanceOf(Date)
    restarted.simulator.pay(fresh.pidx)
    expect(await restarted.checkout.settle(fresh.pidx)).toMatchObject({ payment: { duplicateOf: pidx } })
    expect(restarted.events.at(-1)).toMatchObject({ name: 'paidTwice' })
  })
})

describe('a link of another cart whose money was in doubt', () => {
  it('A payment that was held for its amount is held as superseded where it turns out right after the cart has changed', async () => {
    const shop = openShop()
    const first = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(first.pidx)
    shop.simulator.failNext({ kind: 'wrong-amount', on: 'lookup' })
    expect(await shop.checkout.settle(first.pidx)).toMatchObject({ payment: { holdReason: 'wrong-amount' } })
    await shop.checkout.attended('topi', { by: 'Sita' })
    const second = await shop.checkout.initiate(shop.order({ amount: rupees(900) }))
    expect(second.pidx).not.toBe(first.pidx)
    expect(await shop.checkout.settle(first.pidx)).toMatchObject({
      outcome: 'hold',
      fulfilled: false,
      payment: { holdReason: 'superseded' },
    })
    expect(shop.fulfilled).toEqual([])
  })
})
