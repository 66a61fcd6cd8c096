import { createPool, type Pool, type PoolConnection } from 'mysql2/promise'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mysqlPayments } from '../../src/mysql.ts'
import { sqlPayments } from '../../src/sql.ts'
import { describePaymentStore } from '../../src/testing.ts'
import { type MariaDbServer, startMariaDb, whyNoMariaDb } from '../support/mariadb.ts'
import { newOrder } from './orders.ts'
import { nextPrefix } from './prefix.ts'
import { openShopOn } from './shop-on.ts'

const reason = whyNoMariaDb()

// What MariaDB does by default from 11.6.2 on: who locks a row that is newer than the snapshot loses the transaction.
describe.skipIf(reason !== undefined)(`MariaDB's snapshot isolation${reason ? ` (left out: ${reason})` : ''}`, () => {
  let server: MariaDbServer
  let pool: Pool
  let isKnown = false
  beforeAll(async () => {
    server = await startMariaDb()
    const admin = createPool(server.url)
    const [variables] = await admin.query("show global variables like 'innodb_snapshot_isolation'")
    isKnown = Array.isArray(variables) && variables.length > 0
    if (isKnown) await admin.query('set global innodb_snapshot_isolation = 1')
    await admin.query('create table stock (id int primary key, left_over int)')
    await admin.end()
    pool = createPool(server.url)
  })
  beforeEach(({ skip }) => skip(!isKnown, 'this MariaDB has no innodb_snapshot_isolation'))
  afterAll(async () => {
    await pool?.end()
    await server?.stop()
  })
  const openStore = async (now?: () => Date) => {
    const store = mysqlPayments(pool, { prefix: nextPrefix(), now })
    await store.migrate()
    return store
  }

  describePaymentStore('mysqlPayments under snapshot isolation', ({ now }) => openStore(now))

  it('An order that has changed since the snapshot of fulfil is fulfilled by the next call', async () => {
    let calls = 0
    const { simulator, checkout, initiate } = openShopOn(await openStore(), async (_, { transaction }) => {
      calls += 1
      await transaction.query('select * from stock')
      await transaction.query('insert into stock values (?, 1)', [calls])
      if (calls === 1) await checkout.attended('topi', { by: 'Maya' })
    })
    const pidx = await initiate('topi')
    simulator.pay(pidx)
    expect(await checkout.settle(pidx)).toMatchObject({ fulfilled: false, error: { code: 'ER_CHECKREAD' } })
    expect(await checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect((await pool.query('select id from stock'))[0]).toEqual([{ id: 2 }])
  })

  it('A write whose own transaction has an older snapshot is tried again', async () => {
    let begun = async () => {}
    const prefix = nextPrefix()
    const payments = sqlPayments<PoolConnection>({
      dialect: 'mysql',
      prefix,
      async query(text, values, connection) {
        const [result] = await (connection ?? pool).query(text, values)
        return Array.isArray(result) ? { rows: result } : { rows: [], affected: result.affectedRows }
      },
      async transaction(run) {
        const connection = await pool.getConnection()
        try {
          await connection.query('start transaction with consistent snapshot')
          await begun()
          const result = await run(connection)
          await connection.commit()
          return result
        } finally {
          await connection.rollback()
          connection.release()
        }
      },
    })
    await payments.migrate()
    await payments.write(newOrder())
    let begins = 0
    begun = async () => {
      begins += 1
      // What a later call of due does to the row.
      if (begins === 1) await pool.query(`update ${prefix}orders set due_at = due_at + 1`)
    }
    expect(await payments.write(newOrder({ version: 1, keys: ['p1', 'p2'] }))).toBe(true)
    expect(begins).toBe(2)
  })
})
