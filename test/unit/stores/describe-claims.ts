import { describe, expect, it } from 'vitest'
import {
  add,
  type Database,
  hasToken,
  makeStore,
  minute,
  newPayment,
  pidxOf,
  reserved,
  tokenOf,
} from './postgres-store.ts'

/** Claiming, completing, recording and handing out, as the contract says it. */
export function describeClaims(database: Database) {
  describe('claim', () => {
    it('is the order’s: no other payment of it can be claimed until the claim runs out', async () => {
      const { store, pass } = await makeStore(database)
      await add(store)
      pass(30 * minute)
      await add(store, { pidx: 'p2' })
      tokenOf(await store.claim('p1', minute))
      expect(await store.claim('p1', minute)).toBe('busy')
      expect(await store.claim('p2', minute)).toBe('busy')
      pass(minute)
      expect(hasToken(await store.claim('p2', minute))).toBe(true)
      expect(await store.claim('p1', minute)).toBe('busy')
    })

    it('counts how often a payment was claimed', async () => {
      const { store, pass } = await makeStore(database)
      await add(store)
      expect(await store.claim('p1', minute)).toMatchObject({ attempt: 1 })
      pass(minute)
      expect(await store.claim('p1', minute)).toMatchObject({ attempt: 2 })
    })

    it('is over where the payment is fulfilled, and names it where another one is', async () => {
      const { store, pass } = await makeStore(database)
      await add(store)
      pass(30 * minute)
      await add(store, { pidx: 'p2' })
      await store.complete('p1', tokenOf(await store.claim('p1', minute)), {})
      expect(await store.claim('p1', minute)).toBe('done')
      expect(await store.claim('p2', minute)).toEqual({ duplicateOf: 'p1' })
    })

    it('is refused for a superseded payment and for one that does not exist', async () => {
      const { store } = await makeStore(database)
      await add(store)
      await add(store, { pidx: 'p2', fingerprint: 'cart-b' })
      expect(await store.claim('p1', minute)).toBe('busy')
      expect(await store.claim('p0', minute)).toBe('busy')
      expect(hasToken(await store.claim('p2', minute))).toBe(true)
    })

    it('changes nothing where it is refused', async () => {
      const { store } = await makeStore(database)
      await add(store)
      await add(store, { pidx: 'p2', fingerprint: 'cart-b' })
      const token = await reserved(store, { fingerprint: 'cart-c' })
      await store.claim('p1', minute)
      await store.create(newPayment({ pidx: 'p3', fingerprint: 'cart-c' }), token)
      expect((await store.find('p3'))?.state).toBe('open')
    })
  })

  describe('complete', () => {
    it('marks the payment as fulfilled, changes it and ends the claim', async () => {
      const { store, pass } = await makeStore(database)
      await add(store)
      const token = tokenOf(await store.claim('p1', minute))
      pass(1000)
      expect(await store.complete('p1', token, { state: 'paid', transactionId: 't1' })).toBe(true)
      expect(await store.find('p1')).toMatchObject({
        state: 'paid',
        transactionId: 't1',
        fulfilledAt: new Date('2026-07-01T06:00:01.123Z'),
      })
      expect(await store.complete('p1', token, {})).toBe(false)
    })

    it('changes nothing without the claim: a wrong token, another payment, a lease that ran out', async () => {
      const { store, pass } = await makeStore(database)
      await add(store)
      pass(30 * minute)
      await add(store, { pidx: 'p2' })
      const token = tokenOf(await store.claim('p1', minute))
      expect(await store.complete('p1', 'another', { state: 'paid' })).toBe(false)
      expect(await store.complete('p2', token, { state: 'paid' })).toBe(false)
      pass(minute)
      tokenOf(await store.claim('p2', minute))
      expect(await store.complete('p1', token, { state: 'paid' })).toBe(false)
      expect(await store.findByOrder('o1')).toMatchObject([{ state: 'open' }, { state: 'open' }])
    })

    it('is a part of the transaction it is given', async () => {
      const { store, prefix } = await makeStore(database)
      await database.query(`create table ${prefix}goods (pidx text)`)
      await add(store)
      const token = tokenOf(await store.claim('p1', minute))
      const deliver = async (fails: boolean) =>
        store.transaction?.(async (transaction) => {
          await transaction.query(`insert into ${prefix}goods values ($1)`, ['p1'])
          const completed = await store.complete('p1', token, { state: 'paid' }, transaction)
          if (fails) throw new Error('the shop failed')
          return completed
        })
      await expect(deliver(true)).rejects.toThrow('the shop failed')
      expect(await store.find('p1')).not.toHaveProperty('fulfilledAt')
      expect(await deliver(false)).toBe(true)
      expect(await database.query(`select pidx from ${prefix}goods`)).toEqual([{ pidx: 'p1' }])
      expect((await store.find('p1'))?.fulfilledAt).toBeDefined()
    })
  })

  describe('release', () => {
    it('ends the claim for its own token alone, and the payment is due at once', async () => {
      const { store } = await makeStore(database)
      await add(store)
      await store.record('p1', { dueInMs: null })
      const token = tokenOf(await store.claim('p1', minute))
      await store.release('p1', 'another')
      expect(await store.claim('p1', minute)).toBe('busy')
      expect(await store.due(10, minute)).toEqual([])
      await store.release('p1', token)
      expect((await store.due(10, minute)).map(pidxOf)).toEqual(['p1'])
      expect(hasToken(await store.claim('p1', minute))).toBe(true)
    })
  })

  describe('record', () => {
    it('changes what it is given and leaves the rest', async () => {
      const { store } = await makeStore(database)
      await add(store)
      await store.record('p1', { state: 'hold', holdReason: 'superseded', duplicateOf: 'p0' })
      await store.record('p1', { transactionId: 't1', refundExtent: 'partial' })
      expect(await store.find('p1')).toMatchObject({
        state: 'hold',
        holdReason: 'superseded',
        duplicateOf: 'p0',
        transactionId: 't1',
        refundExtent: 'partial',
      })
      expect((await store.due(10, minute)).map(pidxOf)).toEqual(['p1'])
    })

    it('does nothing to a payment that does not exist', async () => {
      const { store } = await makeStore(database)
      await store.record('p0', { state: 'paid' })
      expect(await store.find('p0')).toBeUndefined()
    })
  })

  describe('due', () => {
    it('hands out the oldest first, up to the limit, and postpones them', async () => {
      const { store, pass } = await makeStore(database)
      for (const orderId of ['a', 'b', 'c']) {
        await add(store, { pidx: orderId, orderId })
        pass(1)
      }
      expect((await store.due(2, minute)).map(pidxOf)).toEqual(['a', 'b'])
      expect((await store.due(2, minute)).map(pidxOf)).toEqual(['c'])
      expect(await store.due(2, minute)).toEqual([])
      pass(minute)
      expect((await store.due(9, minute)).map(pidxOf)).toEqual(['a', 'b', 'c'])
    })

    it('hands a payment out when its time has come, and never again where that was said', async () => {
      const { store, pass } = await makeStore(database)
      await add(store)
      await store.record('p1', { dueInMs: 5 * minute })
      pass(5 * minute - 1)
      expect(await store.due(10, minute)).toEqual([])
      pass(1)
      expect(await store.due(10, minute)).toHaveLength(1)
      await store.record('p1', { dueInMs: null })
      pass(1000 * minute)
      expect(await store.due(10, minute)).toEqual([])
    })

    it('hands out a payment whose claim ran out, whatever was scheduled, and then postpones it too', async () => {
      const { store, pass } = await makeStore(database)
      await add(store)
      tokenOf(await store.claim('p1', minute))
      await store.record('p1', { state: 'paid', dueInMs: null })
      pass(minute - 1)
      expect(await store.due(10, minute)).toEqual([])
      pass(1)
      expect((await store.due(10, minute)).map(pidxOf)).toEqual(['p1'])
      expect(await store.due(10, minute)).toEqual([])
    })

    it('forgets the claim of a payment that was fulfilled', async () => {
      const { store, pass } = await makeStore(database)
      await add(store)
      await store.complete('p1', tokenOf(await store.claim('p1', minute)), { dueInMs: null })
      pass(minute)
      expect(await store.due(10, minute)).toEqual([])
    })
  })
}
