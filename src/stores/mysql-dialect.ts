import type { StoredOrder } from '../checkout/payment-store.ts'
import { requireSafeSession } from './mysql-safety.ts'
import { idBytes, keyBytes, mysqlStatements } from './mysql-schema.ts'
import type { By, Dialect, WrittenOrder } from './sql-dialect.ts'
import type { Session, SqlResult, SqlValue, Statement } from './sql-driver.ts'
import { firstColumn, readRows } from './sql-rows.ts'
import { writeInSteps } from './sql-steps.ts'
import type { TableNames } from './sql-tables.ts'

/** The statements for MySQL 8, and MariaDB from 10.6 on, in words that both have. */
export function mysqlDialect(tables: TableNames): Dialect {
  const { orders } = tables
  return {
    tables,
    migration: mysqlStatements(tables),
    check: requireSafeSession,

    read: (session, by) => read(session, tables, by),

    async write(session, order) {
      requireFit(order)
      if (!session.isAtomic)
        return writeInSteps(session, order, { tables, statement: putOf(tables, order), hasWritten })
      if (order.version === 0) return session.atomically((own) => insert(tables, own, order))
      // Most writes leave the keys as they are.
      const { orderId, version, keyList } = order
      const text = `${update(tables)} and key_list = ?`
      const isWritten = hasWritten(await session.ask(text, [...valuesOf(order), orderId, version, keyList]))
      return isWritten || session.atomically((own) => updateWithKeys(tables, own, order))
    },

    due: (session, limit, leaseMs) =>
      session.atomically(async (own) => {
        const { ask, now } = own
        const time = readRows(await ask(`select concat('{"now":', ${clock}, '}') as khalti`, [now])).now
        const ms = time.getTime()
        const dueAt = new Date(ms + leaseMs)
        const { rows } = await ask(
          `select ${row('?')} from ${orders} o where o.due_at <= ? order by o.due_at limit ${whole(limit)} for update skip locked`,
          [ms, ms],
        )
        if (rows.length === 0) return { orders: [], now: time }
        const leased = await lease(tables, own, { found: readRows({ rows }).orders, dueAt })
        return { orders: leased.map((order) => ({ ...order, dueAt })), now: time }
      }),

    async list({ ask, now }, { attention, before, limit }) {
      const after = 'changed_at <= ? and (changed_at < ? or order_id < ?)'
      const conditions = ['true', attention ? 'attention' : '', before ? after : ''].filter(Boolean).join(' and ')
      const changedAt = before?.changedAt.getTime() ?? 0
      const values = before ? [changedAt, changedAt, before.orderId] : []
      const sorted = 'order by changed_at desc, order_id desc'
      const text = `select ${row(clock)} from (select 1 as one) as one
left join (select * from ${orders} where ${conditions} ${sorted} limit ${whole(limit)}) o on true ${sorted}`
      return readRows(await ask(text, [now, ...values]))
    },
  }
}

/** Milliseconds since 1970, whatever the session's time zone. */
const clock = `coalesce(cast(? as signed), cast(timestampdiff(microsecond, '1970-01-01', utc_timestamp(3)) div 1000 as signed))`

/** What `readRows` reads. JSON functions would give JSON, which drivers parse, and differ between MySQL and MariaDB. */
const row = (now: string) => `concat('{"now":', ${now}, ',"order":', coalesce(concat(
  '{"orderId":', json_quote(convert(o.order_id using utf8mb4)), ',"version":', o.version, ',"record":', o.record,
  ',"keys":', o.key_list, ',"dueAt":', coalesce(o.due_at, 'null'), ',"attention":', if(o.attention, 'true', 'false'),
  ',"changedAt":', o.changed_at, '}'), 'null'), '}') as khalti`

async function read({ ask, isGiven, now }: Session, tables: TableNames, by: By) {
  const text = find(tables, by, isGiven)
  const values = [now, 'key' in by ? by.key : by.orderId]
  // A statement's clock is that of its begin, and the first one may have waited for the lock.
  if (isGiven) await ask(text, values)
  return readRows(await ask(text, values))
}

/**
 * With the lock, it is the newest committed version that is read, whatever the transaction has seen before. MariaDB with
 * `innodb_snapshot_isolation` rolls the transaction back instead, where the order has changed since its snapshot.
 */
function find({ orders, keys }: TableNames, by: By, isLocked: boolean): string {
  const from =
    'key' in by
      ? `left join (${keys} k join ${orders} o on o.order_id = k.order_id) on k.\`key\` = ?`
      : `left join ${orders} o on o.order_id = ?`
  return `select ${row(clock)} from (select 1 as one) as one ${from}${isLocked ? ' for update' : ''}`
}

/** The row first: of two that insert it at once the second waits, and then has come second. */
async function insert(tables: TableNames, session: Session, order: WrittenOrder): Promise<boolean> {
  const { text, values } = putOf(tables, order)
  const isWritten = hasWritten(await session.ask(text, values))
  if (isWritten) await addKeys(tables, session, order)
  return isWritten
}

async function updateWithKeys(tables: TableNames, session: Session, order: WrittenOrder): Promise<boolean> {
  const { orderId, version, keys } = order
  const lock = `select key_list from ${tables.orders} where order_id = ? and version = ? for update`
  const { rows } = await session.ask(lock, [orderId, version])
  if (rows.length === 0) return false
  const before: string[] = JSON.parse(firstColumn(rows[0]))
  const without = (some: string[], others: string[]) => some.filter((key) => !others.includes(key))
  await addKeys(tables, session, { orderId, keys: without(keys, before) })
  const { text: put, values } = putOf(tables, order)
  if (!hasWritten(await session.ask(put, values))) return false
  const dropped = without(before, keys)
  if (dropped.length > 0) {
    const text = `delete from ${tables.keys} where order_id = ? and \`key\` in (${listOf(dropped)})`
    await session.ask(text, [orderId, ...dropped])
  }
  return true
}

/** @throws Where one of them is another order's. */
async function addKeys(
  { keys }: TableNames,
  session: Session,
  { orderId, keys: added }: Pick<WrittenOrder, 'orderId' | 'keys'>,
): Promise<void> {
  if (added.length === 0) return
  const rows = added.map(() => '(?, ?)').join(', ')
  const pairs = added.flatMap((key) => [key, orderId])
  await session.ask(`insert into ${keys} (\`key\`, order_id) values ${rows}`, pairs)
}

const update = ({ orders }: TableNames, more = '') =>
  `update ${orders} set version = version + 1, record = ?, due_at = ?, attention = ?, changed_at = ?${more}
where order_id = ? and version = ?`

/** Moves when they are due. Gives those that we have moved: all that are locked; without a lock, those that nobody else has. */
async function lease(
  { orders }: TableNames,
  { ask, isAtomic }: Session,
  { found, dueAt }: { found: StoredOrder[]; dueAt: Date },
): Promise<StoredOrder[]> {
  const move = `update ${orders} set due_at = ? where order_id`
  if (isAtomic) {
    const ids = found.map(({ orderId }) => orderId)
    await ask(`${move} in (${listOf(ids)})`, [dueAt.getTime(), ...ids])
    return found
  }
  const ours: StoredOrder[] = []
  for (const order of found) {
    const values = [dueAt.getTime(), order.orderId, order.dueAt?.getTime() ?? null]
    if (hasWritten(await ask(`${move} = ? and due_at = ?`, values))) ours.push(order)
  }
  return ours
}

/** Stores the order with its list of keys, where it is new or its version is the stored one. */
function putOf(tables: TableNames, order: WrittenOrder): Statement {
  const { orderId, version, keyList } = order
  if (version > 0) {
    return { text: update(tables, ', key_list = ?'), values: [...valuesOf(order), keyList, orderId, version] }
  }
  const columns = 'record, due_at, attention, changed_at, order_id, version, key_list'
  const text = `insert ignore into ${tables.orders} (${columns}) values (?, ?, ?, ?, ?, 1, ?)`
  return { text, values: [...valuesOf(order), orderId, keyList] }
}

const valuesOf = ({ record, dueAt, attention, changedAt }: WrittenOrder): SqlValue[] => [
  record,
  dueAt,
  attention ? 1 : 0,
  changedAt,
]

function hasWritten({ affected }: SqlResult): boolean {
  if (typeof affected === 'number') return affected > 0
  throw new TypeError(
    `On MySQL \`query\` must give \`affected\` as a number: how many rows an insert, update or delete has written. It was ${affected === undefined ? 'not there' : `a ${typeof affected}`}.`,
  )
}

const listOf = (values: unknown[]) => values.map(() => '?').join(', ')

/** Written into the text: a prepared statement of MySQL takes no float as a limit, and drivers send every number as one. */
function whole(limit: number): number {
  if (Number.isSafeInteger(limit)) return limit
  throw new TypeError(`A limit is a whole number, and this one is ${limit}.`)
}

/** `insert ignore` would cut off what is too long. */
function requireFit({ orderId, keys }: WrittenOrder): void {
  const bytes = (text: string) => new TextEncoder().encode(text).length
  if (bytes(orderId) <= idBytes && keys.every((key) => bytes(key) <= keyBytes)) return
  throw new TypeError(`Ids of orders have at most ${idBytes} bytes here, and keys ${keyBytes}.`)
}
