import { join } from 'node:path'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeFacts } from '../../src/conformance/describe-payment-store.ts'
import { sqlitePayments } from '../../src/sqlite.ts'
import { existing, newLink, newOrder } from './orders.ts'

describe('on Cloudflare D1, in miniflare', () => {
  let workers: Miniflare
  let database: Awaited<ReturnType<Miniflare['getD1Database']>>
  beforeAll(async () => {
    workers = new Miniflare({
      modules: true,
      script: await bundle(),
      compatibilityDate: '2026-04-01',
      d1Databases: ['DB'],
    })
    database = await workers.getD1Database('DB')
  })
  afterAll(() => workers?.dispose())

  // In the worker itself: from here, each statement would be a request of its own to workerd.
  it.each(storeFacts.map(({ title }) => title))('The store on Cloudflare D1 passes: %s', async (title) => {
    const response = await workers.dispatchFetch('http://worker/', { method: 'POST', body: title })
    expect(await response.text()).toBe('')
  })

  it('The store on Cloudflare D1 has no transactions, and says so by having no such method', () => {
    expect(sqlitePayments(database)).not.toHaveProperty('transaction')
  })

  it('The store on Cloudflare D1 shows every link in the view', async () => {
    const store = sqlitePayments(database, { prefix: 'view_' })
    await store.migrate()
    await store.write(newOrder())
    expect(existing(await store.read({ key: 'p1' })).record).toEqual({ links: [newLink()] })
    const { results } = await database.prepare('select pidx, order_id, amount, created_at from view_payments').all()
    expect(results).toEqual([{ pidx: 'p1', order_id: 'o1', amount: 1300, created_at: '2026-07-01T04:00:00.001Z' }])
  })
})

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'runtimes/workerd.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    alias: { '#transport': join(import.meta.dirname, '../../src/transport/default-fetch.ts') },
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}
