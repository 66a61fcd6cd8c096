import { describe, expect, it } from 'vitest'
import { mysqlPayments } from '../../../src/mysql.ts'
import { postgresPayments } from '../../../src/postgres.ts'

const isOver = 'This transaction is over: fulfil goes on after it has ended.'

/** A connection that a pool hands out again and again, as pools do. */
class Connection {
  readonly asked: string[] = []
  #isOpen = false
  get isOpen() {
    return this.#isOpen
  }
  onCommit = () => {}
  async query(text: string) {
    this.asked.push(text)
    if (text === 'commit') this.onCommit()
    return { rows: [] }
  }
  release() {
    this.asked.push('release')
  }
  async connect() {
    this.#isOpen = true
    return this
  }
}

/** One of mysql2's kind. */
class MysqlConnection {
  readonly asked: string[] = []
  onCommit = () => {}
  #ask(text: string): Promise<[unknown, unknown]> {
    this.asked.push(text)
    if (text === 'commit') this.onCommit()
    return Promise.resolve([[], []])
  }
  execute(text: string) {
    return this.#ask(text)
  }
  query(text: string) {
    return this.#ask(text)
  }
  beginTransaction() {
    return this.#ask('begin')
  }
  commit() {
    return this.#ask('commit')
  }
  rollback() {
    return this.#ask('rollback')
  }
  release() {
    this.asked.push('release')
  }
  destroy() {
    this.asked.push('destroy')
  }
}

function onPostgres() {
  const client = new Connection()
  const pool = { query: (text: string) => client.query(text), connect: () => client.connect() }
  return { real: client, payments: postgresPayments(pool) }
}

function onMysql() {
  const connection = new MysqlConnection()
  const pool = { execute: (text: string) => connection.execute(text), getConnection: async () => connection }
  return { real: connection, payments: mysqlPayments(pool) }
}

describe('A query that fulfil issues once its transaction has ended', () => {
  it('A late query is refused by the client of a Postgres pool, and never sent', async () => {
    const { real, payments } = onPostgres()
    let late = () => {}
    await payments.transaction?.(async (client) => {
      late = () => void client.query('late')
      await client.query('in time')
    })
    expect(late).toThrow(isOver)
    expect(real.asked.slice(1)).toEqual(['in time', 'commit', 'release'])
  })

  it('A late query is refused by the connection of a MySQL pool, and never sent', async () => {
    const { real, payments } = onMysql()
    let late: (() => void)[] = []
    await payments.transaction?.(async (connection) => {
      late = [() => void connection.query('late'), () => void connection.execute('late')]
      await connection.execute('in time')
    })
    for (const ask of late) expect(ask).toThrow(isOver)
    const silence = (seconds: number | 'default') => `set session wait_timeout = ${seconds}`
    const inTransaction = ['begin', 'savepoint khalti_fulfil', 'in time', 'commit']
    expect(real.asked).toEqual([silence(360), ...inTransaction, silence('default'), 'release'])
  })

  it.each([
    ['Postgres', onPostgres],
    ['MySQL', onMysql],
  ])('A late query is refused on %s from the end of fulfil on, while the commit is under way', async (_, open) => {
    const { real, payments } = open()
    let refused: unknown
    await payments.transaction?.(async (connection: { query(text: string): unknown }) => {
      real.onCommit = () => {
        try {
          connection.query('late')
        } catch (error) {
          refused = error
        }
      }
    })
    expect(refused).toMatchObject({ message: expect.stringContaining(isOver) })
    expect(real.asked).not.toContain('late')
  })

  it('A transaction that was rolled back refuses a late query as well', async () => {
    const { real, payments } = onPostgres()
    let late = () => {}
    const run = payments.transaction?.(async (client) => {
      late = () => void client.query('late')
      throw new Error('out of stock')
    })
    await expect(run).rejects.toThrow('out of stock')
    expect(late).toThrow(isOver)
    expect(real.asked.slice(1)).toEqual(['rollback', 'release'])
  })

  it('The transaction of fulfil is of the class of the pool, and has its getters and private fields', async () => {
    const ofPostgres = await onPostgres().payments.transaction?.(async (client) => [
      client instanceof Connection,
      client.isOpen,
      client.constructor,
    ])
    expect(ofPostgres).toEqual([true, true, Connection])
    const { payments } = onMysql()
    expect(await payments.transaction?.(async (connection) => connection instanceof MysqlConnection)).toBe(true)
  })
})
