import type { Session } from './sql-driver.ts'
import { says } from './sql-failures.ts'

/** Where the tables are. */
export interface SqlTablesOptions {
  /** What the names of the tables and of the view begin with; default `khalti_`. Small letters, digits and underscores. */
  prefix?: string | undefined
}

/** The names of the two tables, and of the view for people. */
export interface TableNames {
  orders: string
  keys: string
  payments: string
}

/** The names with this prefix. It goes into SQL as it is, so nothing but plain letters passes. */
export function tableNames({ prefix = 'khalti_' }: SqlTablesOptions): TableNames {
  if (typeof prefix !== 'string' || !/^[a-z_][a-z0-9_]{0,40}$/.test(prefix)) {
    throw new TypeError(
      `The prefix ${JSON.stringify(prefix)} cannot begin a table's name. Use at most 41 small letters, digits and underscores, no digit first.`,
    )
  }
  if (prefix.startsWith('sqlite_')) {
    throw new TypeError(
      `The prefix ${JSON.stringify(prefix)} cannot begin a table's name: SQLite keeps names that begin with sqlite_ to itself.`,
    )
  }
  return { orders: `${prefix}orders`, keys: `${prefix}keys`, payments: `${prefix}payments` }
}

const columns: Record<keyof TableNames, string> = {
  orders: 't.order_id, t.version, t.record, t.key_list, t.due_at, t.attention, t.changed_at',
  keys: 't.key, t.order_id',
  payments: 't.pidx, t.order_id, t.order_name, t.transaction_id, t.fulfilled_at, t.refunded_amount',
}

/** @throws Error where a table of the shop's own has one of the names: `create table if not exists` says nothing of it. */
export async function refuseForeignTables(tables: TableNames, { ask }: Session): Promise<void> {
  for (const part of ['orders', 'keys', 'payments'] as const) {
    try {
      await ask(`select ${columns[part]} from ${tables[part]} t where 1 = 0`)
    } catch (cause) {
      if (!says(cause, 'foreign')) continue
      throw new Error(
        `${tables[part]} is a table of your own: it does not have the columns of the store. Give the store other names: \`prefix: 'khalti_kit_'\`, also where its schema is exported.`,
        { cause },
      )
    }
  }
}
