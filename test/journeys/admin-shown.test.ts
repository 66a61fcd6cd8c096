import { rupees } from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { hiddenFields, openAdmin, wordsOf } from '../support/admin.ts'

type Admin = ReturnType<typeof openAdmin>

/** The cells of a payment in the CSV, by the names of their columns. */
async function csvOf(shop: Admin, pidx: string): Promise<Record<string, string | undefined>> {
  const [header = '', ...lines] = (await (await shop.open('/orders.csv')).text()).replace('\uFEFF', '').split('\r\n')
  const cells = lines.find((line) => line.includes(pidx))?.split(',') ?? []
  return Object.fromEntries(header.split(',').map((name, index) => [name, cells[index]]))
}

describe('a payment of which a part went back in the dashboard', () => {
  it('A refund of ours after a part of unknown size leaves it unknown what went back, wherever it is shown', async () => {
    const shop = openAdmin()
    const { pidx } = await shop.sell()
    shop.simulator.refund(pidx, rupees(500))
    await shop.checkout.settle(pidx)
    expect((await csvOf(shop, pidx)).refunded).toBe('unknown')
    await shop.checkout.refund(pidx, { amount: rupees(200) })
    expect(shop.givenBack(pidx)).toBe(rupees(700))
    const payment = await shop.payment(pidx)
    expect(payment).toMatchObject({ refundExtent: 'partial' })
    expect(payment).not.toHaveProperty('refundedAmount')
    expect(shop.events.at(-1)).toMatchObject({ name: 'refunded', refund: { amount: rupees(200) } })
    expect(shop.events.at(-1)?.payment).not.toHaveProperty('refundedAmount')
    expect((await csvOf(shop, pidx)).refunded).toBe('unknown')
    expect(await shop.read('/order?id=topi')).toContain('Given back a part; Khalti does not say how much')
    // What the view `khalti_payments` of the databases reads.
    const { order } = await shop.payments.read({ orderId: 'topi' })
    expect(JSON.stringify(order?.record.links)).not.toContain('refundedAmount')
  })

  it('A refund after one of ours beside a part of unknown size is at most what ours left, on the page as in the rules', async () => {
    const shop = openAdmin()
    const { pidx } = await shop.sell()
    shop.simulator.refund(pidx, rupees(500))
    await shop.checkout.settle(pidx)
    await shop.checkout.refund(pidx, { amount: rupees(200) })
    const form = await (await shop.open(`/refund?order=topi&pidx=${pidx}`)).text()
    expect(wordsOf(form)).toContain('Khalti does not say how much. Look in its dashboard; at most Rs 650.00.')
    expect(form).toMatch(/name="amount"[^>]*value=""/)
    const ask = (amount: string) => shop.send('/refund', { ...hiddenFields(form), amount, reason: '', mobile: '' })
    expect([(await ask('650.01')).status, (await ask('650')).status]).toEqual([400, 200])
    await expect(shop.checkout.refund(pidx, { amount: 65_001 })).rejects.toMatchObject({ code: 'input' })
    await expect(shop.checkout.refund(pidx)).rejects.toThrow('at most Rs 650.00')
  })
})
