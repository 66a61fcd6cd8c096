import { EventEmitter } from 'node:events'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { postgresPayments } from '../../../src/postgres.ts'

const query = async () => ({ rows: [] })

/** A client that a pool hands out: it says what it was asked and how it was given back, and may answer otherwise. */
class Client extends EventEmitter {
  readonly asked: string[] = []
  readonly released: unknown[] = []
  readonly listenersAtRelease: number[] = []
  answer: (text: string) => { command?: string } | Promise<never> = () => ({})

  async query(text: string) {
    this.asked.push(text)
    return { rows: [], ...(await this.answer(text)) }
  }
  release(broken?: unknown) {
    this.released.push(broken)
    this.listenersAtRelease.push(this.listenerCount('error'))
  }
}

function onPool() {
  const client = new Client()
  const payments = postgresPayments({ query, connect: async () => client as never })
  return { client, run: (fulfil: () => Promise<unknown>) => payments.transaction?.(fulfil) }
}

const begin = "begin; set local idle_in_transaction_session_timeout = '360s'; savepoint khalti_fulfil"

describe('A pool of Postgres', () => {
  it('A pool survives a connection that breaks while nobody uses it, as at a restart of the database', () => {
    const pool = new pg.Pool()
    postgresPayments(pool)
    expect(() => pool.emit('error', new Error('terminating connection'), undefined as never)).not.toThrow()
  })

  it('A pool has one listener for that, however many stores share it, and none beside that of the shop', () => {
    const [shared, watched] = [new pg.Pool(), new pg.Pool()]
    watched.on('error', () => {})
    for (const pool of [shared, shared, watched]) postgresPayments(pool)
    expect([shared, watched].map((pool) => pool.listenerCount('error'))).toEqual([1, 1])
  })
})

describe('A transaction on a pool of Postgres', () => {
  it('A transaction begins with its time limit and its mark, is committed, and gives its connection back whole', async () => {
    const { client, run } = onPool()
    expect(await run(async () => 'handed out')).toBe('handed out')
    expect(client.asked).toEqual([begin, 'commit'])
    expect(client.released).toEqual([false])
  })

  it('A transaction that fails is rolled back, and its connection is thrown away', async () => {
    const { client, run } = onPool()
    const soldOut = new Error('out of stock')
    await expect(run(() => Promise.reject(soldOut))).rejects.toBe(soldOut)
    expect(client.asked).toEqual([begin, 'rollback'])
    expect(client.released).toEqual([true])
  })

  it('A transaction says what failed, also where it cannot be rolled back', async () => {
    const { client, run } = onPool()
    const [lost, worse] = [new Error('connection lost'), new Error('the client is closed')]
    client.answer = (text) =>
      text === 'commit' ? Promise.reject(lost) : text === 'rollback' ? Promise.reject(worse) : {}
    await expect(run(async () => {})).rejects.toBe(lost)
    expect(client.released).toEqual([true])
  })

  it('A transaction that cannot begin runs nothing, and its connection is thrown away', async () => {
    const { client, run } = onPool()
    const refused = new Error('no transactions here')
    client.answer = (text) => (text === begin ? Promise.reject(refused) : {})
    let hasRun = false
    const running = run(async () => {
      hasRun = true
    })
    await expect(running).rejects.toBe(refused)
    expect(hasRun).toBe(false)
    expect(client.released).toEqual([true])
  })

  it('A commit that Postgres answers with ROLLBACK is an error: fulfil has caught one of a statement', async () => {
    const { client, run } = onPool()
    client.answer = (text) => (text === 'commit' ? { command: 'ROLLBACK' } : {})
    await expect(run(async () => {})).rejects.toEqual(
      new Error('Nothing was stored: a statement of the transaction had failed. Do not catch such an error inside it.'),
    )
    expect(client.asked).toEqual([begin, 'commit', 'rollback'])
    expect(client.released).toEqual([true])
  })

  it('A commit that Postgres answers with COMMIT is none', async () => {
    const { client, run } = onPool()
    client.answer = (text) => (text === 'commit' ? { command: 'COMMIT' } : {})
    expect(await run(async () => 7)).toBe(7)
    expect(client.released).toEqual([false])
  })

  it('A connection that breaks while fulfil runs ends no process, and is given back with its error', async () => {
    const { client, run } = onPool()
    const broken = new Error('terminating connection due to administrator command')
    // Without a listener, this throws.
    expect(await run(async () => client.emit('error', broken))).toBe(true)
    expect(client.released).toEqual([broken])
  })

  it('A connection is listened to until the pool has it back, and no longer', async () => {
    const { client, run } = onPool()
    await run(async () => {})
    expect(client.listenersAtRelease).toEqual([1])
    expect(client.listenerCount('error')).toBe(0)
  })

  it('A client without listeners, as other pools have them, runs a transaction too', async () => {
    const released: unknown[] = []
    const client = { query, release: (broken: unknown) => released.push(broken) }
    const payments = postgresPayments({ query, connect: async () => client as never })
    expect(await payments.transaction?.(async () => 'done')).toBe('done')
    expect(released).toEqual([false])
  })

  it('A pool without a connection to give says so, and nothing is run', async () => {
    const exhausted = new Error('timeout exceeded when trying to connect')
    const payments = postgresPayments({ query, connect: () => Promise.reject(exhausted) })
    await expect(payments.transaction?.(async () => {})).rejects.toBe(exhausted)
  })
})

describe('What a store on Postgres takes', () => {
  it('What `neon(url)` gives is refused: its `transaction` takes a list of queries', () => {
    const sql = Object.assign(query, { query, transaction: async (_queries: unknown[]) => [] })
    expect(() => postgresPayments(sql as never)).toThrow(
      new TypeError(
        'What `neon(url)` gives has no transaction for `fulfil`: its own takes a list of queries. Give its `query` alone, `{ query: async (text, values) => ({ rows: await sql.query(text, values) }) }`, or take the Pool of Neon, which has one.',
      ),
    )
  })

  it('A function with `query` and without `transaction` is a database that only queries', () => {
    expect(postgresPayments(Object.assign(async () => {}, { query }))).not.toHaveProperty('transaction')
  })

  it('A lone Client of pg is refused: fulfil needs a connection of its own', () => {
    expect(() => postgresPayments(new pg.Client() as never)).toThrow(
      new TypeError(
        'A Client of `pg` is one connection, and `fulfil` needs one of its own while it runs. Give the store a Pool: postgresPayments(new pg.Pool({ connectionString })).',
      ),
    )
  })

  it('A pool of mysql2 is refused, and a database with one of its methods is none', () => {
    const [execute, getConnection] = [() => {}, () => {}]
    expect(() => postgresPayments({ query, execute, getConnection } as never)).toThrow(
      new TypeError('That is a pool of mysql2: give it to mysqlPayments of khalti-kit/mysql.'),
    )
    for (const given of [
      { query, execute },
      { query, getConnection },
    ]) {
      expect(() => postgresPayments(given)).not.toThrow()
    }
  })

  it('Anything else is told what to give instead, with an example', () => {
    expect(() => postgresPayments({} as never)).toThrow(
      new TypeError(
        'postgresPayments was given an object without `query`. It takes the Pool of `pg`, postgresPayments(new pg.Pool({ connectionString })), PGlite, or an object with `query(text, values)`. ORMs, Knex and postgres.js go to sqlPayments of khalti-kit/sql.',
      ),
    )
    expect(() => postgresPayments(undefined as never)).toThrow(
      /^postgresPayments was given undefined\. It takes the Pool/,
    )
  })

  it('A database whose `connect` and `transaction` are undefined has no transaction', () => {
    for (const none of [{}, { connect: undefined }, { transaction: undefined }]) {
      expect(postgresPayments({ query, ...none })).not.toHaveProperty('transaction')
    }
  })
})
