import { PGlite } from '@electric-sql/pglite'
import { afterAll, describe, expect, it } from 'vitest'
import { postgresPayments } from '../../../src/postgres.ts'
import { sqlPayments } from '../../../src/sql.ts'
import { newOrder } from '../../stores/orders.ts'
import { nextPrefix } from '../../stores/prefix.ts'

const lite = new PGlite()
afterAll(() => lite.close())

const refusalOf = (table: string) =>
  `${table} is a table of your own: it does not have the columns of the store. Give the store other names: \`prefix: 'khalti_kit_'\`, also where its schema is exported.`

describe('A table of the shop with a name of the store', () => {
  it.each(['orders', 'keys', 'payments'])(
    'A table of the shop named %s is refused when the store migrates',
    async (part) => {
      const prefix = nextPrefix()
      await lite.exec(`create table ${prefix}${part} (id int)`)
      const error = await postgresPayments(lite, { prefix })
        .migrate()
        .catch((caught) => caught)
      expect(error.message).toBe(refusalOf(`${prefix}${part}`))
      expect(error.cause).toMatchObject({ code: '42703' })
    },
  )

  it('A table of the shop is asked for by the columns that the store needs', async () => {
    const asked: string[] = []
    const query = async (text: string) => {
      asked.push(text)
      return { rows: [] }
    }
    await sqlPayments({ dialect: 'postgres', query }).migrate()
    expect(asked.slice(1)).toEqual([
      'select t.order_id, t.version, t.record, t.key_list, t.due_at, t.attention, t.changed_at from khalti_orders t where 1 = 0',
      'select t.key, t.order_id from khalti_keys t where 1 = 0',
      'select t.pidx, t.order_id, t.order_name, t.transaction_id, t.fulfilled_at, t.refunded_amount from khalti_payments t where 1 = 0',
    ])
  })

  it.each([
    ['cannot be read', '42501'],
    ['is missing', '42P01'],
  ])('A table that %s is none of the shop, and migrate says first what failed', async (_, code) => {
    const failed = new Error('disk is full')
    const asked: string[] = []
    const query = async (text: string) => {
      asked.push(text)
      throw text.startsWith('select') ? Object.assign(new Error('refused'), { code }) : failed
    }
    await expect(sqlPayments({ dialect: 'postgres', query }).migrate()).rejects.toBe(failed)
    expect(asked).toHaveLength(4)
  })
})

describe('Who else may ask a database that the browser reaches', () => {
  it('The roles of Supabase for browsers may read nothing of the store, and its view has the rights of who asks', async () => {
    await lite.exec(`create role anon; create role authenticated;
      alter default privileges grant all on tables to anon, authenticated;`)
    const prefix = nextPrefix()
    await postgresPayments(lite, { prefix }).migrate()
    const { rows } = await lite.query(
      `select relname, relrowsecurity, reloptions, has_table_privilege('anon', oid, 'select') as anon,
        has_table_privilege('authenticated', oid, 'select') as authenticated
      from pg_class where relname = any ($1) order by relname`,
      [['keys', 'orders', 'payments'].map((part) => `${prefix}${part}`)],
    )
    const none = { anon: false, authenticated: false }
    expect(rows).toEqual([
      { relname: `${prefix}keys`, relrowsecurity: true, reloptions: null, ...none },
      { relname: `${prefix}orders`, relrowsecurity: true, reloptions: null, ...none },
      { relname: `${prefix}payments`, relrowsecurity: false, reloptions: ['security_invoker=true'], ...none },
    ])
  })
})

describe('The statements of a write', () => {
  it('A write with the keys that are stored is one short statement, and one with other keys is a second one', async () => {
    const asked: string[] = []
    const query = async (text: string, values?: unknown[]) => {
      asked.push(text.split(' ', 1).join())
      return lite.query(text, values)
    }
    const store = postgresPayments({ query }, { prefix: nextPrefix() })
    await store.migrate()
    await store.write(newOrder())
    asked.length = 0
    expect(await store.write(newOrder({ version: 1 }))).toBe(true)
    expect(asked).toEqual(['update'])
    expect(await store.write(newOrder({ version: 2, keys: ['p1', 't1'] }))).toBe(true)
    expect(asked).toEqual(['update', 'update', 'with'])
  })
})
