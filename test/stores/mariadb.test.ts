import { createPool, type Pool } from 'mysql2/promise'
import { afterAll, beforeAll, describe } from 'vitest'
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
