import { createClient } from '@libsql/client'
import { KhaltiClient, paisa } from 'khalti-kit'
import { createCheckout } from 'khalti-kit/checkout'
import { sqlitePayments } from 'khalti-kit/sqlite'
import { createSimulator } from 'khalti-kit/testing'
import { describe, expect, it } from 'vitest'

describe('a stored order that somebody has broken by hand', () => {
  it.each([
    ['A record that is none', '5', '5'],
    ['A record that is no JSON', '{"format":1,', 'null'],
  ])('%s fails alone: reconcile hands out the order that is due beside it', async (_what, record, given) => {
    let ms = Date.parse('2026-11-27T06:15:00Z')
    const now = () => new Date(ms)
    const database = createClient({ url: ':memory:' })
    const payments = sqlitePayments(database, { now })
    await payments.migrate()
    const simulator = createSimulator({ now })
    const reports: unknown[] = []
    const checkout = createCheckout({
      client: new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', fetch: simulator.fetch }),
      payments,
      siteUrl: 'https://shop.example',
      readOrder: () => Promise.reject(new Error('nobody asks')),
      fulfil: () => {},
      landing: () => '/',
      onError: (error) => void reports.push(String(error)),
    })
    for (const id of ['bad', 'good']) await checkout.initiate({ id, name: 'Topi', amount: paisa(85_000) })
    const [{ pidx = '' } = {}] = await checkout.find('good')
    simulator.pay(pidx)
    await database.execute({ sql: "update khalti_orders set record = ? where order_id = 'bad'", args: [record] })
    ms += 60_000
    expect(await checkout.reconcile()).toMatchObject({ checked: 2, paid: 1, failed: 1 })
    expect(reports).toEqual([expect.stringContaining(`The payment store gave ${given} as record of an order.`)])
    database.close()
  })
})
