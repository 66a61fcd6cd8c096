import type { ListQuery } from '../checkout/payment-store.ts'
import { postgresMigration } from './postgres-schema.ts'
import type { Dialect, WrittenOrder } from './sql-dialect.ts'
import type { SqlValue } from './sql-driver.ts'
import { firstColumn, readRows } from './sql-rows.ts'
import type { TableNames } from './sql-tables.ts'

/**
 * Every method is one statement, so it needs no transaction and no session: it runs through PgBouncer and over HTTP.
 *
 * Under READ COMMITTED a statement that waited for a row sees the newest version of *that* row, and everything else as it
 * was when the statement began. A write waits for its order's row alone, and goes on only where the version is still the
 * one that was read: so what it has seen of the order's keys is true as well.
 *
 * Ids are sorted and compared by their bytes where a page of a list begins, also where somebody else has made the tables, with
 * the collation of the database. To ask whether two are the same needs no such word: that is asked of bytes anyway.
 *
 * Few keys and orders are asked for by arrays and one by one: joined to a set whose size it cannot know, Postgres would
 * read the whole table.
 */
export function postgresDialect(tables: TableNames): Dialect {
  const sql = statements(tables)
  return {
    tables,
    migration: [postgresMigration(tables)],

    async read({ ask, isGiven, now }, by) {
      const [id, find] = 'key' in by ? [by.key, sql.findByKey] : [by.orderId, sql.find]
      return readRows(await ask(isGiven ? find.locked : find.plain, [id, text(now)]))
    },

    async write({ ask }, order) {
      const { orderId, version, keyList, record, dueAt, attention, changedAt } = order
      const id = [orderId, String(version)]
      const values = [record, text(dueAt), String(attention), text(changedAt)]
      const isWritten = async (statement: string, all: SqlValue[]) => (await ask(statement, all)).rows.length > 0
      if (version === 0) return isWritten(sql.insert, [...id, ...values, keyList])
      // Most writes leave the keys as they are. To plan the whole statement would take longer than to run this one.
      if (await isWritten(sql.update, [...values, ...id, keyList])) return true
      return isWritten(sql.updateWithKeys, [...id, ...values, keyList])
    },

    async writeMany({ ask }, orders) {
      const short = orders.filter(({ record }) => record.length <= longRecord)
      return short.length < 2 ? [] : (await ask(sql.updateMany, [jsonOf(short)])).rows.map(firstColumn)
    },

    due: async ({ ask, now }, limit, leaseMs) =>
      readRows(await ask(sql.due, [text(now), String(limit), String(leaseMs)])),

    async list({ ask, now }, query) {
      const { before, limit } = query
      const values = before ? [text(before.changedAt.getTime()), before.orderId] : []
      return readRows(await ask(sql.list(query), [...values, String(limit), text(now)]))
    },
  }
}

/** Letters of a record with which an order is written by itself: many of them are faster on several connections. */
const longRecord = 20_000

/** Orders as one JSON text. Their records and keys are JSON already. */
function jsonOf(orders: WrittenOrder[]): string {
  const texts = orders.map(({ record, keyList, orderId, version, dueAt, attention, changedAt }) => {
    const rest = JSON.stringify({ orderId, version, dueAt, attention, changedAt })
    return `${rest.slice(0, -1)},"record":${record},"keyList":${keyList}}`
  })
  return `[${texts.join()}]`
}

/** Every value is text: drivers guess the type of anything else. */
const text = (value: number | null) => (value === null ? null : String(value))

const time = 'to_timestamp(?::text::float8 / 1000)'
const msOf = (moment: string) => `round(extract(epoch from ${moment}) * 1000)`
const clock = `coalesce(${time}, clock_timestamp())`

/** What `readRows` reads. */
const row = (now: string) => `json_build_object('now', floor(extract(epoch from ${now}) * 1000),
  'order', case when o.order_id is not null then json_build_object('orderId', o.order_id, 'version', o.version,
    'record', o.record, 'keys', o.key_list, 'dueAt', ${msOf('o.due_at')}, 'attention', o.attention,
    'changedAt', ${msOf('o.changed_at')}) end)::text as khalti`

function statements({ orders, keys }: TableNames) {
  // The clock is read with the row, which may have been waited for.
  const find = (from: string, lock: string) =>
    numbered(`with o as (select o.* from ${from} = ?::text${lock})
select ${row(clock)} from (select 1) as one left join o on true`)
  const findBy = (from: string) => ({ plain: find(from, ''), locked: find(from, ' for update of o') })

  const set = `version = o.version + 1, record = ?::text::jsonb, due_at = ${time}, attention = ?::text::boolean,
  changed_at = ${time}`
  const added = `added as (
  insert into ${keys} (key, order_id)
  select n.key, written.order_id from written, jsonb_array_elements_text(written.key_list) as n(key)
  where (select k.order_id from ${keys} k where k.key = n.key) is distinct from written.order_id
)
select 'yes'::text as written from written`

  return {
    find: findBy(`${orders} o where o.order_id`),
    findByKey: findBy(`${keys} k join ${orders} o on o.order_id = k.order_id where k.key`),

    update: numbered(`update ${orders} o set ${set}
where o.order_id = ?::text and o.version = ?::text::bigint and o.key_list = ?::text::jsonb
returning 'yes'::text as written`),

    // Whoever is locked would keep the others waiting.
    updateMany: numbered(`with n as (
  select * from json_to_recordset(?::text::json) as n("orderId" text, version bigint, record jsonb, "dueAt" float8,
    attention boolean, "changedAt" float8, "keyList" jsonb)
),
free as (
  select order_id from ${orders} where order_id = any (array(select n."orderId" from n))
  order by order_id for no key update skip locked
)
update ${orders} o set version = o.version + 1, record = n.record, due_at = to_timestamp(n."dueAt" / 1000),
  attention = n.attention, changed_at = to_timestamp(n."changedAt" / 1000)
from n where o.order_id = any (array(select free.order_id from free))
  and o.order_id = n."orderId" and o.version = n.version and o.key_list = n."keyList"
returning o.order_id`),

    insert: numbered(`with written as (
  insert into ${orders} (order_id, version, record, due_at, attention, changed_at, key_list)
  values (?::text, ?::text::bigint + 1, ?::text::jsonb, ${time}, ?::text::boolean, ${time}, ?::text::jsonb)
  on conflict (order_id) do nothing
  returning order_id, key_list
),
${added}`),

    updateWithKeys: numbered(`with old as (
  select order_id, version, key_list from ${orders} where order_id = ?::text and version = ?::text::bigint
),
written as (
  update ${orders} o set ${set}, key_list = ?::text::jsonb from old
  where o.order_id = old.order_id and o.version = old.version
  returning o.order_id, o.key_list
),
dropped as (
  delete from ${keys} k using written
  where k.order_id = written.order_id
    and k.key = any (array(select jsonb_array_elements_text(old.key_list) from old))
    and k.key not in (select jsonb_array_elements_text(written.key_list))
),
${added}`),

    due: numbered(`with clock as (select ${clock} as now),
picked as (
  select order_id, due_at from ${orders}
  where due_at <= (select now from clock)
  order by due_at
  limit ?::text::bigint
  for update skip locked
),
moved as (
  update ${orders} o set due_at = clock.now + ?::text::float8 * interval '1 millisecond'
  from clock where o.order_id = any (array(select order_id from picked))
  returning o.*
)
select ${row('clock.now')}
from clock left join (moved o join picked on picked.order_id = o.order_id) on true order by picked.due_at`),

    list({ attention, before }: ListQuery) {
      const after = before && `(changed_at, order_id collate "C") < (${time}, ?::text)`
      const conditions = ['true', attention && 'attention', after].filter(Boolean).join(' and ')
      return numbered(`with o as (
  select * from ${orders} where ${conditions}
  order by changed_at desc, order_id collate "C" desc
  limit ?::text::bigint
)
select ${row(clock)} from (select 1) as one left join o on true
order by o.changed_at desc, o.order_id collate "C" desc`)
    },
  }
}

/** Writes `$1`, `$2`, … instead of `?`. */
const numbered = (text: string) => text.split('?').reduce((before, after, place) => `${before}$${place}${after}`)
