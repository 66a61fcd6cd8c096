import { type SqlTablesOptions, type TableNames, tableNames } from './sql-tables.ts'
import { readTablesOptions } from './store-options.ts'

/**
 * The tables and the view of {@link sqlitePayments}, as SQL for your own migrations. `migrate()` makes the same, statement by
 * statement.
 *
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs'
 * import { sqliteSchema } from 'khalti-kit/sqlite'
 *
 * writeFileSync('migrations/0001_khalti.sql', sqliteSchema())
 * ```
 *
 * @throws TypeError where the prefix cannot begin a table's name, or an option is unknown.
 */
export function sqliteSchema(options: SqlTablesOptions = {}): string {
  return `${sqliteStatements(tableNames(readTablesOptions(options, 'sqliteSchema'))).join(';\n')};\n`
}

const moment = (name: string, field: string) =>
  `strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(l.value, '$.${field}') / 1000.0, 'unixepoch') as ${name}`
const text = (name: string, field: string) => `json_extract(l.value, '$.${field}') as ${name}`

const columns = [
  text('pidx', 'pidx'),
  'o.order_id',
  text('order_name', 'orderName'),
  text('amount', 'amount'),
  text('state', 'state'),
  text('method', 'method'),
  text('transaction_id', 'transactionId'),
  moment('created_at', 'createdAt'),
  moment('expires_at', 'expiresAt'),
  moment('fulfilled_at', 'fulfilledAt'),
  text('refunded_amount', 'refundedAmount'),
]

// Times are milliseconds since 1970, as in the record. `was_due_at` lets one statement hand out what is due in its order.
export const sqliteStatements = ({ orders, keys, payments }: TableNames): string[] => [
  `create table if not exists ${orders} (
  order_id text primary key not null,
  version integer not null,
  record text not null,
  key_list text not null,
  due_at integer,
  was_due_at integer,
  attention integer not null,
  changed_at integer not null
)`,
  `create table if not exists ${keys} (
  key text primary key not null,
  order_id text not null
) without rowid`,
  `create index if not exists ${orders}_due on ${orders} (due_at) where due_at is not null`,
  `create index if not exists ${orders}_changed on ${orders} (changed_at, order_id)`,
  `create index if not exists ${orders}_attention on ${orders} (changed_at, order_id) where attention`,
  // On one line: drizzle-kit reads a view no other way, and gives up.
  `create view if not exists ${payments} as select ${columns.join(', ')} from ${orders} o, json_each(o.record, '$.links') l`,
]
