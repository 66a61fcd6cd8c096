import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresPayments } from '../../../src/postgres.ts'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../../support/postgres.ts'
import {
  add,
  hasToken,
  minute,
  newPayment,
  nextPrefix,
  pidxOf,
  reserved,
  type Store,
  tokenOf,
} from './postgres-store.ts'

const rounds = 100
const reason = whyNoPostgres()

describe.skipIf(reason !== undefined)(`races on a Postgres server${reason ? ` (left out: ${reason})` : ''}`, () => {
  let server: PostgresServer
  let pools: [pg.Pool, pg.Pool, pg.Pool, pg.Pool]
  const makePool = (max: number) => new pg.Pool({ connectionString: server.url, max })

  beforeAll(async () => {
    server = await startPostgres()
    pools = [makePool(4), makePool(4), makePool(4), makePool(4)]
  })
  afterAll(async () => {
    await Promise.all((pools ?? []).map((pool) => pool.end()))
    await server?.stop()
  })

  /** Stores over pools of their own, as four processes would have them. */
  async function makeStores() {
    const prefix = nextPrefix()
    const [one, two, three, four] = pools
    const open = (pool: pg.Pool): Store => postgresPayments(pool, { prefix })
    await open(one).migrate()
    return { prefix, one: open(one), two: open(two), three: open(three), four: open(four) }
  }

  /** Two payments of one order that can both be paid: the first expired at once, so that a second was made. */
  async function addTwo(store: Store, round = 0) {
    const [orderId, first, second] = [`o${round}`, `a${round}`, `b${round}`]
    await add(store, { pidx: first, orderId, expiresInMs: 1 })
    await add(store, { pidx: second, orderId })
    return [first, second] as const
  }

  /** Runs two calls while the order is locked, so that both have begun, and the first goes first once it is unlocked. */
  async function inTurn<First, Second>(
    orders: string,
    first: () => Promise<First>,
    second: () => Promise<Second>,
  ): Promise<[First, Second]> {
    const holder = await pools[3].connect()
    try {
      await holder.query('begin')
      await holder.query(`select 1 from ${orders} for update`)
      const running = [first()] as const
      await waiting(1)
      const both = [...running, second()] as const
      await waiting(2)
      await holder.query('commit')
      return await Promise.all(both)
    } finally {
      holder.release()
    }
  }

  /** Asks on another connection: inside a transaction the server's activity stands still. */
  async function waiting(count: number): Promise<void> {
    for (;;) {
      const { rows } = await pools[2].query("select 1 from pg_stat_activity where wait_event_type = 'Lock'")
      if (rows.length >= count) return
    }
  }

  const manyTimes = <Result>(run: (round: number) => Promise<Result>) =>
    Promise.all(Array.from({ length: rounds }, (_, round) => run(round)))

  it('lets one of two links of an order be claimed, when both are at once', async () => {
    const { one, two } = await makeStores()
    await manyTimes(async (round) => {
      const [first, second] = await addTwo(one, round)
      const tries = [one.claim(first, minute), two.claim(second, minute), two.claim(first, minute)]
      const claims = await Promise.all([...tries, one.claim(second, minute)])
      expect(claims.filter(hasToken)).toHaveLength(1)
      expect(claims.filter((claim) => claim === 'busy')).toHaveLength(3)
    })
  })

  it('lets the first of two claims win that wait for the same order', async () => {
    const { one, two, prefix } = await makeStores()
    const [first, second] = await addTwo(one)
    const claims = await inTurn(
      `${prefix}orders`,
      () => one.claim(second, minute),
      () => two.claim(first, minute),
    )
    expect(claims.map(hasToken)).toEqual([true, false])
    expect(claims[1]).toBe('busy')
  })

  it('fulfils one of two links of an order and names it to the other, when both are settled at once', async () => {
    const { one, two } = await makeStores()
    await manyTimes(async (round) => {
      const [first, second] = await addTwo(one, round)
      expect([
        [true, { duplicateOf: first }],
        [{ duplicateOf: second }, true],
      ]).toContainEqual(await Promise.all([settle(one, first), settle(two, second)]))
    })
  })

  it('lets one of several reserve an order at once', async () => {
    const { one, two, three, four } = await makeStores()
    await manyTimes(async (round) => {
      const stores = [one, two, three, four]
      const found = await Promise.all(stores.map((store) => store.reserve(`o${round}`, 'cart-a', minute)))
      expect(found.filter(hasToken)).toHaveLength(1)
      expect(found.filter((answer) => answer === 'busy')).toHaveLength(3)
    })
  })

  describe('between a claim and a link for another cart', () => {
    const another = newPayment({ pidx: 'p2', fingerprint: 'cart-b' })
    const create = (store: Store, token: string) =>
      store.create(another, token).then(
        () => 'created',
        () => 'refused',
      )

    it('lets the claim win that came first', async () => {
      const { one, two, prefix } = await makeStores()
      await add(one)
      const token = await reserved(one, another)
      const claim = () => two.claim('p1', minute)
      const [claimed, created] = await inTurn(`${prefix}orders`, claim, () => create(one, token))
      expect([hasToken(claimed), created]).toEqual([true, 'refused'])
      expect((await one.find('p1'))?.supersededAt).toBeUndefined()
    })

    it('lets the link win that came first', async () => {
      const { one, two, prefix } = await makeStores()
      await add(one)
      const token = await reserved(one, another)
      const claim = () => two.claim('p1', minute)
      const [created, claimed] = await inTurn(`${prefix}orders`, () => create(one, token), claim)
      expect([created, claimed]).toEqual(['created', 'busy'])
      expect((await one.find('p1'))?.supersededAt).toBeDefined()
    })

    it('lets either win, never both, a hundred times over', async () => {
      const { one, two } = await makeStores()
      await manyTimes(async (round) => {
        const [orderId, pidx] = [`o${round}`, `a${round}`]
        await add(one, { pidx, orderId })
        const token = await reserved(one, { orderId, fingerprint: 'cart-b' })
        const change = { ...another, orderId, pidx: `b${round}` }
        const [claimed, created] = await Promise.all([
          two.claim(pidx, minute).then(hasToken),
          one.create(change, token).then(
            () => true,
            () => false,
          ),
        ])
        expect(created).toBe(!claimed)
        expect((await one.find(pidx))?.supersededAt !== undefined).toBe(created)
      })
    })
  })

  it.each<[string, (store: Store) => Promise<unknown>]>([
    ['claimed', (store) => store.claim('p1', minute)],
    ['recorded as paid', (store) => store.record('p1', { state: 'paid' })],
  ])('gives no reservation to one who had looked before the payment was %s', async (_, pay) => {
    const { one, two, prefix } = await makeStores()
    await add(one)
    const reserve = () => two.reserve('o1', 'cart-b', minute)
    const [, found] = await inTurn(`${prefix}orders`, () => pay(one), reserve)
    expect(found).toMatchObject({ paid: { pidx: 'p1' } })
  })

  it('begins anew where the database is set to serializable and rolls back who came second', async () => {
    const { one, prefix } = await makeStores()
    await add(one)
    const strict = new pg.Pool({
      connectionString: server.url,
      options: '-c default_transaction_isolation=serializable',
    })
    const store = postgresPayments(strict, { prefix })
    const claim = () => store.claim('p1', minute)
    const claims = await inTurn(`${prefix}orders`, claim, claim)
    const record = (transactionId: string) => () => store.record('p1', { transactionId })
    await inTurn(`${prefix}orders`, record('t1'), record('t2'))
    await strict.end()
    expect(claims.map(hasToken)).toEqual([true, false])
    expect(await one.find('p1')).toMatchObject({ transactionId: 't2' })
  })

  it('hands each due payment to one caller, while the payments are claimed, recorded and completed', async () => {
    const { one, two, three, four } = await makeStores()
    await manyTimes((round) => add(one, { pidx: `p${round}`, orderId: `o${round}` }))
    const handedOut: string[] = []
    const drain = async (store: Store) => {
      while (handedOut.length < rounds) handedOut.push(...(await store.due(7, 60 * minute)).map(pidxOf))
    }
    const disturb = async (round: number) => {
      const token = tokenOf(await one.claim(`p${round}`, minute))
      await one.record(`p${round}`, { transactionId: 't' })
      await one.complete(`p${round}`, token, { state: 'paid' })
    }
    await Promise.all([...[two, three, four].map(drain), manyTimes(disturb)])
    expect(new Set(handedOut).size).toBe(rounds)
    expect(handedOut).toHaveLength(rounds)
    const stored = await Promise.all(handedOut.map((pidx) => one.find(pidx)))
    expect(stored.every((payment) => payment?.fulfilledAt && payment.transactionId === 't')).toBe(true)
  })

  it('migrates for eight servers that start at once', async () => {
    const servers = Array.from({ length: 8 }, () => makePool(1))
    try {
      for (const prefix of [nextPrefix(), nextPrefix(), nextPrefix()]) {
        const stores = servers.map((pool) => postgresPayments(pool, { prefix }))
        await Promise.all(stores.map((store) => store.migrate()))
        await Promise.all(stores.map((store, index) => add(store, { pidx: `p${index}`, orderId: `o${index}` })))
      }
    } finally {
      await Promise.all(servers.map((pool) => pool.end()))
    }
  })
})

/** Claims and completes, as the checkout does; waits while another holds the claim. */
async function settle(store: Store, pidx: string): Promise<unknown> {
  let claim = await store.claim(pidx, minute)
  while (claim === 'busy') claim = await store.claim(pidx, minute)
  return hasToken(claim) ? store.complete(pidx, tokenOf(claim), { state: 'paid' }) : claim
}
