import { describe, expect, it, vi } from 'vitest'
import { heldLookups } from '../support/held-lookups.ts'
import { openShop, post } from '../support/shop.ts'

const minutes = 60_000
const days = 24 * 60 * minutes

describe('300 requests at once', () => {
  it.each(['status', 'return'])('300 requests at once to the %s route of one payment are one lookup', async (route) => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    await Promise.all(Array.from({ length: 300 }, () => shop.ask(`${route}?pidx=${pidx}`)))
    expect(shop.lookups.length).toBeLessThan(6)
    expect(shop.fulfilled).toHaveLength(1)
  })

  it('300 requests at once to the initiate route of one order are one link and a handful of lookups', async () => {
    const shop = openShop()
    await shop.checkout.initiate(shop.order())
    shop.pass(minutes)
    const answers = await Promise.all(
      Array.from({ length: 300 }, () => shop.ask('initiate', post({ orderId: 'topi' }))),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(shop.lookups.length).toBeLessThan(6)
    expect(shop.simulator.payments()).toHaveLength(1)
  })
})

describe('a server whose clock is wrong', () => {
  it.each([-14 * days, -days, -60 * minutes, 60 * minutes, days, 14 * days])(
    'A server whose clock is wrong by %d ms loses nothing: the clock of the store decides',
    async (skew) => {
      const realNow = Date.now
      vi.spyOn(Date, 'now').mockImplementation(() => realNow() + skew)
      try {
        const shop = openShop()
        const link = await shop.checkout.initiate(shop.order())
        expect(link.expires_in).toBe(1800)
        shop.pass(20 * minutes)
        expect((await shop.checkout.initiate(shop.order())).pidx).toBe(link.pidx)
        shop.simulator.pay(link.pidx)
        shop.pass(11 * minutes)
        expect(await shop.checkout.reconcile()).toMatchObject({ checked: 1, paid: 1 })
        expect((await shop.payment(link.pidx))?.fulfilledAt).toEqual(shop.now())
      } finally {
        vi.restoreAllMocks()
      }
    },
  )
})

describe('reconcile of many payments', () => {
  it('Reconcile of many payments goes on with the next ones while one of the first is still being looked at', async () => {
    const shop = openShop()
    for (let order = 0; order < 30; order += 1) await shop.checkout.initiate(shop.order({ id: `order${order}` }))
    let release = () => {}
    const first = new Promise<void>((resolve) => {
      release = resolve
    })
    let asked = 0
    const fetch: typeof globalThis.fetch = async (input, init) => {
      asked += 1
      if (asked === 1) await first
      return shop.simulator.fetch(input, init)
    }
    const slow = openShop({ checkout: { payments: shop.payments }, client: { fetch } })
    const reconciling = slow.checkout.reconcile({ concurrency: 2 })
    await expect.poll(() => asked).toBe(30)
    release()
    expect(await reconciling).toMatchObject({ checked: 30, pending: 30 })
  })

  it('Reconcile of many payments leaves what it had not begun when it was aborted to the next run, at once', async () => {
    const shop = openShop()
    for (let order = 0; order < 30; order += 1) await shop.checkout.initiate(shop.order({ id: `order${order}` }))
    const stop = new AbortController()
    const fetch: typeof globalThis.fetch = (input, init) => {
      stop.abort()
      return shop.simulator.fetch(input, init)
    }
    const ending = openShop({ checkout: { payments: shop.payments }, client: { fetch } })
    const { checked } = await ending.checkout.reconcile({ concurrency: 4, signal: stop.signal })
    expect(checked).toBeLessThan(5)
    expect(await shop.checkout.reconcile()).toMatchObject({ checked: 30 - checked, failed: 0 })
  })

  it('Reconcile of many payments lets lookups that are under way end when it is aborted, and counts them', async () => {
    const shop = openShop()
    for (let order = 0; order < 5; order += 1) await shop.checkout.initiate(shop.order({ id: `order${order}` }))
    const late = heldLookups(shop.simulator)
    late.hold()
    const slow = openShop({ checkout: { payments: shop.payments }, client: { fetch: late.fetch } })
    const stop = new AbortController()
    const reconciling = slow.checkout.reconcile({ concurrency: 2, signal: stop.signal })
    await expect.poll(() => late.waiting).toBe(2)
    stop.abort()
    late.release()
    expect(await reconciling).toMatchObject({ checked: 2, pending: 2, failed: 0 })
  })
})
