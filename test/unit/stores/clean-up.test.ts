import { afterEach, describe, expect, it, vi } from 'vitest'
import { sqlitePayments } from '../../../src/sqlite.ts'
import { rolledBack } from '../../../src/stores/sql-driver.ts'

afterEach(() => vi.useRealTimers())

describe('a rollback', () => {
  it('A rollback leaves no timer once the database has answered, whether it worked or not', async () => {
    vi.useFakeTimers()
    await rolledBack(Promise.resolve())
    await rolledBack(Promise.reject(new Error('connection lost')))
    expect(vi.getTimerCount()).toBe(0)
  })

  it('A rollback that is never answered is waited for no longer than a second', async () => {
    vi.useFakeTimers()
    let isOver = false
    const over = rolledBack(new Promise(() => {})).then(() => {
      isOver = true
    })
    await vi.advanceTimersByTimeAsync(999)
    expect(isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await over
  })
})

/** A connection to a disk that is full: SQLite takes the transaction back itself, and then there is none to roll back. */
function fullDisk(close = () => {}) {
  const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
  let isOpen = false
  return {
    full,
    prepare: () => ({ all: () => [], run: () => {} }),
    exec(text: string) {
      if (text.startsWith('begin')) isOpen = true
      else if (!isOpen) throw new Error('cannot rollback - no transaction is active')
      else {
        isOpen = false
        throw full
      }
    },
    close,
  }
}

const order = { orderId: 'A-1', version: 0, record: {}, keys: [], attention: false, changedAt: new Date() }

describe('a failure on SQLite', () => {
  it('A failure of a write says that the disk is full, also where SQLite has rolled it back already', async () => {
    const database = fullDisk()
    await expect(sqlitePayments(database).write(order)).rejects.toBe(database.full)
  })

  it('A failure of a transaction says that the disk is full, also where its connection cannot be closed', async () => {
    const connection = fullDisk(() => {
      throw new Error('This database connection is busy executing a query')
    })
    const payments = sqlitePayments(fullDisk(), { connect: () => connection })
    await expect(payments.transaction?.(async () => {})).rejects.toBe(connection.full)
  })

  it('A failure of a transaction on libsql says what failed, also where it cannot be closed', async () => {
    const transaction = {
      execute: async () => ({ rows: [] }),
      commit: async () => {},
      close() {
        throw new Error('disk I/O error')
      },
    }
    const client = {
      execute: transaction.execute,
      batch: async () => [],
      transaction: async () => transaction,
    }
    const soldOut = new Error('out of stock')
    await expect(sqlitePayments(client).transaction?.(() => Promise.reject(soldOut))).rejects.toBe(soldOut)
  })
})
