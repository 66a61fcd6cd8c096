import { describe, expect, it } from 'vitest'
import { type SqlPaymentsOptions, sqlPayments } from '../../../src/sql.ts'

type Asked = { text: string; values: unknown[]; transaction?: object | undefined }
type Dialect = SqlPaymentsOptions<object>['dialect']

const order = { orderId: 'o1', version: 0, record: {}, keys: ['p1', 't1'], attention: false, changedAt: new Date(0) }
const nothingFound = '{"now":0,"order":null}'

/** A store on a database that finds nothing and writes what it is asked to, where `refuse` does not say otherwise. */
function open(dialect: Dialect, refuse: (asked: Asked) => unknown = () => undefined) {
  const asked: Asked[] = []
  const transaction = { id: 'a transaction' }
  const options: SqlPaymentsOptions<object> = {
    dialect,
    async query(text, values, given) {
      const isSession = text.includes('completion_type')
      if (isSession) return { rows: [['C3A9F09F919F,1,NO_CHAIN,1']] }
      if (text.includes('set_config')) return { rows: [] }
      const one = { text, values, transaction: given }
      asked.push(one)
      const error = refuse(one)
      if (error !== undefined) throw error
      return { rows: text.startsWith('select') || text.startsWith('with') ? [[nothingFound]] : [], affected: 1 }
    },
  }
  const store = sqlPayments(options)
  const withTransactions = sqlPayments({ ...options, transaction: (run) => run(transaction) })
  return { asked, transaction, store, withTransactions }
}

const coded = (code: unknown, message = 'refused') => Object.assign(new Error(message), { code })

describe('A write that a database refuses', () => {
  it('A write whose key is taken names the order and its keys, and has the error of the database', async () => {
    const cause = coded('23505', 'duplicate key value violates unique constraint "khalti_keys_pkey"')
    const { store } = open('postgres', () => cause)
    await expect(store.write(order)).rejects.toEqual(
      new Error('Order o1 was not stored: one of its keys (p1, t1) belongs to another order.', { cause }),
    )
  })

  it('A write that fails for another reason says that reason', async () => {
    const full = coded('53100', 'could not extend file: No space left on device')
    await expect(open('postgres', () => full).store.write(order)).rejects.toBe(full)
  })

  it.each(['dueAt', 'changedAt'])(
    'A write of an invalid `%s` is refused, and the database is not asked',
    async (field) => {
      const { store, asked } = open('postgres')
      await expect(store.write({ ...order, [field]: new Date('soon') })).rejects.toEqual(
        new TypeError(`\`${field}\` is an invalid date.`),
      )
      expect(asked).toEqual([])
    },
  )
})

describe('Connections that the database has ended while a process was frozen', () => {
  it('A first answer that is lost, about the settings of MySQL, keeps no other call waiting', async () => {
    let asked = 0
    const store = sqlPayments({
      dialect: 'mysql',
      async query(text) {
        if (!text.includes('completion_type')) return { rows: [[nothingFound]] }
        asked += 1
        return asked === 1 ? new Promise(() => {}) : { rows: [['C3A9F09F919F,1,NO_CHAIN,1']] }
      },
    })
    store.read({ orderId: 'o1' })
    for (const _ of 'ab') expect((await store.read({ orderId: 'o1' })).order).toBeUndefined()
    expect(asked).toBe(2)
  })

  const gone = () => coded('ECONNRESET', 'read ECONNRESET')

  /** The first connections of the pool are dead. */
  function openThawed(dialect: Dialect, dead: number) {
    const left = { dead }
    const opened = open(dialect, () => {
      left.dead -= 1
      return left.dead >= 0 ? gone() : undefined
    })
    return { ...opened, left }
  }

  it.each(['postgres', 'mysql'] as const)('What reads asks the next connection, on %s', async (dialect) => {
    const { store, left } = openThawed(dialect, 10)
    expect(await store.read({ key: 'p1' })).toEqual({ now: new Date(0) })
    left.dead = 1
    expect(await store.list({ limit: 1 })).toEqual([])
    left.dead = 1
    expect((await store.due(1, 1_000)).orders).toEqual([])
  })

  it('A write is left to whoever knows whether it was stored', async () => {
    const { store, asked } = openThawed('postgres', 1)
    await expect(store.write(order)).rejects.toEqual(gone())
    expect(asked).toHaveLength(1)
  })

  it('A read in a transaction is lost with it', async () => {
    const { withTransactions, asked } = open('postgres', ({ text }) => (text.startsWith('with') ? gone() : undefined))
    const read = withTransactions.transaction?.((transaction) => withTransactions.read({ key: 'p1' }, transaction))
    await expect(read).rejects.toEqual(gone())
    expect(asked.filter(({ text }) => text.startsWith('with'))).toHaveLength(1)
  })
})

describe('The transactions of a store', () => {
  it('A first write on MySQL is one transaction of its own', async () => {
    const { withTransactions, asked, transaction } = open('mysql')
    expect(await withTransactions.write(order)).toBe(true)
    expect(asked.map(({ text }) => text.split(' (', 1)[0])).toEqual([
      'insert ignore into khalti_orders',
      'insert into khalti_keys',
    ])
    for (const one of asked) expect(one.transaction).toBe(transaction)
  })

  it('A store without transactions looks for what is due without one', async () => {
    const { store, asked } = open('mysql')
    expect(await store.due(10, 60_000)).toEqual({ orders: [], now: new Date(0) })
    expect(asked.map((one) => one.transaction)).toEqual([undefined, undefined])
  })

  it('The `query` of a store gets the very transaction that its `transaction` has given, and not the one of fulfil', async () => {
    const { withTransactions, asked, transaction } = open('postgres')
    await withTransactions.transaction?.(async (shown) => {
      expect(shown).not.toBe(transaction)
      await withTransactions.read({ orderId: 'o1' }, shown)
    })
    expect(asked).toHaveLength(4)
    for (const one of asked) expect(one.transaction).toBe(transaction)
  })

  it('A read in a transaction locks the order that it finds, and another read does not', async () => {
    const { store, asked } = open('postgres')
    for (const by of [{ orderId: 'o1' }, { key: 'p1' }]) {
      asked.length = 0
      await store.read(by)
      await store.read(by, {})
      const [plain = '', locked = ''] = asked.map(({ text }) => text)
      expect(plain).not.toContain('for update')
      expect(locked.replace(' for update of o)', ')')).toBe(plain)
      expect(locked).not.toBe(plain)
    }
  })

  it('A transaction that does not see the tables is opened elsewhere, and migrate says so', async () => {
    const cause = coded('42P01', 'relation "khalti_orders" does not exist')
    const { withTransactions, asked } = open('postgres', ({ transaction }) => transaction && cause)
    await expect(withTransactions.migrate()).rejects.toEqual(
      new Error(
        'A transaction of the store does not see its tables: it is opened in another database. Let `connect` or `transaction` open the one that the store was given (`:memory:` is a new one each time).',
        { cause },
      ),
    )
    expect(asked.at(-1)?.text).toBe('select 1 from khalti_orders where 1 = 0')
  })

  it('A transaction that fails for another reason when migrate looks is no other database', async () => {
    const lost = coded('08006', 'connection lost')
    const { withTransactions } = open('postgres', ({ transaction }) => transaction && lost)
    await expect(withTransactions.migrate()).rejects.toBe(lost)
  })

  it.each([
    ['postgres', true],
    ['sqlite', false],
  ] as const)('A read on %s beside an open transaction is asked at once: %j', async (dialect, isAtOnce) => {
    const { withTransactions, asked } = open(dialect)
    let end = () => {}
    const isOpen = new Promise<void>((resolve) => {
      end = resolve
    })
    const running = withTransactions.transaction?.(() => isOpen)
    const reading = withTransactions.read({ orderId: 'o1' })
    // All that is asked at once is asked by then.
    await new Promise(setImmediate)
    expect(asked.some(({ text }) => text.includes('select'))).toBe(isAtOnce)
    end()
    await running
    expect(await reading).toEqual({ now: new Date(0) })
  })
})

describe('A role that may not make tables', () => {
  const denied = coded('ER_TABLEACCESS_DENIED_ERROR', "CREATE command denied to user 'shop'")
  const isCreation = (text: string) => text.startsWith('create')

  it('A role that may not make tables migrates where somebody else has made them all', async () => {
    const { store, asked } = open('mysql', ({ text }) => (isCreation(text) ? denied : undefined))
    await expect(store.migrate()).resolves.toBeUndefined()
    expect(asked.slice(1, 4).map(({ text }) => text)).toEqual(
      ['orders', 'keys', 'payments'].map((part) => `select 1 from khalti_${part} where 1 = 0`),
    )
  })

  it.each(['orders', 'keys', 'payments'])(
    'A role that may not make tables hears so where khalti_%s is missing',
    async (part) => {
      const missing = coded('ER_NO_SUCH_TABLE')
      const { store } = open('mysql', ({ text }) => {
        if (isCreation(text)) return denied
        return text.includes(`from khalti_${part} `) ? missing : undefined
      })
      await expect(store.migrate()).rejects.toBe(denied)
    },
  )

  it('A creation that fails for another reason is an error, also where all tables are there', async () => {
    const full = coded('ER_RECORD_FILE_FULL', 'The table is full')
    const { store } = open('mysql', ({ text }) => (isCreation(text) ? full : undefined))
    await expect(store.migrate()).rejects.toBe(full)
  })
})

describe('What sqlPayments takes', () => {
  it('sqlPayments says what it takes where it is given no `query`', () => {
    expect(() => sqlPayments({} as never)).toThrow(
      new TypeError('sqlPayments was given an object without `query`. It takes { dialect, query, transaction }.'),
    )
  })

  it('sqlPayments refuses a `transaction` that is no function', () => {
    const query = async () => ({ rows: [] })
    expect(() => sqlPayments({ dialect: 'postgres', query, transaction: 'begin' as never })).toThrow(
      new TypeError('`transaction` must be a function that runs another in a transaction, and is a string.'),
    )
  })
})
