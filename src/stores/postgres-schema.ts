import { type SqlTablesOptions, type TableNames, tableNames } from './sql-tables.ts'
import { readTablesOptions } from './store-options.ts'

/**
 * The tables and the view of {@link postgresPayments}, as SQL for your own migrations. `migrate()` makes the same.
 *
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs'
 * import { postgresSchema } from 'khalti-kit/postgres'
 *
 * writeFileSync('migrations/khalti.sql', postgresSchema())
 * ```
 *
 * @throws TypeError where the prefix cannot begin a table's name, or an option is unknown.
 */
export function postgresSchema(options: SqlTablesOptions = {}): string {
  const tables = tableNames(readTablesOptions(options, 'postgresSchema'))
  return `${creation(tables)}\n${block(protection(tables))};\n`
}

const block = (statements: string) => `do $khalti$\nbegin\n${statements}\nend\n$khalti$`

// Every write changes `due_at` and `changed_at`, so each index costs time. There are three: orders that are due later, all orders
// for the list, and orders that need a person. The keys are also stored in the order's row, so reading them needs no index.
const creation = ({ orders, keys, payments }: TableNames) => `create table if not exists ${orders} (
  order_id text collate "C" primary key,
  version bigint not null,
  record jsonb not null,
  key_list jsonb not null,
  due_at timestamptz,
  attention boolean not null,
  changed_at timestamptz not null
);
create table if not exists ${keys} (
  key text collate "C" primary key,
  order_id text collate "C" not null
);
create index if not exists ${orders}_due on ${orders} (due_at) where due_at is not null;
create index if not exists ${orders}_changed on ${orders} (changed_at);
create index if not exists ${orders}_attention on ${orders} (changed_at) where attention;
create or replace view ${payments} as
select link->>'pidx' as pidx, o.order_id, link->>'orderName' as order_name, (link->>'amount')::bigint as amount,
  link->>'state' as state, link->>'method' as method, link->>'transactionId' as transaction_id,
  to_timestamp((link->>'createdAt')::float8 / 1000) as created_at,
  to_timestamp((link->>'expiresAt')::float8 / 1000) as expires_at,
  to_timestamp((link->>'fulfilledAt')::float8 / 1000) as fulfilled_at,
  (link->>'refundedAmount')::bigint as refunded_amount
from ${orders} o, jsonb_array_elements(o.record->'links') as link;`

/** Where Supabase (or PostgREST) lets the browser ask the database as `anon`, nothing of this is for it. */
const protection = ({
  orders,
  keys,
  payments,
}: TableNames) => `if current_setting('server_version_num')::int >= 150000 then
  execute 'alter view ${payments} set (security_invoker = true)';
end if;
if exists (select 1 from pg_roles where rolname = 'anon') then
  alter table ${orders} enable row level security;
  alter table ${keys} enable row level security;
  revoke all on ${orders}, ${keys}, ${payments} from anon;
end if;
if exists (select 1 from pg_roles where rolname = 'authenticated') then
  revoke all on ${orders}, ${keys}, ${payments} from authenticated;
end if;`

/**
 * The schema as one statement, which every driver can send. The lock lets servers that start at once go one after the
 * other: `if not exists` alone fails where two create the same table at the same moment. Where all is there, nothing is
 * altered: the role of a running shop need not own the tables. They are looked for where `create table` makes them, in the
 * first schema of the path: those of another shop may be in the next one. A replica has all that was made elsewhere, so it is
 * asked whether it takes writes.
 */
export const postgresMigration = (tables: TableNames) =>
  block(`if current_setting('transaction_read_only')::boolean then
  raise exception 'The transaction is read-only.' using errcode = 'read_only_sql_transaction';
end if;
perform pg_advisory_xact_lock(hashtext('khalti-kit'));
if to_regclass(quote_ident(current_schema()) || '.${tables.payments}') is null then
${creation(tables)}
${protection(tables)}
end if;
if row_security_active('${tables.orders}') then
  raise exception 'Row level security hides ${tables.orders} from the role %. Connect as the role that owns the table, or as one with BYPASSRLS (on Supabase: postgres or service_role).', current_user;
end if;`)
