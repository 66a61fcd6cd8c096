import { createClient } from '@libsql/client'
import { expect, it } from 'vitest'
import { sqlitePayments, sqliteSchema } from '../../../src/sqlite.ts'
import { newLink, newOrder } from '../../stores/orders.ts'

it('sqliteSchema gives statements that a tool for migrations can run one by one, and twice', async () => {
  const client = createClient({ url: ':memory:' })
  const statements = sqliteSchema()
    .trimEnd()
    .split(/;(?:\n|$)/)
  expect(statements.pop()).toBe('')
  expect(statements).toHaveLength(6)
  for (const statement of [...statements, ...statements]) await client.execute(statement)
  await sqlitePayments(client).write(newOrder())
  const { rows } = await client.execute('select pidx, order_id, amount, refunded_amount from khalti_payments')
  expect(rows).toMatchObject([{ pidx: 'p1', order_id: 'o1', amount: newLink().amount, refunded_amount: 300 }])
  client.close()
})
