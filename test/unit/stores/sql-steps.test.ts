import { type Client, createClient } from '@libsql/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type SqlPayments, sqlPayments } from '../../../src/sql.ts'
import type { SqlValue } from '../../../src/stores/sql-driver.ts'
import { existing, newOrder } from '../../stores/orders.ts'

let client: Client
/** What happens just before a statement is asked. */
let before: (text: string) => unknown
/** What the database has refused. */
let refused: string[]
let store: SqlPayments<undefined>

/** Without `transaction`, a store writes in steps. */
beforeEach(async () => {
  client = createClient({ url: ':memory:' })
  refused = []
  before = () => {}
  store = sqlPayments({ dialect: 'sqlite', query })
  await store.migrate()
  await store.write(newOrder({ keys: ['p1', 'p2'] }))
})
afterEach(() => client.close())

async function query(sql: string, args: SqlValue[]) {
  await before(sql)
  try {
    const { rows, columns } = await client.execute({ sql, args })
    return { rows: rows.map((row) => columns.map((_, index) => row[index])) }
  } catch (error) {
    refused.push(sql)
    throw error
  }
}

/** Somebody else takes the key in the moment between the look at it and the insert. */
function takeFor(orderId: string) {
  before = async (text) => {
    if (!text.startsWith('insert into khalti_keys')) return
    before = () => {}
    await client.execute({ sql: 'insert into khalti_keys values (?, ?)', args: ['p3', orderId] })
  }
}

const lost = new Error('connection lost')
function failAt(start: string) {
  before = (text) => {
    if (text.startsWith(start)) throw lost
  }
}

const withThird = newOrder({ version: 1, keys: ['p1', 'p2', 'p3'] })

describe('A write in steps', () => {
  it('A write in steps that fails before the order is stored takes no key from the order as it was', async () => {
    failAt('update khalti_orders')
    await expect(store.write(newOrder({ version: 1, keys: ['p1'] }))).rejects.toBe(lost)
    expect(existing(await store.read({ key: 'p2' }))).toMatchObject({ version: 1, keys: ['p1', 'p2'] })
  })

  it('A write in steps asks the database for nothing that it refuses, where nobody comes between', async () => {
    expect(await store.write(withThird)).toBe(true)
    expect(await store.write(newOrder({ version: 2, keys: ['p1'] }))).toBe(true)
    expect(refused).toEqual([])
  })

  it('A write in steps goes on where another write of its order has added the key', async () => {
    takeFor('o1')
    expect(await store.write(withThird)).toBe(true)
    expect(refused).toHaveLength(1)
    expect(existing(await store.read({ key: 'p3' })).version).toBe(2)
  })

  it('A write in steps is refused where another order has taken the key in between', async () => {
    takeFor('o2')
    await expect(store.write(withThird)).rejects.toThrow(/^Order o1 was not stored: .* belongs to another order/)
    expect(existing(await store.read({ orderId: 'o1' }))).toMatchObject({ version: 1, keys: ['p1', 'p2'] })
  })

  it('A write in steps says what failed where a key cannot be added', async () => {
    failAt('insert into khalti_keys')
    await expect(store.write(withThird)).rejects.toBe(lost)
  })
})

describe('A store without transactions', () => {
  it('A store without transactions on SQLite asks at once, also while the database owes it an answer', async () => {
    let goOn = () => {}
    before = () =>
      new Promise<void>((resolve) => {
        before = () => {}
        goOn = resolve
      })
    const waiting = store.read({ orderId: 'o1' })
    const other = await store.read({ key: 'p1' })
    goOn()
    expect(existing(await waiting)).toEqual(existing(other))
  })
})
