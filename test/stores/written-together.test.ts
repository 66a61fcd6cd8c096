import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { postgresPayments } from '../../src/postgres.ts'
import { existing, newOrder } from './orders.ts'
import { nextPrefix } from './prefix.ts'

const lite = new PGlite()
afterAll(() => lite.close())

const ids = ['o1', 'o2', 'o3', 'o4']
const versionOne = (orderId: string) => newOrder({ orderId, version: 1, keys: [`p-${orderId}`] })
let statements: string[]
let fails: (text: string) => boolean
let store: ReturnType<typeof postgresPayments>

const query = async (text: string, values?: unknown[]) => {
  statements.push(text)
  if (fails(text)) throw new Error('The connection broke.')
  return lite.query(text, values)
}
const isJoint = (text: string) => text.includes('json_to_recordset')
const read = async (orderId: string) => existing(await store.read({ orderId }))

beforeEach(async () => {
  fails = () => false
  statements = []
  store = postgresPayments({ query }, { prefix: nextPrefix() })
  await store.migrate()
  for (const id of ids) await store.write({ ...versionOne(id), version: 0 })
  statements = []
})

describe('orders that are written in the same moment', () => {
  it('Orders written in the same moment are one statement', async () => {
    const dueAt = new Date('2026-07-02T06:00:00.789Z')
    const changedAt = new Date('2026-07-02T05:00:00.321Z')
    const change = { record: { "it's": '$1 ? ñ खल्ती "' }, dueAt, changedAt, attention: true }
    const all = ids.map((id) => store.write({ ...versionOne(id), ...change }))
    expect(await Promise.all(all)).toEqual([true, true, true, true])
    expect(statements).toHaveLength(1)
    for (const id of ids) {
      expect(await read(id)).toEqual({ orderId: id, version: 2, keys: [`p-${id}`], ...change })
    }
  })

  it('An order written in the same moment without a next look has none', async () => {
    const { dueAt: _, ...done } = versionOne('o1')
    await Promise.all([store.write(done), store.write(versionOne('o2'))])
    expect(statements.filter(isJoint)).toHaveLength(1)
    expect((await read('o1')).dueAt).toBeUndefined()
    expect((await read('o2')).dueAt).toEqual(versionOne('o2').dueAt)
  })

  it('A lone order is written by the plain statement', async () => {
    expect(await store.write(versionOne('o1'))).toBe(true)
    expect(statements.filter(isJoint)).toEqual([])
  })

  it('One that was changed by another meanwhile is not written, and the others are', async () => {
    await store.write(versionOne('o2'))
    expect(await Promise.all(ids.map((id) => store.write(versionOne(id))))).toEqual([true, false, true, true])
    expect((await read('o2')).version).toBe(2)
  })

  it('Two writes of one order in the same moment are two writes, of which one is told that it was too late', async () => {
    const both = [store.write(versionOne('o1')), store.write({ ...versionOne('o1'), attention: true })]
    const results = await Promise.all([...both, store.write(versionOne('o2'))])
    expect(results.filter(Boolean)).toHaveLength(2)
    expect(results[2]).toBe(true)
    expect((await read('o1')).version).toBe(2)
  })

  it('Keys that change in the same moment are stored, and those of another order refused for that one alone', async () => {
    const more = { ...versionOne('o1'), keys: ['p-o1', 't1'] }
    const foreign = { ...versionOne('o2'), keys: ['p-o2', 'p-o3'] }
    const results = await Promise.allSettled([store.write(more), store.write(foreign), store.write(versionOne('o3'))])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(existing(await store.read({ key: 't1' })).orderId).toBe('o1')
    expect((await read('o2')).version).toBe(1)
    expect((await read('o3')).version).toBe(2)
  })

  it('A record that the database refuses fails alone', async () => {
    const broken = { ...versionOne('o1'), record: { text: '\u0000' } }
    const results = await Promise.allSettled([store.write(broken), store.write(versionOne('o2'))])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  })

  it('Where the joint statement fails, each is written by itself', async () => {
    fails = isJoint
    expect(await Promise.all(ids.map((id) => store.write(versionOne(id))))).toEqual([true, true, true, true])
    expect((await read('o4')).version).toBe(2)
  })

  it('More than a hundred orders are written a hundred at a time', async () => {
    const many = Array.from({ length: 205 }, (_, index) => `many-${index}`)
    for (const id of many) await store.write({ ...versionOne(id), version: 0 })
    statements = []
    const written = await Promise.all(many.map((id) => store.write(versionOne(id))))
    expect(written.every(Boolean)).toBe(true)
    expect(statements.filter(isJoint)).toHaveLength(3)
  })

  it('An order is stored also where a test has stopped every timer', async () => {
    vi.useFakeTimers()
    const all = Promise.all(ids.map((id) => store.write(versionOne(id))))
    expect(await all).toEqual([true, true, true, true])
    vi.useRealTimers()
  })

  it('On Workers every order is written by itself: no request waits for what another has begun', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
    expect(await Promise.all(ids.map((id) => store.write(versionOne(id))))).toEqual([true, true, true, true])
    expect(statements.filter(isJoint)).toEqual([])
    vi.unstubAllGlobals()
  })
})
