import type { Session } from './sql-driver.ts'
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
