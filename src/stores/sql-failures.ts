/** What a database may say, in the codes and words of all drivers. */
const signs = {
  /** Another came at the same moment. The statement changed nothing, and may come again. 1020 is MariaDB's snapshot isolation. */
  lost: /^(40001|40P01|1213|ER_LOCK_DEADLOCK|1020|ER_CHECKREAD|P2034|SQLITE_BUSY.*|5)$|database (table )?is locked|deadlock detected|transaction within a transaction|[Cc]ode: `(40001|40P01|1213|1020)`/,
  /**
   * The connection was ended, as databases, poolers and networks end one that nobody uses, or all of them at a restart. The
   * pool learns of it only now where the process was frozen meanwhile. What was asked may have been done.
   */
  gone: /^(ECONNRESET|EPIPE|PROTOCOL_CONNECTION_LOST|57P0[125]|08003|08006|08P01|4031|ER_CLIENT_INTERACTION_TIMEOUT|1927|ER_CONNECTION_KILLED|1053|ER_SERVER_SHUTDOWN|P1017)$|^Connection terminated( unexpectedly)?$|not queryable$|in closed state$|[Cc]ode: `(57P0[125]|08003|08006)`/,
  duplicate: /^(23505|1062|ER_DUP_ENTRY|SQLITE_CONSTRAINT.*)$|UNIQUE constraint failed|[Cc]ode: `(23505|1062)`/,
  /** No such savepoint. */
  ended: /^(1305|ER_SP_DOES_NOT_EXIST|3B001|25P01)$|no such savepoint|[Cc]ode: `(1305|3B001|25P01)`/,
  /** Not a statement that can be prepared. */
  unprepared: /^(1295|ER_UNSUPPORTED_PS)$|[Cc]ode: `1295`/,
  /** A column that the table of this name does not have, or a table where a view should be. */
  foreign:
    /^(42703|1054|1347|ER_BAD_FIELD_ERROR|ER_WRONG_OBJECT)$|no such column|[Cc]ode: `(42703|1054|1347)`|column .+ does not exist/,
  /** The role may not make tables. */
  denied: /^(1044|1142|ER_DBACCESS_DENIED_ERROR|ER_TABLEACCESS_DENIED_ERROR)$|[Cc]ode: `(1044|1142)`/,
  missing: /^(42P01|1146|ER_NO_SUCH_TABLE)$|no such table|[Cc]ode: `(42P01|1146)`/,
  /** A replica, or a server that was told to take no writes. */
  readOnly:
    /^(25006|1290|ER_OPTION_PREVENTS_STATEMENT|1792|ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION|1836|ER_READ_ONLY_MODE)$|[Cc]ode: `(25006|1290|1792|1836)`/,
}

/** Whether an error, or what an ORM has wrapped in it, says so. */
export function says(error: unknown, what: keyof typeof signs): boolean {
  for (let [inner, depth] = [error, 0]; typeof inner === 'object' && inner !== null && depth < 5; depth += 1) {
    const { code, errno, errcode, message, cause, original, driverError } = inner as Record<string, unknown>
    if ([code, errno, errcode, message].some((word) => signs[what].test(String(word)))) return true
    inner = cause ?? original ?? driverError
  }
  return false
}

/**
 * How often a step is begun anew because another came first, of whom each time one got on; or because its connection was
 * gone, of which a pool may have many.
 */
const maxAttempts = 20

/**
 * Runs a step again that lost against another one, as databases expect it after a deadlock, and Postgres in REPEATABLE
 * READ. Never inside a transaction, which is lost as a whole. A step that may be done twice runs again on another
 * connection as well.
 */
export async function withRetries<Result>(run: () => Promise<Result>, mayBeTwice = false): Promise<Result> {
  const isPassing = (error: unknown) => says(error, 'lost') || (mayBeTwice && says(error, 'gone'))
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run()
    } catch (error) {
      if (attempt === maxAttempts || !isPassing(error)) throw inWords(error)
      const pauseMs = Math.random() * Math.min(500, 2 ** attempt)
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}

/** The error with what to do about it, where that is known. */
function inWords(cause: unknown): unknown {
  if (says(cause, 'missing')) return new Error(missingTables, { cause })
  return says(cause, 'readOnly') ? new Error(takesNoWrites, { cause }) : cause
}

const missingTables = 'The tables of the store are missing. Call `await payments.migrate()` when the server starts.'

const takesNoWrites =
  'The database takes no writes from this connection. Is it a replica, a read endpoint or a server that is no primary any more? Give the store the one that is written to.'

/** @throws The error, or what it means where the tables are missing in a transaction of a store that has them. */
export function refuseElsewhere(error: unknown): never {
  if (!says(error, 'missing')) throw error
  throw new Error(
    'A transaction of the store does not see its tables: it is opened in another database. Let `connect` or `transaction` open the one that the store was given (`:memory:` is a new one each time).',
    { cause: error },
  )
}
