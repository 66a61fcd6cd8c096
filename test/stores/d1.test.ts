import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlitePayments } from '../../src/sqlite.ts'
import { describePaymentStore } from '../../src/testing.ts'
import { existing, newLink, newOrder } from './orders.ts'
import { nextPrefix } from './prefix.ts'

describe('on Cloudflare D1, in miniflare', () => {
  let workers: Miniflare
  let database: Awaited<ReturnType<Miniflare['getD1Database']>>
  beforeAll(async () => {
    workers = new Miniflare({ modules: true, script: 'export default {}', d1Databases: ['DB'] })
    database = await workers.getD1Database('DB')
  })
  afterAll(() => workers?.dispose())

  describePaymentStore('sqlitePayments', async ({ now }) => {
    const store = sqlitePayments(database, { prefix: nextPrefix(), now })
    await store.migrate()
    return store
  })

  it('On Cloudflare D1, in miniflare has no transactions, and says so by having no such method', () => {
    expect(sqlitePayments(database)).not.toHaveProperty('transaction')
  })

  it('On Cloudflare D1, in miniflare shows every link in the view', async () => {
    const store = sqlitePayments(database, { prefix: 'view_' })
    await store.migrate()
    await store.write(newOrder())
    expect(existing(await store.read({ key: 'p1' })).record).toEqual({ links: [newLink()] })
    const { results } = await database.prepare('select pidx, order_id, amount, created_at from view_payments').all()
    expect(results).toEqual([{ pidx: 'p1', order_id: 'o1', amount: 1300, created_at: '2026-07-01T04:00:00.001Z' }])
  })
})
