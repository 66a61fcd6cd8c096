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
  if (!/^[a-z_][a-z0-9_]{0,40}$/.test(prefix)) {
    throw new TypeError(
      `The prefix ${JSON.stringify(prefix)} cannot begin a table's name. Use at most 41 small letters, digits and underscores, no digit first.`,
    )
  }
  return { orders: `${prefix}orders`, keys: `${prefix}keys`, payments: `${prefix}payments` }
}
