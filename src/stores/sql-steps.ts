import { foreignKey } from './foreign-key.ts'
import type { WrittenOrder } from './sql-dialect.ts'
import type { Session, SqlResult, Statement } from './sql-driver.ts'
import { says } from './sql-failures.ts'
import { firstColumn } from './sql-rows.ts'
import type { TableNames } from './sql-tables.ts'

/** What a write in steps needs of a dialect: the statement that stores the order, and whether it has. */
export interface Put {
  tables: TableNames
  statement: Statement
  hasWritten(result: SqlResult): boolean
}

/**
 * Writes an order where nothing makes several statements one. The order is stored by one of them, so there is never half a
 * write of it.
 *
 * New keys are written first. If the write then fails, such a key stays and points to an order that does not list it. A lookup
 * by that key finds no payment. The next write of that order finds the key in place.
 *
 * @throws Where a key is another order's; nothing has changed then.
 */
export async function writeInSteps(session: Session, order: WrittenOrder, put: Put): Promise<boolean> {
  const { orderId, version, keys } = order
  const isNew = version === 0
  const stored = `select key_list from ${put.tables.orders} where order_id = ?${isNew ? '' : ' and version = ?'}`
  const { rows } = await session.ask(stored, isNew ? [orderId] : [orderId, version])
  const isThere = rows.length > 0
  if (isNew === isThere) return false
  const before: string[] = rows.flatMap((row) => JSON.parse(firstColumn(row)))
  const free = await freeKeys(session, order, put)
  for (const key of free) await addKey(session, order, { ...put, key })
  if (!put.hasWritten(await session.ask(put.statement.text, put.statement.values))) return false
  for (const key of before.filter((one) => !keys.includes(one))) {
    await session.ask(`delete from ${put.tables.keys} where order_id = ? and \`key\` = ?`, [orderId, key])
  }
  return true
}

/** Those of its keys that nobody has. @throws Where one is another order's. */
async function freeKeys(session: Session, order: WrittenOrder, { tables }: Put): Promise<string[]> {
  const free: string[] = []
  for (const key of order.keys) {
    const owner = await ownerOf(session, order, { tables, key })
    if (owner === 'another') throw foreignKey(order)
    if (owner === undefined) free.push(key)
  }
  return free
}

interface Key {
  tables: TableNames
  key: string
}

async function addKey(session: Session, order: WrittenOrder, { tables, key }: Key): Promise<void> {
  try {
    await session.ask(`insert into ${tables.keys} (\`key\`, order_id) values (?, ?)`, [key, order.orderId])
  } catch (error) {
    // Somebody came between. It may have been another write of this order.
    if (!says(error, 'duplicate')) throw error
    if ((await ownerOf(session, order, { tables, key })) !== 'itself') throw foreignKey(order, error)
  }
}

async function ownerOf(session: Session, { orderId }: WrittenOrder, { tables, key }: Key) {
  const text = `select case when order_id = ? then 'itself' else 'another' end from ${tables.keys} where \`key\` = ?`
  const { rows } = await session.ask(text, [orderId, key])
  return rows[0] === undefined ? undefined : firstColumn(rows[0])
}
