import type { Session } from './sql-driver.ts'
import { says } from './sql-failures.ts'
import { firstColumn } from './sql-rows.ts'

/** Letters of two and of four bytes, as UTF-8 writes them. */
const sample = { text: 'é👟', hex: 'C3A9F09F919F' }

/** @throws Error where the connection has another character set: the ids of different orders would become one. */
export async function requireUnicode({ ask }: Session): Promise<void> {
  const { rows } = await ask('select hex(?) as khalti', [sample.text])
  if (firstColumn(rows[0]) === sample.hex) return
  throw new Error(
    "The connection to MySQL would garble names and ids of orders: its character set is not utf8mb4. Leave `charset` out of the pool's options, or set it to utf8mb4.",
  )
}

/** See {@link transactionMark}. */
export interface TransactionMark {
  /** When a transaction begins. */
  set(session: Session): Promise<void>
  /** @throws Error where the transaction that was begun is over. */
  require(session: Session): Promise<void>
}

/**
 * A savepoint that tells whether a transaction is still the one that was begun. MySQL takes all of it back where one
 * statement meets a deadlock, and commits it at a `create table`; what comes after that is in no transaction.
 */
export function transactionMark(): TransactionMark {
  let isPossible = true
  const set = async ({ ask }: Session): Promise<void> => {
    try {
      if (isPossible) await ask('savepoint khalti_fulfil')
    } catch (error) {
      // MySQL prepares no savepoints, and some libraries prepare everything.
      if (!says(error, 'unprepared')) throw error
      isPossible = false
    }
  }
  const require = async (session: Session): Promise<void> => {
    try {
      if (isPossible) await session.ask('release savepoint khalti_fulfil')
    } catch (cause) {
      throw says(cause, 'ended') ? new Error(endedEarly, { cause }) : cause
    }
    await set(session)
  }
  return { set, require }
}

const endedEarly =
  'The transaction of fulfil was over before fulfil was, so the order was not marked as fulfilled. MySQL takes a whole transaction back after a deadlock: do not catch such an error in fulfil, all of it is called again. It commits one before create table and the like: keep those out of fulfil, and commit too.'
