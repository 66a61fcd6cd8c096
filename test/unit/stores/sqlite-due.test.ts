import { createClient } from '@libsql/client'
import { expect, it } from 'vitest'
import { sqlitePayments } from '../../../src/sqlite.ts'
import { newOrder } from '../../stores/orders.ts'

it('sqlitePayments hands out what is due the longest due first, whatever the names of its orders', async () => {
  const client = createClient({ url: ':memory:' })
  const now = new Date('2026-07-01T06:00:00Z')
  const store = sqlitePayments(client, { now: () => now })
  await store.migrate()
  // Their names, and the order in which they are written, say nothing of it.
  for (const [orderId, seconds] of Object.entries({ b: 10, a: 20, c: 30 })) {
    await store.write(newOrder({ orderId, keys: [], dueAt: new Date(now.getTime() - seconds * 1000) }))
  }
  const { orders } = await store.due(3, 60_000)
  expect(orders.map(({ orderId }) => orderId)).toEqual(['c', 'a', 'b'])
  client.close()
})
