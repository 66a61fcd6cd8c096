import { rmSync } from 'node:fs'
import { sqlitePayments } from '../../../src/sqlite.ts'
import type { SqliteConnection } from '../../../src/stores/sqlite-drivers.ts'
import { describePaymentStore } from '../../../src/testing.ts'

/** What came of each fact: its title, and the error where it does not hold. */
export type Outcomes = Record<string, string | null>

/** Runs the suite for stores on a runtime's own SQLite, and prints the outcomes as JSON. */
export async function runSuite(folder: string, connect: (file: string) => SqliteConnection): Promise<void> {
  const tests: [title: string, test: () => Promise<void>][] = []
  const runner = {
    describe: (_name: string, add: () => void) => add(),
    it: (title: string, test: () => Promise<void>) => tests.push([title, test]),
  }
  let count = 0
  const make = async ({ now }: { now(): Date }) => {
    count += 1
    const file = `${folder}/${count}.db`
    const database = connect(file)
    const store = sqlitePayments(database, { now, connect: () => connect(file) })
    await store.migrate()
    return {
      store,
      close() {
        database.close()
        rmSync(file)
      },
    }
  }
  describePaymentStore('sqlitePayments', make, runner)
  const outcomes: Outcomes = {}
  for (const [title, run] of tests) {
    outcomes[title] = await run().then(
      () => null,
      (error: unknown) => String(error instanceof Error ? error.stack : error),
    )
  }
  console.log(JSON.stringify(outcomes))
}
