import { afterEach, describe, expect, it, vi } from 'vitest'
import { says, withRetries } from '../../../src/stores/sql-failures.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** As drivers give it: a code, and words. */
const coded = (code: unknown, message = 'failed') => Object.assign(new Error(message), { code })

/** As Prisma says what the database has said to it. */
const byPrisma = (code: string, word = 'Code') => new Error(`Raw query failed. ${word}: \`${code}\`. Message: \`no\``)

type Sign = Parameters<typeof says>[1]

/** The codes of each failure: of Postgres, MySQL, the drivers of both, and SQLite. */
const codes: Record<Sign, unknown[]> = {
  lost: ['40001', '40P01', 1213, 'ER_LOCK_DEADLOCK', 1020, 'ER_CHECKREAD', 'P2034', 'SQLITE_BUSY', 5],
  gone: [
    ...[
      'ECONNRESET',
      'EPIPE',
      '57P01',
      '57P02',
      '57P05',
      '08003',
      '08006',
      '08P01',
      'PROTOCOL_CONNECTION_LOST',
      'P1017',
    ],
    ...[4031, 'ER_CLIENT_INTERACTION_TIMEOUT', 1927, 'ER_CONNECTION_KILLED', 1053, 'ER_SERVER_SHUTDOWN'],
  ],
  duplicate: ['23505', 1062, 'ER_DUP_ENTRY', 'SQLITE_CONSTRAINT'],
  ended: [1305, 'ER_SP_DOES_NOT_EXIST', '3B001', '25P01'],
  unprepared: [1295, 'ER_UNSUPPORTED_PS'],
  foreign: ['42703', 1054, 1347, 'ER_BAD_FIELD_ERROR', 'ER_WRONG_OBJECT'],
  denied: [1044, 1142, 'ER_DBACCESS_DENIED_ERROR', 'ER_TABLEACCESS_DENIED_ERROR'],
  missing: ['42P01', 1146, 'ER_NO_SUCH_TABLE'],
  readOnly: [
    ...['25006', 1290, 'ER_OPTION_PREVENTS_STATEMENT', 1792, 'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION'],
    ...[1836, 'ER_READ_ONLY_MODE'],
  ],
}
const signs = Object.keys(codes) as Sign[]
const pairs = signs.flatMap((sign) => codes[sign].map((code) => ({ sign, code })))

describe('What an error of a database says', () => {
  it.each(pairs)('An error with the code $code says "$sign" and nothing else', ({ sign, code }) => {
    expect(signs.filter((other) => says(coded(code), other))).toEqual([sign])
    for (const name of ['errno', 'errcode'] as const) expect(says({ [name]: code }, sign)).toBe(true)
  })

  it.each(pairs)('A longer code or a text around $code does not say "$sign"', ({ sign, code }) => {
    expect(says(coded(`9${code}`), sign)).toBe(false)
    expect(says(coded(undefined, `order ${code}`), sign)).toBe(false)
    // SQLite adds to these what it was busy with, and which constraint it was.
    if (!/^SQLITE/.test(String(code))) expect(says(coded(`${code}9`), sign)).toBe(false)
  })

  it.each<[Sign, string]>([
    ['lost', 'SQLITE_BUSY_SNAPSHOT'],
    ['duplicate', 'SQLITE_CONSTRAINT_PRIMARYKEY'],
  ])('An extended code of SQLite says "%s": %s', (sign, code) => {
    expect(says(coded(code), sign)).toBe(true)
  })

  it.each<[Sign, string]>([
    ['lost', 'database is locked'],
    ['lost', 'database table is locked: khalti_orders'],
    ['lost', 'ERROR: deadlock detected'],
    ['lost', 'cannot start a transaction within a transaction'],
    ['gone', 'Connection terminated unexpectedly'],
    ['gone', 'Connection terminated'],
    ['gone', 'Client has encountered a connection error and is not queryable'],
    ['gone', "Can't add new command when connection is in closed state"],
    ['duplicate', 'D1_ERROR: UNIQUE constraint failed: khalti_keys.key'],
    ['ended', 'no such savepoint: khalti_fulfil'],
    ['foreign', 'no such column: t.version'],
    ['foreign', 'column t.version does not exist'],
    ['missing', 'no such table: khalti_orders'],
  ])('An error without a code says "%s" by its words: %s', (sign, message) => {
    expect(signs.filter((other) => says(new Error(message), other))).toEqual([sign])
  })

  it.each<[Sign, string[]]>([
    ['lost', ['40001', '40P01', '1213', '1020']],
    ['gone', ['57P01', '57P02', '57P05', '08003', '08006']],
    ['duplicate', ['23505', '1062']],
    ['ended', ['1305', '3B001', '25P01']],
    ['unprepared', ['1295']],
    ['foreign', ['42703', '1054', '1347']],
    ['denied', ['1044', '1142']],
    ['missing', ['42P01', '1146']],
    ['readOnly', ['25006', '1290', '1792', '1836']],
  ])('An error of Prisma says "%s" where it quotes its code: %j', (sign, quoted) => {
    for (const code of quoted) {
      expect(signs.filter((other) => says(byPrisma(code), other))).toEqual([sign])
      expect(says(byPrisma(code, 'code'), sign)).toBe(true)
      expect(says(byPrisma(`9${code}`), sign)).toBe(false)
    }
  })

  it.each(['cause', 'original', 'driverError'])('An error says what it wraps as `%s`', (name) => {
    const error = Object.assign(new Error('Failed query'), { [name]: coded('40001') })
    expect(says(error, 'lost')).toBe(true)
    expect(says(error, 'duplicate')).toBe(false)
  })

  it('An error says what is wrapped in it four times, and no deeper', () => {
    const wrapped = (times: number): unknown => (times === 0 ? coded('40001') : { cause: wrapped(times - 1) })
    expect(says(wrapped(4), 'lost')).toBe(true)
    expect(says(wrapped(5), 'lost')).toBe(false)
  })

  it('An error that is its own cause says nothing, and so does what is no object', () => {
    const circular: { cause?: unknown } = {}
    circular.cause = circular
    for (const error of [circular, undefined, null, '40001', 40001]) expect(says(error, 'lost')).toBe(false)
  })
})

const lost = coded('40001', 'could not serialize access')

/** Runs a step under a clock of its own: how often it was tried, how long it paused, and what became of it. */
async function tried(run: (attempt: number) => Promise<unknown>) {
  vi.useFakeTimers()
  const timers = vi.spyOn(globalThis, 'setTimeout')
  let attempts = 0
  let outcome: unknown
  const step = () => {
    attempts += 1
    return run(attempts)
  }
  withRetries(step).then(
    (result) => {
      outcome = { result }
    },
    (error) => {
      outcome = { error }
    },
  )
  await vi.runAllTimersAsync()
  return { attempts, outcome, pauses: timers.mock.calls.map(([, ms]) => ms) }
}

describe('A step that loses against another one', () => {
  it('A step that lost is run again until it is through', async () => {
    const run = async (attempt: number) => (attempt < 3 ? Promise.reject(lost) : 'done')
    expect(await tried(run)).toMatchObject({ attempts: 3, outcome: { result: 'done' } })
  })

  it('A step that always loses is given up at its twentieth attempt, with the error of the database', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const { attempts, outcome } = await tried(() => Promise.reject(lost))
    expect(attempts).toBe(20)
    expect(outcome).toEqual({ error: lost })
  })

  it('A step that lost pauses for a random part of a time that doubles, and of half a second at most', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const { pauses } = await tried(() => Promise.reject(lost))
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, ...Array(11).fill(250)])
  })

  it('A step that fails for another reason is not run again', async () => {
    const refused = coded('23505')
    expect(await tried(() => Promise.reject(refused))).toEqual({ attempts: 1, outcome: { error: refused }, pauses: [] })
  })

  it('A step without its tables says what to call, and why', async () => {
    const cause = coded('42P01', 'relation "khalti_orders" does not exist')
    const { attempts, outcome } = await tried(() => Promise.reject(cause))
    expect(attempts).toBe(1)
    expect(outcome).toEqual({
      error: new Error('The tables of the store are missing. Call `await payments.migrate()` when the server starts.', {
        cause,
      }),
    })
  })
})
