import { describe, expect, it } from 'vitest'
import { sqlPayments } from '../../../src/sql.ts'

/** A transaction of Postgres that says what it was asked, and knows its savepoint until it is lost. */
class Transaction {
  readonly asked: string[] = []
  hasSavepoint = false

  async query(text: string) {
    if (text.includes('set_config')) return { rows: [] }
    this.asked.push(text.includes('savepoint') ? text : 'read')
    if (text.startsWith('savepoint')) this.hasSavepoint = true
    if (!text.startsWith('release')) return { rows: [['{"now":0,"order":null}']] }
    if (!this.hasSavepoint) throw Object.assign(new Error('no such savepoint'), { code: '3B001' })
    this.hasSavepoint = false
    return { rows: [] }
  }
}

const order = { orderId: 'o1' }
const endedEarly = 'The transaction of fulfil was over before fulfil was'

function open() {
  const transaction = new Transaction()
  const payments = sqlPayments<Transaction>({
    dialect: 'postgres',
    query: (text, _, given = transaction) => given.query(text),
    transaction: (run) => run(transaction),
  })
  const run = (fulfil: (given: Transaction) => Promise<unknown>) => payments.transaction?.(fulfil)
  return { transaction, payments, run }
}

describe('The mark of a transaction', () => {
  it('The mark of a transaction is set again by each read that finds it', async () => {
    const { transaction, payments, run } = open()
    await run(async (given) => {
      await payments.read(order, given)
      await payments.read(order, given)
    })
    const [set, release] = ['savepoint khalti_fulfil', 'release savepoint khalti_fulfil']
    expect(transaction.asked).toEqual([set, release, set, 'read', release, set, 'read'])
  })

  it('The mark of a transaction that is lost after a read is missed by the next one', async () => {
    const { transaction, payments, run } = open()
    const fulfilling = run(async (given) => {
      await payments.read(order, given)
      transaction.hasSavepoint = false
      await payments.read(order, given)
    })
    await expect(fulfilling).rejects.toThrow(endedEarly)
  })

  it('The mark of a transaction is missed again where fulfil has caught the first error', async () => {
    const { transaction, payments, run } = open()
    const fulfilling = run(async (given) => {
      transaction.hasSavepoint = false
      await payments.read(order, given).catch(() => {})
      await payments.read(order, given)
    })
    await expect(fulfilling).rejects.toThrow(endedEarly)
  })

  it('The mark of a transaction is there for two reads at once', async () => {
    const { payments, run } = open()
    const reading = run((given) => Promise.all([payments.read(order, given), payments.read(order, given)]))
    await expect(reading).resolves.toHaveLength(2)
  })
})
