import type { PostgresQueryable } from './postgres-driver.ts'

/** How often a step is begun anew because another process came first. Each time one of them got on. */
export const maxAttempts = 20

/** The rows that a statement gives. */
export async function rowsOf<Row>(database: PostgresQueryable, text: string, values: unknown[]): Promise<Row[]> {
  try {
    const { rows } = await database.query(text, values)
    return rows as Row[]
  } catch (error) {
    if (codeOf(error) !== undefinedTable) throw error
    throw new Error('The tables of the payments are missing. Call `await payments.migrate()` when the server starts.', {
      cause: error,
    })
  }
}

/**
 * Runs a statement again that lost against another one. Where a database is set to REPEATABLE READ or SERIALIZABLE,
 * Postgres rolls the loser back instead of letting it go on, and expects it to come again. Never inside a transaction,
 * which is lost as a whole.
 */
export async function withRetries<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run()
    } catch (error) {
      const lost = codeOf(error) === serializationFailure || codeOf(error) === deadlock
      if (!lost || attempt === maxAttempts) throw error
    }
  }
}

/** Whether a statement failed because the key exists. */
export function isDuplicate(error: unknown): boolean {
  return codeOf(error) === uniqueViolation
}

const undefinedTable = '42P01'
const uniqueViolation = '23505'
const serializationFailure = '40001'
const deadlock = '40P01'

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null | undefined)?.code
}
