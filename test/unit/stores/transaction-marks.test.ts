import { describe, expect, it } from 'vitest'
import { sqlPayments } from '../../../src/sql.ts'

const coded = (code: unknown, message = 'refused') => Object.assign(new Error(message), { code })
const [set, release] = ['savepoint khalti_fulfil', 'release savepoint khalti_fulfil']

/** A store whose transactions are such ones, and what is asked in them; `refuse` gives the error of a statement. */
function storeIn(transaction: unknown, refuse: (text: string) => unknown = () => undefined) {
  const asked: string[] = []
  const payments = sqlPayments<unknown>({
    dialect: 'postgres',
    async query(text) {
      if (text.includes('set_config')) return { rows: [] }
      asked.push(text.includes('savepoint') ? text : 'read')
      const error = refuse(text)
      if (error !== undefined) throw error
      return { rows: [['{"now":0,"order":null}']] }
    },
    transaction: (run) => run(transaction),
  })
  const readInOne = () => payments.transaction?.((given) => payments.read({ orderId: 'o1' }, given))
  return { asked, payments, readInOne }
}

/** MySQL, asked by a library that prepares every statement. */
const preparing = () => storeIn({}, (text) => (text === set ? coded('ER_UNSUPPORTED_PS') : undefined))

describe('The savepoint of a transaction', () => {
  it('A savepoint that a library cannot prepare is done without, and asked for by no later transaction', async () => {
    const { asked, readInOne } = preparing()
    expect(await readInOne()).toEqual({ now: new Date(0) })
    expect(asked).toEqual([set, 'read'])
    expect(await readInOne()).toEqual({ now: new Date(0) })
    expect(asked).toEqual([set, 'read', 'read'])
  })

  it('A savepoint that fails for another reason is the end of its transaction, and asked for by the next one', async () => {
    const lost = coded('08006', 'connection lost')
    const { asked, payments } = storeIn({}, (text) => (text === set ? lost : undefined))
    const runs: string[] = []
    const run = () => payments.transaction?.(async () => runs.push('ran'))
    await expect(run()).rejects.toBe(lost)
    await expect(run()).rejects.toBe(lost)
    expect(asked).toEqual([set, set])
    expect(runs).toEqual([])
  })

  it('A transaction that is only an id has no savepoint, and is read in all the same', async () => {
    const { asked, readInOne } = storeIn('transaction-7')
    expect(await readInOne()).toEqual({ now: new Date(0) })
    expect(asked).toEqual(['read'])
  })

  it('A savepoint that is gone says what may have ended the transaction, with the error of the database', async () => {
    const cause = coded('3B001', 'savepoint "khalti_fulfil" does not exist')
    const { asked, readInOne } = storeIn({}, (text) => (text === release ? cause : undefined))
    await expect(readInOne()).rejects.toEqual(
      new Error(
        'The transaction of fulfil was over before fulfil was, so the order was not marked as fulfilled. Something in fulfil has committed it or taken it back: a commit or rollback of its own, on MySQL a deadlock or a create table. Keep these out of fulfil, and let errors of the database leave it. Where there is none, the transaction option of the store does not wait for what it runs.',
        { cause },
      ),
    )
    expect(asked).toEqual([set, release])
  })

  it('A savepoint that cannot be looked for says what failed', async () => {
    const lost = coded('08006', 'connection lost')
    const { readInOne } = storeIn({}, (text) => (text === release ? lost : undefined))
    await expect(readInOne()).rejects.toBe(lost)
  })
})
