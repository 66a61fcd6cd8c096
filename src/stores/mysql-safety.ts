import type { Session } from './sql-driver.ts'
import { firstColumn } from './sql-rows.ts'

/** Letters of two and of four bytes, as UTF-8 writes them. */
const sample = { text: 'é👟', hex: 'C3A9F09F919F' }

const question =
  "select concat(hex(?), ',', @@autocommit = 1, ',', @@completion_type, ',', concat('x', null) is null) as khalti"

/** @throws Error that names the setting of the connection under which orders would be mixed up or forgotten. */
export async function requireSafeSession({ ask }: Session): Promise<void> {
  const { rows } = await ask(question, [sample.text])
  const [hex, autocommit, completion, isNullKept] = String(firstColumn(rows[0])).split(',')
  if (hex !== sample.hex) {
    throw new Error(
      "The connection to MySQL would garble names and ids of orders: its character set is not utf8mb4. Leave `charset` out of the pool's options, or set it to utf8mb4.",
    )
  }
  if (autocommit !== '1' || completion !== 'NO_CHAIN') {
    const setting = autocommit === '1' ? `completion_type is ${completion}` : 'autocommit is off'
    throw new Error(
      `The connection to MySQL would forget what it writes: ${setting}. Give the store a pool of its own, with \`set autocommit = 1, completion_type = 0\` where the server has it otherwise.`,
    )
  }
  if (isNullKept !== '1') {
    throw new Error(
      "The connection to MariaDB joins text as Oracle does: its sql_mode is ORACLE. Give the store a pool of its own, with `set sql_mode = 'STRICT_TRANS_TABLES'`.",
    )
  }
}
