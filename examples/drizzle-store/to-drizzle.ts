import { type SQL, sql } from 'drizzle-orm'

/** A statement of khalti-kit for Drizzle, which writes the placeholders itself. Each occurs once, in order. */
export function toDrizzle(text: string, values: unknown[]): SQL {
  const parts = text.split(/\$\d+|\?/)
  return sql.join(
    parts.flatMap((part, index) => [sql.raw(part), ...(index < values.length ? [sql`${values[index]}`] : [])]),
  )
}
