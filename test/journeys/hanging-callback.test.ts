import { adminPages } from 'khalti-kit/admin'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openShop } from '../support/shop.ts'

const minute = 60_000

/** A shop whose `on.unpaid` never ends, with so many links that have expired, and a newer one that is paid. */
async function openWithExpired(count: number) {
  const told: string[] = []
  const shop = openShop({
    checkout: {
      on: {
        unpaid: ({ payment }) => {
          told.push(payment.orderId)
          return new Promise<never>(() => {})
        },
      },
    },
  })
  for (let index = 0; index < count; index += 1) await shop.checkout.initiate(shop.order({ id: `left-${index}` }))
  shop.pass(70 * minute)
  const { pidx } = await shop.checkout.initiate(shop.order())
  shop.simulator.pay(pidx)
  shop.pass(minute)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  return { ...shop, told }
}

describe('a callback that never ends', () => {
  afterEach(() => void vi.useRealTimers())

  it('A callback that hangs holds up no payment that reconcile has still to check', async () => {
    const { checkout, fulfilled, told } = await openWithExpired(12)
    const running = checkout.reconcile({ concurrency: 2 })
    await vi.waitFor(() => expect(fulfilled).toHaveLength(1), { timeout: 10_000 })
    expect(told).toHaveLength(2)
    for (let round = 0; round < 6; round += 1) await vi.advanceTimersByTimeAsync(30_000)
    expect(await running).toMatchObject({ checked: 13, paid: 1, unpaid: 12 })
    expect(new Set(told).size).toBe(12)
  })

  it('Callbacks that did not begin before the time was over are called by a later reconcile', async () => {
    const { checkout, pass, told } = await openWithExpired(4)
    const aborter = new AbortController()
    const running = checkout.reconcile({ concurrency: 2, signal: aborter.signal })
    await vi.waitFor(() => expect(told).toHaveLength(2), { timeout: 10_000 })
    aborter.abort()
    await vi.advanceTimersByTimeAsync(30_000)
    await running
    expect(told).toHaveLength(2)
    pass(2 * minute)
    const second = checkout.reconcile()
    await vi.waitFor(() => expect(new Set(told).size).toBe(4), { timeout: 10_000 })
    await vi.advanceTimersByTimeAsync(30_000)
    await second
  })
})

it('Admin pages whose authorize never ends answer after half a minute with an error, and open nothing', async () => {
  const admin = adminPages({ authorize: () => new Promise<never>(() => {}) })
  const { checkout, errors } = openShop({ checkout: { admin } })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const asking = checkout.handler(new Request('https://shop.example/api/khalti/admin'))
  await vi.advanceTimersByTimeAsync(30_000)
  expect((await asking).status).toBe(500)
  expect(errors.map(String)).toEqual([expect.stringContaining('authorize has not ended within 30 s.')])
})
