import { describe, expect, it } from 'vitest'
import type { Payment } from '../../../src/checkout/payment-store.ts'
import {
  add,
  type Database,
  hasToken,
  makeStore,
  minute,
  newPayment,
  pidxOf,
  reserved,
  type Store,
  tokenOf,
} from './postgres-store.ts'

/** Finding, reserving and creating, as the contract says it. */
export function describeOrders(database: Database) {
  describe('find', () => {
    it('gives the payment as it was created, with dates by the store clock', async () => {
      const { store } = await makeStore(database)
      await add(store)
      const { expiresInMs: _, ...payment } = newPayment()
      expect(await store.find('p1')).toEqual({
        ...payment,
        state: 'open',
        createdAt: new Date('2026-07-01T06:00:00.123Z'),
        expiresAt: new Date('2026-07-01T06:30:00.123Z'),
      })
      expect(await store.find('p2')).toBeUndefined()
    })

    it('lists the payments of an order alone, newest first, even where all were made in one millisecond', async () => {
      const { store } = await makeStore(database)
      for (const pidx of ['p1', 'p2', 'p3']) await add(store, { pidx, fingerprint: pidx })
      await add(store, { pidx: 'p4', orderId: 'o2' })
      expect((await store.findByOrder('o1')).map(pidxOf)).toEqual(['p3', 'p2', 'p1'])
      expect(await store.findByOrder('o3')).toEqual([])
    })

    it('keeps the largest amount exactly', async () => {
      const { store } = await makeStore(database)
      await add(store, { amount: Number.MAX_SAFE_INTEGER as Payment['amount'] })
      expect((await store.find('p1'))?.amount).toBe(Number.MAX_SAFE_INTEGER)
    })
  })

  describe('reserve', () => {
    it('lets one reserve an order until the lease runs out', async () => {
      const { store, pass } = await makeStore(database)
      expect(hasToken(await store.reserve('o1', 'cart-a', minute))).toBe(true)
      expect(await store.reserve('o1', 'cart-a', minute)).toBe('busy')
      expect(await store.reserve('o1', 'cart-b', minute)).toBe('busy')
      expect(hasToken(await store.reserve('o2', 'cart-a', minute))).toBe(true)
      pass(minute)
      expect(hasToken(await store.reserve('o1', 'cart-a', minute))).toBe(true)
    })

    it('gives the live link of the same cart, as long as it has a minute left', async () => {
      const { store, pass } = await makeStore(database)
      await add(store)
      pass(29 * minute)
      expect(await store.reserve('o1', 'cart-a', minute)).toMatchObject({ live: { pidx: 'p1' } })
      pass(1)
      expect(hasToken(await store.reserve('o1', 'cart-a', minute))).toBe(true)
    })

    it('does not bring a superseded link back when the cart is changed back', async () => {
      const { store } = await makeStore(database)
      await add(store)
      await add(store, { pidx: 'p2', fingerprint: 'cart-b' })
      expect(hasToken(await store.reserve('o1', 'cart-a', minute))).toBe(true)
    })

    it('gives no link that is closed', async () => {
      const { store } = await makeStore(database)
      await add(store)
      await store.record('p1', { state: 'unpaid' })
      expect(hasToken(await store.reserve('o1', 'cart-a', minute))).toBe(true)
    })

    it('names the paid payment of the order, before a live link and before a reservation', async () => {
      const { store } = await makeStore(database)
      await add(store)
      await add(store, { pidx: 'p2', fingerprint: 'cart-b' })
      await reserved(store, { fingerprint: 'cart-c' })
      await store.record('p1', { state: 'paid' })
      for (const fingerprint of ['cart-a', 'cart-b', 'cart-c']) {
        expect(await store.reserve('o1', fingerprint, minute)).toMatchObject({ paid: { pidx: 'p1' } })
      }
    })

    it('takes a claimed payment for paid until the claim runs out', async () => {
      const { store, pass } = await makeStore(database)
      await add(store)
      tokenOf(await store.claim('p1', minute))
      expect(await store.reserve('o1', 'cart-b', minute)).toMatchObject({ paid: { pidx: 'p1' } })
      pass(minute)
      expect(hasToken(await store.reserve('o1', 'cart-b', minute))).toBe(true)
    })

    it('lets a refunded order be paid again', async () => {
      const { store } = await makeStore(database)
      await add(store)
      await store.complete('p1', tokenOf(await store.claim('p1', minute)), { state: 'paid' })
      await store.record('p1', { state: 'refunded', refundExtent: 'full' })
      expect(hasToken(await store.reserve('o1', 'cart-a', minute))).toBe(true)
    })

    it('lets go of a reservation for its own token alone', async () => {
      const { store } = await makeStore(database)
      const token = await reserved(store)
      await store.unreserve('o1', 'another')
      expect(await store.reserve('o1', 'cart-a', minute)).toBe('busy')
      await store.unreserve('o1', token)
      expect(hasToken(await store.reserve('o1', 'cart-a', minute))).toBe(true)
    })
  })

  describe('create', () => {
    it('ends the reservation and is due at once', async () => {
      const { store } = await makeStore(database)
      await add(store)
      expect(hasToken(await store.reserve('o1', 'cart-b', minute))).toBe(true)
      expect((await store.due(10, minute)).map(pidxOf)).toEqual(['p1'])
    })

    it('supersedes the links of other carts, once, and leaves those of the same cart and other orders', async () => {
      const { store, pass } = await makeStore(database)
      await add(store, { pidx: 'elsewhere', orderId: 'o2' })
      await add(store)
      pass(minute)
      await add(store, { pidx: 'p2', fingerprint: 'cart-b' })
      const first = (await store.find('p1'))?.supersededAt
      expect(first).toEqual(new Date('2026-07-01T06:01:00.123Z'))
      pass(30 * minute)
      await add(store, { pidx: 'p3', fingerprint: 'cart-b' })
      expect((await store.find('p1'))?.supersededAt).toEqual(first)
      expect((await store.find('p2'))?.supersededAt).toBeUndefined()
      expect((await store.find('elsewhere'))?.supersededAt).toBeUndefined()
    })

    it('does not supersede a fulfilled payment', async () => {
      const { store } = await makeStore(database)
      await add(store)
      await store.complete('p1', tokenOf(await store.claim('p1', minute)), {})
      await store.record('p1', { state: 'refunded' })
      await add(store, { pidx: 'p2', fingerprint: 'cart-b' })
      expect((await store.find('p1'))?.supersededAt).toBeUndefined()
    })

    it.each<[string, (store: Store, pass: (ms: number) => void) => Promise<string>]>([
      ['was never given', async () => 'made up'],
      ['is of another order', async (store) => tokenOf(await store.reserve('o2', 'cart-b', minute))],
      [
        'ran out and another took the reservation',
        async (store, pass) => {
          const token = await reserved(store, { fingerprint: 'cart-b' })
          pass(minute)
          await reserved(store, { fingerprint: 'cart-b' })
          return token
        },
      ],
      [
        'was ended by a claim',
        async (store) => {
          const token = await reserved(store, { fingerprint: 'cart-b' })
          await store.release('p1', tokenOf(await store.claim('p1', minute)))
          return token
        },
      ],
    ])('stores nothing where the token %s', async (_, takeToken) => {
      const { store, pass } = await makeStore(database)
      await add(store)
      const token = await takeToken(store, pass)
      const second = newPayment({ pidx: 'p2', fingerprint: 'cart-b' })
      await expect(store.create(second, token)).rejects.toThrow('The reservation of order o1 is lost')
      expect(await store.find('p2')).toBeUndefined()
      expect((await store.find('p1'))?.supersededAt).toBeUndefined()
    })

    it('refuses a pidx that exists, even of another order, and keeps the reservation', async () => {
      const { store } = await makeStore(database)
      await add(store)
      const token = await reserved(store, { orderId: 'o2' })
      await expect(store.create(newPayment({ orderId: 'o2' }), token)).rejects.toThrow('Payment p1 is stored already')
      expect((await store.find('p1'))?.orderId).toBe('o1')
      expect(await store.reserve('o2', 'cart-a', minute)).toBe('busy')
    })
  })
}
