import { describe, expect, it } from 'vitest'
import type { PaymentStore } from '../../../src/checkout/payment-store.ts'
import { sqlPayments } from '../../../src/sql.ts'
import { sqlitePayments } from '../../../src/sqlite.ts'
import type { SqlValue } from '../../../src/stores/sql-driver.ts'

const leaseMs = 60_000
/** Minutes that the store waits, by its clock. */
const waitMs = 600_000

/** A database that remembers the values it was asked with. */
class Recorder {
  readonly values: SqlValue[] = []
  readonly now = () => new Date(this.ms)
  ms = Date.parse('2026-07-01T04:00:00Z')

  answer(values: SqlValue[]) {
    this.values.push(...values)
    return { rows: [[JSON.stringify({ now: this.ms, order: null, wasDueAt: 0 })]] }
  }
}

function onOrm() {
  const recorder = new Recorder()
  const query = async (_: string, values: SqlValue[]) => recorder.answer(values)
  const payments = sqlPayments<object>({
    dialect: 'sqlite',
    query,
    transaction: (run) => run({}),
    now: recorder.now,
  })
  return { recorder, payments }
}

function onLibsql() {
  const recorder = new Recorder()
  const execute = async ({ args }: { args: SqlValue[] }) => recorder.answer(args)
  const payments = sqlitePayments(
    {
      execute,
      batch: async (statements) => statements.map(({ args }) => recorder.answer(args)),
      transaction: async () => ({ execute, commit: async () => {}, close() {} }),
    },
    { now: recorder.now },
  )
  return { recorder, payments }
}

function onConnection() {
  const recorder = new Recorder()
  const connect = () => ({
    prepare: () => ({ all: (...values: SqlValue[]) => recorder.answer(values).rows, run() {} }),
    exec() {},
    close() {},
  })
  return { recorder, payments: sqlitePayments(connect(), { connect, now: recorder.now }) }
}

/** Asks while another transaction is open, which then ends after a long time. */
async function askWhileBusy<Transaction>(payments: PaymentStore<Transaction>, ask: () => unknown, end: () => void) {
  let goOn = () => {}
  const busy = payments.transaction?.(
    () =>
      new Promise<void>((resolve) => {
        goOn = resolve
      }),
  )
  await new Promise((resolve) => setTimeout(resolve, 1))
  const asking = ask()
  await new Promise((resolve) => setTimeout(resolve, 1))
  end()
  goOn()
  await busy
  await asking
}

describe('The clock of a store in SQLite', () => {
  it.each([
    ['an ORM', onOrm],
    ['libsql', onLibsql],
    ['a connection', onConnection],
  ])('The clock of a store on %s is asked when its turn has come, so that a lease is whole', async (_, open) => {
    const { recorder, payments } = open()
    const begin = recorder.ms
    const due = () => payments.due(1, leaseMs)
    await askWhileBusy(payments as PaymentStore, due, () => {
      recorder.ms = begin + waitMs
      recorder.values.length = 0
    })
    expect(recorder.values.slice(0, 2)).toEqual([begin + waitMs + leaseMs, begin + waitMs])
  })

  it.each([
    ['read', (store: PaymentStore) => store.read({ orderId: 'o1' })],
    ['list', (store: PaymentStore) => store.list({ limit: 1 })],
  ])('The clock of a store on an ORM is asked when a %s has waited for its turn', async (_, ask) => {
    const { recorder, payments } = onOrm()
    const begin = recorder.ms
    const store = payments as PaymentStore
    await askWhileBusy(
      store,
      () => ask(store),
      () => {
        recorder.ms = begin + waitMs
      },
    )
    expect(recorder.values[0]).toBe(begin + waitMs)
  })
})
