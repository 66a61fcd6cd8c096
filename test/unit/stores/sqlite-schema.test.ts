import { createClient } from '@libsql/client'
import { expect, it } from 'vitest'
import { sqlitePayments, sqliteSchema } from '../../../src/sqlite.ts'
import { newLink, newOrder } from '../../stores/orders.ts'

it('sqliteSchema gives statements that a tool for migrations can run one by one, and twice, and whose view shows a payment', async () => {
  const client = createClient({ url: ':memory:' })
  const statements = sqliteSchema()
    .trimEnd()
    .split(/;(?:\n|$)/)
  expect(statements.pop()).toBe('')
  expect(statements).toHaveLength(6)
  for (const statement of [...statements, ...statements]) await client.execute(statement)
  await sqlitePayments(client).write(newOrder())
  const { rows } = await client.execute('select * from khalti_payments')
  const { orderName, transactionId, createdAt, expiresAt, fulfilledAt, refundedAmount, ...rest } = newLink()
  expect(rows).toMatchObject([
    {
      ...rest,
      order_id: 'o1',
      order_name: orderName,
      transaction_id: transactionId,
      created_at: new Date(createdAt).toISOString(),
      expires_at: new Date(expiresAt).toISOString(),
      fulfilled_at: new Date(fulfilledAt).toISOString(),
      refunded_amount: refundedAmount,
    },
  ])
  client.close()
})

// It looks for \bAS\b\s+(SELECT.+)$, in which a dot is no line break, and ends where there is none.
it('drizzle-kit can read the view of SQLite, for the view is one line', () => {
  const view = sqliteSchema()
    .split(';\n')
    .find((statement) => statement.startsWith('create view'))
  expect(view).toMatch(/\bAS\b\s+(SELECT.+)$/i)
})
