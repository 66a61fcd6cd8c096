import { describe, expect, it, vi } from 'vitest'
import { sqlPayments } from '../../../src/sql.ts'

describe.each(['postgres', 'mysql', 'sqlite'] as const)('sqlPayments for %s', (dialect) => {
  const refusal = 'must give its function the transaction'

  /** A store whose `transaction` gives this, and the transactions in which it asked. */
  const storeWith = (given: unknown) => {
    const asked: unknown[] = []
    const store = sqlPayments<unknown>({
      dialect,
      async query(_, __, transaction) {
        asked.push(transaction)
        return { rows: [] }
      },
      transaction: (run) => run(given),
    })
    return { store, asked }
  }

  it.each([undefined, null])('refuses a `transaction` that gives its function %s', async (given) => {
    const { store, asked } = storeWith(given)
    const fulfil = vi.fn(async () => {})
    await expect(store.transaction?.(fulfil)).rejects.toThrow(refusal)
    expect(fulfil).not.toHaveBeenCalled()
    expect(asked).toEqual([])
  })

  it('takes an id for a transaction, as the Data API of RDS gives one', async () => {
    const { store, asked } = storeWith('transaction-7')
    const reading = store.transaction?.((transaction) => store.read({ orderId: 'o1' }, transaction))
    await reading?.catch(() => {})
    expect(new Set(asked)).toEqual(new Set(['transaction-7']))
  })
})

it('sqlPayments says when it migrates that its `transaction` gives none', async () => {
  const query = async () => ({ rows: [] })
  const store = sqlPayments({ dialect: 'postgres', query, transaction: (run) => run(undefined) })
  await expect(store.migrate()).rejects.toThrow('must give its function the transaction')
})
