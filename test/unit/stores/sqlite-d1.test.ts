import type BetterSqlite3 from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { sqlitePayments } from '../../../src/sqlite.ts'
import { existing, newOrder } from '../../stores/orders.ts'
import { openConnection } from '../../stores/sqlite-connections.ts'

/** What was asked of the database, in its order. */
let asked: string[] = []
let connection: BetterSqlite3.Database
afterEach(() => {
  asked = []
  connection.close()
})

class Prepared {
  #values: unknown[] = []
  constructor(readonly text: string) {}
  bind(...values: unknown[]): this {
    this.#values = values
    return this
  }
  run() {
    return { success: true, meta: {}, results: connection.prepare(this.text).all(...this.#values) }
  }
  async all() {
    asked.push('a statement')
    return this.run()
  }
}

/** A database as D1 gives it to a worker, which keeps it in this process. test/stores/d1.test.ts has the real one. */
function openD1() {
  connection = openConnection()
  const exec = async (text: string) => void connection.exec(text)
  const prepare = (text: string) => new Prepared(text)
  async function batch(statements: Prepared[]) {
    asked.push('a batch')
    return connection.transaction(() => statements.map((statement) => statement.run()))()
  }
  return { prepare, batch, exec, dump: async () => new ArrayBuffer(0) }
}

describe('A store on D1', () => {
  it('A store on D1 sends each statement by itself, and those of a write as one batch', async () => {
    const store = sqlitePayments(openD1())
    await store.migrate()
    expect(new Set(asked)).toEqual(new Set(['a statement']))
    asked = []
    expect(await store.write(newOrder())).toBe(true)
    expect(await store.write(newOrder({ version: 1, keys: ['p2'] }))).toBe(true)
    expect(asked).toEqual(['a batch', 'a batch'])
    expect(existing(await store.read({ key: 'p2' }))).toEqual(newOrder({ version: 2, keys: ['p2'] }))
    expect((await store.read({ key: 'p1' })).order).toBeUndefined()
  })

  it('A store on D1 leaves nothing of a write that one statement of its batch refuses', async () => {
    const store = sqlitePayments(openD1())
    await store.migrate()
    await store.write(newOrder())
    await expect(store.write(newOrder({ orderId: 'o2', keys: ['p2', 'p1'] }))).rejects.toThrow('another order')
    expect((await store.read({ key: 'p2' })).order).toBeUndefined()
  })

  it('A store on D1 has no transactions', () => {
    expect(sqlitePayments(openD1())).not.toHaveProperty('transaction')
  })

  it('A store refuses a database whose batch gives no results, and does not say that it has written', async () => {
    const deaf = { ...openD1(), batch: async () => [] }
    await expect(sqlitePayments(deaf).write(newOrder())).rejects.toThrow(
      'A `batch` of the store must give a result, `{ rows }`, for each statement.',
    )
  })
})
