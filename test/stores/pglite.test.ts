import { PGlite } from '@electric-sql/pglite'
import { afterAll } from 'vitest'
import { postgresPayments } from '../../src/postgres.ts'
import { describePaymentStore } from '../../src/testing.ts'
import { nextPrefix } from './prefix.ts'

const lite = new PGlite()
afterAll(() => lite.close())

describePaymentStore('postgresPayments on PGlite', async ({ now }) => {
  const store = postgresPayments(lite, { prefix: nextPrefix(), now })
  await store.migrate()
  return store
})

describePaymentStore('postgresPayments on a driver that only queries', async ({ now }) => {
  const query = (text: string, values?: unknown[]) => lite.query(text, values)
  const store = postgresPayments({ query }, { prefix: nextPrefix(), now })
  await store.migrate()
  return store
})
