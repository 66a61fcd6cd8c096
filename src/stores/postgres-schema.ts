/** Where the tables are. */
export interface PostgresSchemaOptions {
  /** What the names of the two tables begin with; default `khalti_`. Small letters, digits and underscores. */
  prefix?: string | undefined
}

/** The names of the two tables. */
export interface TableNames {
  orders: string
  payments: string
}

/** The names of the tables with this prefix. It goes into SQL as it is, so nothing but plain letters passes. */
export function tableNames({ prefix = 'khalti_' }: PostgresSchemaOptions): TableNames {
  if (!/^[a-z_][a-z0-9_]{0,40}$/.test(prefix)) {
    throw new TypeError(
      `The prefix ${JSON.stringify(prefix)} cannot begin a table's name. Use at most 41 small letters, digits and underscores, no digit first.`,
    )
  }
  return { orders: `${prefix}orders`, payments: `${prefix}payments` }
}

/**
 * The tables and indexes of {@link postgresPayments}, as SQL for your own migrations. It may run again and again;
 * `migrate()` runs the same.
 *
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs'
 * import { postgresSchema } from 'khalti-kit/postgres'
 *
 * writeFileSync('migrations/khalti.sql', postgresSchema())
 * ```
 *
 * @throws TypeError where the prefix cannot begin a table's name.
 */
export function postgresSchema(options: PostgresSchemaOptions = {}): string {
  const { orders, payments } = tableNames(options)
  return `create table if not exists ${orders} (
  order_id text primary key,
  version bigint not null,
  reserve_token text,
  reserve_until timestamptz,
  claim_pidx text,
  claim_token text,
  claim_until timestamptz,
  fulfilled_pidx text
);
create table if not exists ${payments} (
  pidx text primary key,
  order_id text not null,
  nth bigint not null,
  order_name text not null,
  amount bigint not null,
  fingerprint text not null,
  environment text not null,
  payment_url text not null,
  transaction_id text,
  state text not null default 'open',
  hold_reason text,
  refund_extent text,
  duplicate_of text,
  claims integer not null default 0,
  claimed_until timestamptz,
  due_at timestamptz,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  superseded_at timestamptz,
  fulfilled_at timestamptz
);
create index if not exists ${payments}_order on ${payments} (order_id, nth desc);
create index if not exists ${payments}_due on ${payments} (least(due_at, claimed_until))
  where least(due_at, claimed_until) is not null;
`
}

/**
 * The schema as one statement, which every driver can send. The lock lets servers that start at once go one after the
 * other: `if not exists` alone fails where two create the same table at the same moment.
 */
export function migration(options: PostgresSchemaOptions): string {
  return `do $khalti$
begin
perform pg_advisory_xact_lock(hashtext('khalti-kit'));
${postgresSchema(options)}end
$khalti$`
}
