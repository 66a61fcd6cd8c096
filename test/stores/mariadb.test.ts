import { createConnection, createPool, type Pool } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mysqlPayments } from '../../src/mysql.ts'
import { sqlPayments } from '../../src/sql.ts'
import type { SqlValue } from '../../src/stores/sql-driver.ts'
import { describePaymentStore } from '../../src/testing.ts'
import { type MariaDbServer, startMariaDb, whyNoMariaDb } from '../support/mariadb.ts'
import { nextPrefix } from './prefix.ts'

const reason = whyNoMariaDb()

describe.skipIf(reason !== undefined)(`on a MariaDB server${reason ? ` (left out: ${reason})` : ''}`, () => {
  let server: MariaDbServer
  let pool: Pool
  beforeAll(async () => {
    server = await startMariaDb()
    pool = createPool(server.url)
  })
  afterAll(async () => {
    await pool?.end()
    await server?.stop()
  })

  describePaymentStore('mysqlPayments', async ({ now }) => {
    const store = mysqlPayments(pool, { prefix: nextPrefix(), now })
    await store.migrate()
    return store
  })

  it('The view shows Nepali names to a session of a database with another character set', async () => {
    const prefix = nextPrefix()
    const store = mysqlPayments(pool, { prefix })
    await store.migrate()
    const link = {
      pidx: 'p1',
      orderName: 'ढाका टोपी',
      method: 'नगद',
      transactionId: 'रसिद-७',
      amount: 85_000,
      state: 'paid',
    }
    const order = { orderId: 'A-1', version: 0, keys: [], attention: false, changedAt: new Date() }
    await store.write({ ...order, record: { links: [link] } })
    await pool.query('create database if not exists reports character set latin1')
    const reader = await createConnection({ uri: server.url, database: 'reports' })
    const columns = 'pidx, order_name as orderName, method, transaction_id as transactionId, amount, state'
    const [rows] = await reader.query(`select ${columns} from shop.${prefix}payments`)
    expect(rows).toEqual([link])
    await reader.end()
  })

  it('A role that may make no tables migrates where all are there, and is refused where they are not', async () => {
    const prefix = nextPrefix()
    await mysqlPayments(pool, { prefix }).migrate()
    await pool.query("create or replace user limited identified by 'x'")
    await pool.query('grant select, insert, update, delete on shop.* to limited')
    const limited = createPool({ uri: server.url, user: 'limited', password: 'x' })
    const payments = mysqlPayments(limited, { prefix })
    await payments.migrate()
    const order = { orderId: 'A-1', version: 0, record: {}, keys: [], attention: false, changedAt: new Date() }
    expect(await payments.write(order)).toBe(true)
    const none = mysqlPayments(limited, { prefix: nextPrefix() })
    await expect(none.migrate()).rejects.toThrow('CREATE command denied')
    await limited.end()
  })

  it('The server ends a transaction whose process was frozen: six silent minutes, and only while it is open', async () => {
    const single = createPool({ uri: server.url, connectionLimit: 1 })
    const patienceOf = async (connection: Pick<Pool, 'query'>) => {
      const [rows] = await connection.query('select @@session.wait_timeout as seconds, connection_id() as id')
      return (rows as { seconds: number; id: number }[])[0]
    }
    const before = await patienceOf(single)
    expect(await mysqlPayments(single).transaction?.(patienceOf)).toEqual({ ...before, seconds: 360 })
    expect(await patienceOf(single)).toEqual(before)
    await single.end()
  })

  describePaymentStore('sqlPayments for MySQL without transactions', async ({ now }) => {
    const query = async (text: string, values: SqlValue[]) => {
      const [result] = await pool.query(text, values)
      return Array.isArray(result) ? { rows: result } : { rows: [], affected: result.affectedRows }
    }
    const store = sqlPayments({ dialect: 'mysql', query, prefix: nextPrefix(), now })
    await store.migrate()
    return store
  })
})
