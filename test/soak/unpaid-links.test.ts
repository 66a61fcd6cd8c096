import { describe, expect, it } from 'vitest'
import { openShop } from '../support/shop.ts'

describe('reconcile of many payments', () => {
  it('Reconcile of many payments does not let 3,000 links that nobody pays keep a paid one waiting for more than two runs', async () => {
    const shop = openShop()
    for (let order = 0; order < 3_000; order += 1) await shop.checkout.initiate(shop.order({ id: `unpaid-${order}` }))
    shop.pass(1)
    const { pidx } = await shop.checkout.initiate(shop.order({ id: 'paid' }))
    shop.simulator.pay(pidx)
    // What a run comes to in its 25 s, at a tenth of a second for a lookup. The machine of the test has more time.
    const run = { limit: 2_500, budgetMs: 600_000 }
    await shop.checkout.reconcile(run)
    shop.pass(60_000)
    await shop.checkout.reconcile(run)
    expect(shop.fulfilled.map(({ payment }) => payment.orderId)).toEqual(['paid'])
  })
})
