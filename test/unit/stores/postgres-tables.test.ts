import { readFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresPayments } from '../../../src/postgres.ts'
import { minute, newPayment } from './postgres-store.ts'

interface Statement {
  text: string
  values: unknown[] | undefined
}

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  Plans?: Plan[]
}

const lite = new PGlite()
const asked: Statement[] = []
const recorded = postgresPayments({
  async query(text: string, values?: unknown[]) {
    asked.push({ text, values })
    return lite.query(text, values)
  },
})

beforeAll(async () => {
  await recorded.migrate()
  // Years of a busy shop: most orders are done, some are open, a few have a claim that a crash left behind.
  await lite.exec(`
    insert into khalti_orders (order_id, version, fulfilled_pidx)
    select 'o' || n, 1, 'p' || n from generate_series(1, 20000) n;
    insert into khalti_payments (pidx, order_id, nth, order_name, amount, fingerprint, environment, payment_url, state,
      due_at, claimed_until, created_at, expires_at, fulfilled_at)
    select 'p' || n, 'o' || n, 1, 'Dhaka topi', 85000, 'cart-a', 'sandbox', 'https://test-pay.khalti.com', 'paid',
      case when n % 50 = 0 then now() - n * interval '1 second' end,
      case when n % 999 = 0 then now() - n * interval '1 second' end,
      now() - n * interval '1 minute', now(), now()
    from generate_series(1, 20000) n;
    analyze;`)
})
afterAll(() => lite.close())

/** How Postgres would run what this call asks. */
async function plansOf(call: (store: typeof recorded) => Promise<unknown>): Promise<Plan[]> {
  asked.length = 0
  await call(recorded)
  const plans = await Promise.all(
    asked.map(({ text, values }) =>
      lite.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`explain (format json) ${text}`, values),
    ),
  )
  return plans.flatMap(({ rows }) => rows.map((row) => row['QUERY PLAN'][0].Plan)).flatMap(withInner)
}

const withInner = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(withInner)]

describe('with 20,000 payments stored', () => {
  it.each<[string, (store: typeof recorded) => Promise<unknown>]>([
    ['find', (store) => store.find('p7')],
    ['findByOrder', (store) => store.findByOrder('o7')],
    ['reserve', (store) => store.reserve('new', 'cart-b', minute)],
    ['create', (store) => store.create(newPayment({ orderId: 'new' }), 'lost').catch(() => {})],
    ['unreserve', (store) => store.unreserve('o7', 'token')],
    ['claim', (store) => store.claim('p7', minute)],
    ['complete', (store) => store.complete('p7', 'token', { state: 'paid' })],
    ['release', (store) => store.release('p7', 'token')],
    ['record', (store) => store.record('p7', { state: 'paid' })],
    ['record of a date alone', (store) => store.record('p7', { dueInMs: minute })],
    ['due', (store) => store.due(100, minute)],
  ])('%s reads no table from end to end', async (_, call) => {
    const plans = await plansOf(call)
    expect(plans.filter((plan) => plan['Node Type'] === 'Seq Scan')).toEqual([])
    expect(plans.some((plan) => plan['Index Name']?.startsWith('khalti_'))).toBe(true)
  })

  it('due goes along the index of what is due', async () => {
    const plans = await plansOf((store) => store.due(100, minute))
    const indexes = plans.flatMap((plan) => plan['Index Name'] ?? [])
    expect(indexes).toContain('khalti_payments_due')
  })
})

it('keeps every moment with its zone, and money and counters as whole numbers', async () => {
  const { rows } = await lite.query<{ column: string; type: string }>(
    `select column_name as column, data_type as type from information_schema.columns
     where table_name like 'khalti\\_%' order by table_name, ordinal_position`,
  )
  const typed = (type: string) => rows.filter((row) => row.type === type).map(({ column }) => column)
  expect(typed('timestamp with time zone')).toEqual([
    'reserve_until',
    'claim_until',
    'claimed_until',
    'due_at',
    'created_at',
    'expires_at',
    'superseded_at',
    'fulfilled_at',
  ])
  expect(typed('bigint')).toEqual(['version', 'nth', 'amount'])
  expect(new Set(rows.map(({ type }) => type))).toEqual(
    new Set(['text', 'bigint', 'integer', 'timestamp with time zone']),
  )
})

it.each(['docs/postgres.md', 'docs/reconcile.md'])('gives what %s asks it in SQL', async (page) => {
  const queries = [...readFileSync(page, 'utf8').matchAll(/```sql\n(.*?)```/gs)].map(([, query = '']) => query)
  expect(queries.length).toBeGreaterThan(0)
  for (const query of queries) await lite.query(query)
})
