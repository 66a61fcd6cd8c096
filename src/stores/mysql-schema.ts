import { type SqlTablesOptions, type TableNames, tableNames } from './sql-tables.ts'
import { readTablesOptions } from './store-options.ts'

/** 255 characters of four bytes. */
export const idBytes = 1020
/** A method, an order id and a reference. InnoDB takes 3072 at most. */
export const keyBytes = 2048

/**
 * The tables and the view of {@link mysqlPayments}, as SQL for your own migrations. `migrate()` makes the same, statement by
 * statement.
 *
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs'
 * import { mysqlSchema } from 'khalti-kit/mysql'
 *
 * writeFileSync('migrations/khalti.sql', mysqlSchema())
 * ```
 *
 * @throws TypeError where the prefix cannot begin a table's name, or an option is unknown.
 */
export function mysqlSchema(options: SqlTablesOptions = {}): string {
  return `${mysqlStatements(tableNames(readTablesOptions(options, 'mysqlSchema'))).join(';\n')};\n`
}

/** Else a view has those of the session's database. */
const letters = 'character set utf8mb4'

// Ids and keys are bytes: a collation would take A for a, or cut off a blank. Times are milliseconds since 1970, as in the
// record: MySQL's types for moments depend on the session's time zone.
export const mysqlStatements = ({ orders, keys, payments }: TableNames): string[] => [
  `create table if not exists ${orders} (
  order_id varbinary(${idBytes}) primary key,
  version bigint not null,
  record longtext character set utf8mb4 collate utf8mb4_bin not null,
  key_list longtext character set utf8mb4 collate utf8mb4_bin not null,
  due_at bigint,
  attention boolean not null,
  changed_at bigint not null,
  index ${orders}_due (due_at),
  index ${orders}_changed (changed_at),
  index ${orders}_attention (attention, changed_at)
) engine = InnoDB row_format = dynamic`,
  `create table if not exists ${keys} (
  \`key\` varbinary(${keyBytes}) primary key,
  order_id varbinary(${idBytes}) not null
) engine = InnoDB row_format = dynamic`,
  `create or replace view ${payments} as
select l.pidx, convert(o.order_id using utf8mb4) as order_id, l.order_name, l.amount, l.state, l.method, l.transaction_id,
  from_unixtime(l.created_at / 1000) as created_at, from_unixtime(l.expires_at / 1000) as expires_at,
  from_unixtime(l.fulfilled_at / 1000) as fulfilled_at, l.refunded_amount
from ${orders} o, json_table(o.record, '$.links[*]' columns (
  pidx varchar(${keyBytes}) ${letters} path '$.pidx',
  order_name text ${letters} path '$.orderName',
  amount bigint path '$.amount',
  state varchar(16) path '$.state',
  method varchar(255) ${letters} path '$.method',
  transaction_id varchar(255) ${letters} path '$.transactionId',
  created_at bigint path '$.createdAt',
  expires_at bigint path '$.expiresAt',
  fulfilled_at bigint path '$.fulfilledAt',
  refunded_amount bigint path '$.refundedAmount'
)) l`,
]
