import type { Dialect, WrittenOrder } from './sql-dialect.ts'
import type { SqlResult, SqlValue, Statement } from './sql-driver.ts'
import { firstColumn, readRows } from './sql-rows.ts'
import { writeInSteps } from './sql-steps.ts'
import type { TableNames } from './sql-tables.ts'
import { sqliteStatements } from './sqlite-schema.ts'

/**
 * A step of several statements decides in SQL alone, so that it can be sent as one: between two of them nothing may come,
 * and on a connection that others use as well whatever is awaited lets something come between.
 */
export function sqliteDialect(tables: TableNames): Dialect {
  const { orders, keys } = tables
  const row = rowOf('o')
  return {
    tables,
    migration: sqliteStatements(tables),

    async read({ ask, now }, by) {
      const [from, id] =
        'key' in by
          ? [`(${keys} k join ${orders} o on o.order_id = k.order_id) on k.key = ?`, by.key]
          : [`${orders} o on o.order_id = ?`, by.orderId]
      return readRows(await ask(`select ${row} from (select 1) left join ${from}`, [now, id]))
    },

    async write(session, order) {
      const { keysFirst, put } = stepsOf(tables, order)
      if (session.isAtomic) return hasWritten((await session.batch([...keysFirst, put])).at(-1))
      return writeInSteps(session, order, { tables, statement: put, hasWritten })
    },

    async due(session, limit, leaseMs) {
      const { now } = session
      const text = `update ${orders} set due_at = ?, was_due_at = due_at
where order_id in (select order_id from ${orders} where due_at <= ? order by due_at limit ?)
returning ${rowOf(orders, "'wasDueAt', was_due_at, ")}`
      const results = await session.batch([{ text, values: [Number(now) + leaseMs, now, limit, now] }])
      const wasDueAt = (given: unknown): number => JSON.parse(firstColumn(given)).wasDueAt
      const sorted = results.flatMap(({ rows }) => rows).sort((one, other) => wasDueAt(one) - wasDueAt(other))
      return sorted.length > 0 ? readRows({ rows: sorted }) : { orders: [], now: new Date(Number(now)) }
    },

    async list({ ask, now }, { attention, before, limit }) {
      const after = before && '(changed_at, order_id) < (?, ?)'
      const conditions = ['true', attention && 'attention', after].filter(Boolean).join(' and ')
      const values: SqlValue[] = before ? [before.changedAt.getTime(), before.orderId] : []
      const sorted = 'order by changed_at desc, order_id desc'
      const text = `select ${row} from (select 1) left join (select * from ${orders} where ${conditions} ${sorted} limit ?) o ${sorted}`
      return readRows(await ask(text, [now, ...values, limit]))
    },
  }
}

/** What `readRows` reads. The clock is the process's: a file has none of its own. */
const rowOf = (
  order: string,
  more = '',
) => `json_object(${more}'now', ?, 'order', case when ${order}.order_id is not null then json_object('orderId', ${order}.order_id,
  'version', ${order}.version, 'record', iif(json_valid(${order}.record), json(${order}.record), null), 'keys', json(${order}.key_list), 'dueAt', ${order}.due_at,
  'attention', json(iif(${order}.attention, 'true', 'false')), 'changedAt', ${order}.changed_at) end) as khalti`

const insertKeys = (keys: string) => `insert into ${keys} (key, order_id) select n.value, ? from json_each(?) n
where not exists (select 1 from ${keys} k where k.key = n.value and k.order_id = ?)`

/**
 * The statements of a write. The keys come first, where they are free and the version is right; so nothing is to be undone.
 * `put` gives a row where it has written.
 */
interface Steps {
  keysFirst: Statement[]
  put: Statement
}

const stepsOf = (tables: TableNames, order: WrittenOrder): Steps =>
  order.version === 0 ? insertion(tables, order) : updating(tables, order)

function insertion({ orders, keys }: TableNames, order: WrittenOrder): Steps {
  const { orderId, keyList } = order
  const added = `${insertKeys(keys)} and not exists (select 1 from ${orders} where order_id = ?)`
  const put = `insert into ${orders} (record, due_at, attention, changed_at, key_list, order_id, version)
values (?, ?, ?, ?, ?, ?, 1) on conflict (order_id) do nothing returning 1 as written`
  return {
    keysFirst: [{ text: added, values: [orderId, keyList, orderId, orderId] }],
    put: { text: put, values: [...valuesOf(order), orderId] },
  }
}

function updating({ orders, keys }: TableNames, order: WrittenOrder): Steps {
  const { orderId, version, keyList } = order
  const stored = `select 1 from ${orders} o where o.order_id = ? and o.version = ?`
  const dropped = `delete from ${keys} where order_id = ?
and key in (select b.value from ${orders} o, json_each(o.key_list) b where o.order_id = ? and o.version = ?)
and key not in (select value from json_each(?))`
  const put = `update ${orders} set version = version + 1, record = ?, due_at = ?, attention = ?, changed_at = ?, key_list = ?
where order_id = ? and version = ? returning 1 as written`
  return {
    keysFirst: [
      { text: `${insertKeys(keys)} and exists (${stored})`, values: [orderId, keyList, orderId, orderId, version] },
      { text: dropped, values: [orderId, orderId, version, keyList] },
    ],
    put: { text: put, values: [...valuesOf(order), orderId, version] },
  }
}

const valuesOf = ({ record, dueAt, attention, changedAt, keyList }: WrittenOrder): SqlValue[] => [
  record,
  dueAt,
  attention ? 1 : 0,
  changedAt,
  keyList,
]

function hasWritten(last: SqlResult | undefined): boolean {
  if (Array.isArray(last?.rows)) return last.rows.length > 0
  throw new TypeError('A `batch` of the store must give a result, `{ rows }`, for each statement.')
}
