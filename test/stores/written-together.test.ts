import { PGlite } from '@electric-sql/pglite'
import type { StoredOrder } from 'khalti-kit/checkout'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { manyOf } from '../../src/checkout/write-many.ts'
import { postgresPayments } from '../../src/postgres.ts'
import { existing, newOrder } from './orders.ts'
import { nextPrefix } from './prefix.ts'

const lite = new PGlite()
afterAll(() => lite.close())

const ids = ['o1', 'o2', 'o3', 'o4']
const versionOne = (orderId: string) => newOrder({ orderId, version: 1, keys: [`p-${orderId}`] })
let statements: string[] = []
let store: ReturnType<typeof postgresPayments>

const query = async (text: string, values?: unknown[]) => {
  statements.push(text)
  return lite.query(text, values)
}
const writeMany = async (orders: StoredOrder[]) => (await manyOf(store.write)?.(orders))?.sort()
const read = async (orderId: string) => existing(await store.read({ orderId }))

beforeEach(async () => {
  store = postgresPayments({ query }, { prefix: nextPrefix() })
  await store.migrate()
  for (const id of ids) await store.write({ ...versionOne(id), version: 0 })
  statements = []
})

describe('orders that Postgres is given together', () => {
  it('Orders given together are one statement, and stored as given', async () => {
    const dueAt = new Date('2026-07-02T06:00:00.789Z')
    const changedAt = new Date('2026-07-02T05:00:00.321Z')
    const change = { record: { "it's": '$1 ? ñ खल्ती "' }, dueAt, changedAt, attention: true }
    expect(await writeMany(ids.map((id) => ({ ...versionOne(id), ...change })))).toEqual(ids)
    expect(statements).toHaveLength(1)
    for (const id of ids) {
      expect(await read(id)).toEqual({ orderId: id, version: 2, keys: [`p-${id}`], ...change })
    }
  })

  it('An order given together with others, without a next look, has none', async () => {
    const { dueAt: _, ...done } = versionOne('o1')
    expect(await writeMany([done, versionOne('o2')])).toEqual(['o1', 'o2'])
    expect((await read('o1')).dueAt).toBeUndefined()
    expect((await read('o2')).dueAt).toEqual(versionOne('o2').dueAt)
  })

  it('One that was changed by another meanwhile is left out, and the others are stored', async () => {
    await store.write(versionOne('o2'))
    expect(await writeMany(ids.map(versionOne))).toEqual(['o1', 'o3', 'o4'])
    expect((await read('o2')).version).toBe(2)
  })

  it('One whose keys change is left out, for write to see to them', async () => {
    const more = { ...versionOne('o1'), keys: ['p-o1', 't1'] }
    const foreign = { ...versionOne('o2'), keys: ['p-o2', 'p-o3'] }
    expect(await writeMany([more, foreign, versionOne('o3')])).toEqual(['o3'])
    expect((await store.read({ key: 't1' })).order).toBeUndefined()
    expect((await read('o2')).version).toBe(1)
  })

  it('An order with a long record is left out, and one that is left alone by that is too', async () => {
    const long = { ...versionOne('o1'), record: { text: 'x'.repeat(20_001) } }
    expect(await writeMany([long, versionOne('o2'), versionOne('o3')])).toEqual(['o2', 'o3'])
    expect(await writeMany([long, versionOne('o4')])).toEqual([])
    expect(statements).toHaveLength(1)
  })

  it('An order whose record has just as many letters as there may be is not left out', async () => {
    const record = { text: '' }
    record.text = 'x'.repeat(20_000 - JSON.stringify(record).length)
    expect(await writeMany([{ ...versionOne('o1'), record }, versionOne('o2')])).toEqual(['o1', 'o2'])
    expect((await read('o1')).record).toEqual(record)
  })

  it('A record that the database refuses is an error, and none is stored', async () => {
    const broken = { ...versionOne('o1'), record: { text: '\u0000' } }
    await expect(writeMany([broken, versionOne('o2')])).rejects.toThrow()
    expect((await read('o2')).version).toBe(1)
  })
})
