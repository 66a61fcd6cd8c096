import { describe, expect, it } from 'vitest'
import { openShop } from '../support/shop.ts'

const sharedId = 'T'.repeat(22)

/** A shop where two orders were paid, as Khalti says, by the same transaction. */
async function openShared() {
  const shop = openShop()
  for (const id of ['one', 'two']) {
    const { pidx } = await shop.checkout.initiate(shop.order({ id }))
    shop.simulator.pay(pidx, { transactionId: sharedId })
    await shop.checkout.settle(pidx)
  }
  return shop
}

/** The orders that want a person. */
async function asking({ checkout }: ReturnType<typeof openShop>): Promise<string[]> {
  const { orders } = await checkout.orders({ attention: true })
  return orders.map(({ id }) => id)
}

describe('a transaction that has paid for two orders', () => {
  it('A transaction that has paid for two orders is told to the log and to a person, by the second order', async () => {
    const shop = await openShared()
    expect(shop.fulfilled.map(({ payment }) => payment.orderId)).toEqual(['one', 'two'])
    const said =
      `A person must look at this payment (its transaction belongs to another order as well: ${sharedId} of one). ` +
      'Look at the admin pages or checkout.orders({ attention: true }).'
    expect(shop.errors.map((error) => (error as Error).message)).toEqual([said])
    expect(await asking(shop)).toEqual(['two'])
    expect((await shop.checkout.order(sharedId))?.id).toBe('one')
  })

  it('A transaction that has paid for two orders is told once, and a person can end it', async () => {
    const shop = await openShared()
    shop.pass(8 * 24 * 3_600_000)
    await shop.checkout.reconcile()
    expect(shop.errors).toHaveLength(1)
    await shop.checkout.attended('two', { by: 'sita' })
    expect(await asking(shop)).toEqual([])
  })

  it('A reference that has paid for another order is told as well, however long the order takes to be fulfilled', async () => {
    const shop = openShop({ checkout: { fulfil: () => shop.pass(5) } })
    for (const id of ['one', 'two']) {
      await shop.checkout.markPaid(shop.order({ id }), { method: 'esewa', reference: '0007HK2' })
    }
    expect(shop.errors.map(String)).toEqual([
      expect.stringContaining('(its transaction belongs to another order as well'),
    ])
    expect(await asking(shop)).toEqual(['two'])
    expect((await shop.checkout.order('two'))?.events).toContainEqual(
      expect.objectContaining({ what: 'shared-transaction', text: '0007HK2 of one' }),
    )
  })
})
