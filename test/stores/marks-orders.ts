import { KhaltiClient, paisa } from 'khalti-kit'
import { createCheckout, type FulfilContext, type Payment, type PaymentStore } from 'khalti-kit/checkout'
import { createSimulator } from 'khalti-kit/testing'
import { expect } from 'vitest'

/** A shop on a database: its store, its `fulfil`, and SQL to look at its orders with. */
export interface SqlShop<Transaction> {
  payments: PaymentStore<Transaction> & { migrate(): Promise<void> }
  fulfil(payment: Payment, context: FulfilContext<Transaction>): unknown
  /** Runs a statement, and gives its rows as objects. */
  sql(text: string): Promise<unknown[]>
}

/**
 * Two orders are paid. What the first call of `fulfil` writes is rolled back, since it fails afterwards; the second one
 * stays; what the first one does later is refused. The order whose price has changed is held, until a person accepts it.
 */
export async function marksOrdersOnce<Transaction>({ payments, fulfil, sql }: SqlShop<Transaction>): Promise<void> {
  await payments.migrate()
  await sql('drop table if exists orders')
  await sql(
    'create table orders (id varchar(255) primary key, name varchar(255) not null, amount integer not null, paid_by varchar(255))',
  )
  const simulator = createSimulator()
  let isAway = true
  let goOn: () => Promise<unknown> = () => Promise.resolve()
  const checkout = createCheckout({
    client: new KhaltiClient({ secretKey: 'any', environment: 'sandbox', fetch: simulator.fetch }),
    payments,
    siteUrl: 'https://shop.example',
    readOrder: () => Promise.reject(new Error('no browser asks here')),
    async fulfil(payment, context) {
      await fulfil(payment, context)
      goOn = async () => fulfil(payment, context)
      if (isAway) throw new Error('The warehouse is away.')
    },
    landing: () => '/',
    onError: () => {},
  })
  const ids = [`topi-${crypto.randomUUID()}`, `khukuri-${crypto.randomUUID()}`]
  const [topi = '', khukuri = ''] = await Promise.all(
    ids.map(async (id) => {
      await sql(`insert into orders (id, name, amount) values ('${id}', 'Dhaka topi', 85000)`)
      const { pidx } = await checkout.initiate({ id, name: 'Dhaka topi', amount: paisa(85_000) })
      simulator.pay(pidx)
      return pidx
    }),
  )
  const paidBy = async (place: number) => {
    const [order] = await sql(`select paid_by from orders where id = '${ids[place]}'`)
    return (order as { paid_by: unknown }).paid_by
  }
  expect(await checkout.settle(topi)).toMatchObject({ outcome: 'paid', fulfilled: false })
  expect(await paidBy(0)).toBeNull()
  // What goes on after the transaction has ended is in no transaction, so it is refused.
  await expect(goOn()).rejects.toThrow()
  expect(await paidBy(0)).toBeNull()
  isAway = false
  expect(await checkout.settle(topi)).toMatchObject({ outcome: 'paid', fulfilled: true })
  expect(await paidBy(0)).toBe(topi)

  await sql(`update orders set amount = 90000 where id = '${ids[1]}'`)
  expect(await checkout.settle(khukuri)).toMatchObject({ outcome: 'hold', fulfilled: false })
  expect(await paidBy(1)).toBeNull()
  await checkout.accept(khukuri, { by: 'Maya' })
  expect(await paidBy(1)).toBe(khukuri)
}
