import { readdirSync, readFileSync } from 'node:fs'
import { isKhaltiError, paisa } from 'khalti-kit'
import { adminPages } from 'khalti-kit/admin'
import { CheckoutRefusal, memoryPayments, type StoredOrder } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { paymentHoldReasons } from '../../src/checkout/answers.ts'
import { fixtureOf, journeys, type RecordFixture } from '../fixtures/records/journeys.ts'
import { openShop } from '../support/shop.ts'

const folder = 'test/fixtures/records'
const versions = readdirSync(folder).filter((name) => /^\d/.test(name))
const newest = versions.sort((one, other) => one.localeCompare(other, undefined, { numeric: true })).at(-1) ?? ''
const fixturesOf = (version: string) =>
  readdirSync(`${folder}/${version}`).map((file) => readFileSync(`${folder}/${version}/${file}`, 'utf8'))
const fixtures = versions.flatMap((version) =>
  fixturesOf(version).map((text): [name: string, version: string, text: string] => [
    JSON.parse(text).name,
    version,
    text,
  ]),
)

/** The order as a store gives it. */
function storedOf({ stored }: RecordFixture): StoredOrder {
  const dueAt = stored.dueAt && new Date(stored.dueAt)
  return { ...stored, version: 0, changedAt: new Date(stored.changedAt), ...(dueAt && { dueAt }) }
}

const statuses = ['Initiated', 'Completed', 'Refunded', 'Expired'] as const

/** A shop of this version, on a database in which another version has written, with a Khalti that says this of all. */
async function openOn(fixture: RecordFixture, status: (typeof statuses)[number] | undefined = 'Initiated') {
  const order = storedOf(fixture)
  // A minute after the last that is known, as it is when a new version is deployed.
  let time = Math.max(order.changedAt.getTime(), Date.parse('2026-11-23T06:15:00Z')) + 60_000
  const payments = memoryPayments({ now: () => new Date(time) })
  if (!(await payments.write(order))) throw new Error('The store has it already.')
  const links = (order.record.links ?? []) as { pidx: string; amount: number; transactionId?: string }[]
  const answerTo = (pidx: string) => {
    const link = links.find((candidate) => candidate.pidx === pidx)
    const transaction_id =
      status === 'Completed' || status === 'Refunded' ? (link?.transactionId ?? `T${pidx.slice(1)}`) : null
    return {
      pidx,
      total_amount: link?.amount ?? 85_000,
      status,
      transaction_id,
      refunded: status === 'Refunded',
      fee: 0,
    }
  }
  const pass = (ms: number) => {
    time += ms
  }
  const shop = openShop({
    checkout: { payments, admin: adminPages({ authorize: () => ({ name: 'Gita' }) }) },
    client: {
      fetch: async (input, init) => {
        if (String(input).includes('/lookup/')) return Response.json(answerTo(JSON.parse(String(init?.body)).pidx))
        if (String(input).includes('/refund/')) return Response.json({ detail: 'Transaction refund successful.' })
        return shop.simulator.fetch(input, init)
      },
    },
  })
  return { ...shop, pidx: links[0]?.pidx ?? 'none', pass }
}

/** What a door gives, or says no with; anything else that it throws fails the test. */
async function through<Result>(door: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await door()
  } catch (error) {
    if (error instanceof CheckoutRefusal || isKhaltiError(error)) return undefined
    throw error
  }
}

type Opened = Awaited<ReturnType<typeof openOn>>
const doors: [name: string, open: (shop: Opened) => Promise<unknown>][] = [
  ['order', ({ checkout, pidx }) => Promise.all([checkout.order('topi'), checkout.order(pidx)])],
  ['orders', ({ checkout }) => Promise.all([checkout.orders(), checkout.orders({ attention: true })])],
  ['find', ({ checkout }) => checkout.find('topi')],
  ['settle', ({ checkout, pidx }) => checkout.settle(pidx)],
  ['reconcile', ({ checkout }) => checkout.reconcile()],
  ['initiate', ({ checkout, order }) => checkout.initiate(order())],
  ['initiate for another cart', ({ checkout, order }) => checkout.initiate(order({ amount: paisa(99_900) }))],
  ['markPaid', ({ checkout, order }) => checkout.markPaid(order(), { method: 'cash' })],
  ['refund', ({ checkout, pidx }) => checkout.refund(pidx, { id: 'new' })],
  ['refund of a part', ({ checkout, pidx }) => checkout.refund(pidx, { id: 'r1', amount: 5_000 })],
  ['resolveRefund', ({ checkout, pidx }) => checkout.resolveRefund(pidx, 'r1', 'not-done')],
  ['accept', ({ checkout, pidx }) => checkout.accept(pidx, { by: 'Gita' })],
  ['attended', ({ checkout }) => checkout.attended('topi', { by: 'Gita' })],
  ['the return route', ({ ask, pidx }) => ask(`return?pidx=${pidx}`)],
  ['the status route', ({ ask, pidx }) => ask(`status?pidx=${pidx}`)],
  [
    'the admin pages',
    async ({ ask, pidx }) => {
      for (const path of ['', '/orders', '/orders.csv', '/order?id=topi', `/refund?order=topi&pidx=${pidx}`]) {
        expect((await ask(`admin${path}`)).status).toBeLessThan(500)
      }
    },
  ],
]

/** Whatever it was, and whatever was done: the timer goes on, and goods are handed out once at the most. */
async function expectSound(shop: Opened, text: string): Promise<void> {
  for (const minutes of [6, 30_000]) {
    shop.pass(minutes * 60_000)
    expect(await shop.checkout.reconcile()).toMatchObject({ failed: 0 })
  }
  expect(shop.fulfilled.length).toBeLessThanOrEqual(text.includes('"fulfilledAt"') ? 0 : 1)
  expect(shop.errors.filter((error) => error instanceof TypeError)).toEqual([])
}

describe('a record that an earlier version has written', () => {
  it.each(fixtures)('A record written where %s, by version %s, shows the same order', async (_name, _version, text) => {
    const fixture: RecordFixture = JSON.parse(text)
    const { checkout } = await openOn(fixture)
    const view = await checkout.order('topi')
    if (fixture.view === undefined) expect(view).toBeUndefined()
    else expect(JSON.parse(JSON.stringify(view))).toMatchObject(fixture.view as object)
  })

  it.each(fixtures)(
    'A record written where %s, by version %s, is read through every door',
    async (_name, _version, text) => {
      for (const [index, [, open]] of doors.entries()) {
        // Each door with one of Khalti's answers, and each answer at some door.
        const status = statuses[(index + text.length) % statuses.length]
        const shop = await openOn(JSON.parse(text), status)
        await through(() => open(shop))
        await expectSound(shop, text)
      }
    },
  )

  it('A record of a form that this version does not know is refused with a sentence, and nothing is fulfilled', async () => {
    const text = fixturesOf(newest).find((candidate) => JSON.parse(candidate).name === 'a link was made') ?? ''
    const changes: ((record: Record<string, unknown>) => unknown)[] = [
      (record) => Object.assign(record, { format: 2 }),
      (record) => Object.assign(record, { payments: record.links, links: undefined }),
      (record) => Object.assign(record, { events: undefined }),
      (record) => Object.assign(record, { orderId: 'other' }),
    ]
    for (const change of changes) {
      const fixture: RecordFixture = JSON.parse(text)
      change(fixture.stored.record)
      const shop = await openOn(fixture, 'Completed')
      await expect(shop.checkout.settle(String(fixture.stored.keys[0]))).rejects.toThrow(
        /^The payment store gave .* as record of an order/,
      )
      shop.pass(3_600_000)
      await shop.checkout.reconcile()
      expect(shop.errors.map(String)).toEqual([expect.stringContaining('as record of an order')])
      expect(shop.fulfilled).toEqual([])
    }
  })
})

describe('the records that are kept', () => {
  const all = fixturesOf(newest).join('\n')
  const source = readFileSync('src/rules/record.ts', 'utf8')
  const wordsOf = (pattern: RegExp) =>
    [...(pattern.exec(source)?.[1] ?? '').matchAll(/'([\w-]+)'/g)].map(([, word = '']) => word)
  const fieldsOf = (name: string) =>
    [
      ...(new RegExp(`interface ${name}[^{]*{\n([\\s\\S]*?)\n}`).exec(source)?.[1] ?? '').matchAll(/^ {2}(\w+)\??:/gm),
    ].map(([, field = '']) => field)

  it.each(['Link', 'Lease', 'Claim', 'RefundEntry', 'Untold', 'EventEntry', 'OrderRecord'])(
    'Every field of a %s stands in a record that is kept; where one is missing, the next version writes its records',
    (name) => {
      expect(fieldsOf(name).length).toBeGreaterThan(1)
      expect(fieldsOf(name).filter((field) => !all.includes(`"${field}":`))).toEqual([])
    },
  )

  it('Every state, every event, every callback and every reason to hold stands in a record that is kept', () => {
    const words = [/type LinkState =(.*)/, /type EventName =([\s\S]*?)\n\n/, /state: ('sent'.*)/].flatMap(wordsOf)
    expect(words.length).toBeGreaterThan(20)
    expect([...words, ...paymentHoldReasons].filter((word) => !all.includes(`": "${word}"`))).toEqual([])
  })

  it('The journeys of today lead to records of the same fields as those that are kept', async () => {
    for (const [name, journey] of Object.entries(journeys)) {
      const kept = fixturesOf(newest).find((text) => JSON.parse(text).name === name)
      expect([name, kept === undefined]).toEqual([name, false])
      const fields = (text: string) => [...new Set(text.match(/"\w+":/g))].sort()
      expect([name, ...fields(JSON.stringify(await fixtureOf(name, journey)))]).toEqual([name, ...fields(kept ?? '')])
    }
  })
})
