import { rupees } from 'khalti-kit'
import { memoryPayments, type PaymentEvent, type PaymentStore } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { openShop, type ShopSettings } from '../support/shop.ts'

const minute = 60_000
const day = 24 * 60 * minute

/** An order that was handed out, and whose customer has paid another link as well: the one before, of this cart or of another. */
async function openPaidTwice(settings: ShopSettings & { before?: number; instrument?: 'bank' } = {}) {
  const shop = openShop(settings)
  const second = await shop.checkout.initiate(shop.order({ amount: rupees(settings.before ?? 900) }))
  shop.simulator.expire(second.pidx)
  shop.pass(minute)
  const first = await shop.checkout.initiate(shop.order({ amount: rupees(900) }))
  for (const { pidx } of [first, second]) shop.simulator.pay(pidx, { instrument: settings.instrument })
  await shop.checkout.settle(first.pidx)
  return { ...shop, first: first.pidx, second: second.pidx }
}

/** Callbacks that send a mail, where the server for it is down at first, and the payments that one was sent of. */
function mailThatIsDown() {
  const told: string[] = []
  const mail = {
    isDown: true,
    told,
    on: {
      async paidTwice({ payment }: PaymentEvent) {
        if (mail.isDown) throw new Error('The mail server is down.')
        told.push(payment.pidx)
      },
    },
  }
  return mail
}

describe('an order that was paid twice', () => {
  it('Giving back the payment that the order was handed out for leaves it paid once, and nothing more to give back', async () => {
    const mail = mailThatIsDown()
    const shop = await openPaidTwice({ checkout: { on: mail.on } })
    await shop.checkout.settle(shop.second)
    expect((await shop.checkout.order('topi'))?.attention).toEqual(['paid-twice', 'not-told'])
    mail.isDown = false
    expect(await shop.checkout.refund(shop.first)).toMatchObject({ state: 'done' })
    expect((await shop.checkout.order('topi'))?.attention).toEqual([])
    expect(await shop.payment(shop.second)).not.toHaveProperty('duplicateOf')
    shop.pass(day)
    await shop.checkout.reconcile()
    expect(mail.told).toEqual([])
  })

  it('A payment of another cart stays to be given back where the one that the order was handed out for goes back', async () => {
    const mail = mailThatIsDown()
    const shop = await openPaidTwice({ before: 3400, checkout: { on: mail.on } })
    await shop.checkout.settle(shop.second)
    await shop.checkout.refund(shop.first)
    expect((await shop.checkout.order('topi'))?.attention).toEqual(['paid-twice', 'not-told'])
    expect(await shop.payment(shop.second)).toMatchObject({ duplicateOf: shop.first })
    mail.isDown = false
    shop.pass(day)
    await shop.checkout.reconcile()
    expect(mail.told).toEqual([shop.second])
    expect(await shop.checkout.refund(shop.second)).toMatchObject({ state: 'done' })
    expect((await shop.checkout.order('topi'))?.attention).toEqual([])
  })

  it('Of two payments beside the one that goes back, the one of its cart stays', async () => {
    const shop = openShop()
    const pidxs: string[] = []
    for (const amount of [700, 900, 900]) {
      const { pidx } = await shop.checkout.initiate(shop.order({ amount: rupees(amount) }))
      shop.simulator.expire(pidx)
      shop.pass(minute)
      pidxs.push(pidx)
    }
    for (const pidx of pidxs.toReversed()) {
      shop.simulator.pay(pidx)
      await shop.checkout.settle(pidx)
    }
    const [other = '', same = '', first = ''] = pidxs
    await shop.checkout.refund(first)
    expect([await shop.payment(other), await shop.payment(same)]).toMatchObject([{ duplicateOf: first }, {}])
    expect(await shop.payment(same)).not.toHaveProperty('duplicateOf')
  })

  it('A payment that comes after the order was given back whole is told as paid twice', async () => {
    const shop = await openPaidTwice()
    await shop.checkout.refund(shop.first)
    await shop.checkout.settle(shop.second)
    expect(await shop.payment(shop.second)).toMatchObject({ state: 'paid', duplicateOf: shop.first })
    expect(shop.events.map(({ name }) => name).slice(-2)).toEqual(['refunded', 'paidTwice'])
    expect((await shop.checkout.order('topi'))?.attention).toEqual(['paid-twice'])
  })

  it('A second payment whose refund Khalti refuses is told once, stays for a person, and goes back with the mobile number', async () => {
    const told: string[] = []
    const on = {
      // As docs/checkout.md does it.
      async paidTwice({ payment }: PaymentEvent) {
        told.push(payment.pidx)
        await shop.checkout.refund(payment.pidx, { id: `twice:${payment.pidx}` })
      },
    }
    const shop = await openPaidTwice({ instrument: 'bank', checkout: { on } })
    await shop.checkout.settle(shop.second)
    expect(await shop.checkout.order('topi')).toMatchObject({
      attention: ['paid-twice'],
      refunds: [{ state: 'refused' }],
    })
    shop.pass(day)
    await shop.checkout.reconcile()
    expect(told).toEqual([shop.second])
    expect(await shop.checkout.refund(shop.second, { mobile: '9800000001' })).toMatchObject({ state: 'done' })
    expect((await shop.checkout.order('topi'))?.attention).toEqual([])
  })

  it('A second payment of which a part went back first is told as paid twice, and wants a person', async () => {
    const shop = await openPaidTwice()
    shop.simulator.refund(shop.second, 10_000)
    await shop.checkout.settle(shop.second)
    expect(await shop.payment(shop.second)).toMatchObject({ state: 'refunded', duplicateOf: shop.first })
    expect(shop.events.map(({ name }) => name)).toEqual(expect.arrayContaining(['refunded', 'paidTwice']))
    expect((await shop.checkout.order('topi'))?.attention).toEqual(['paid-twice'])
  })
})

describe('what waits for another process', () => {
  it('A process without callbacks leaves to another what that one has still to tell', async () => {
    const mail = mailThatIsDown()
    const shop = await openPaidTwice({ checkout: { on: mail.on } })
    await shop.checkout.settle(shop.second)
    const worker = openShop({ checkout: { payments: shop.payments, on: undefined }, client: clientOf(shop) })
    for (let run = 0; run < 10; run += 1) {
      shop.pass(10 * minute)
      await worker.checkout.reconcile({ budgetMs: 2_000 })
      await worker.checkout.settle(shop.second)
    }
    mail.isDown = false
    shop.pass(10 * minute)
    await shop.checkout.reconcile()
    expect(mail.told).toEqual([shop.second])
  })

  it('What nobody tells is not looked at over and over in one run', async () => {
    const shop = await openPaidTwice({
      checkout: { on: { paidTwice: () => Promise.reject(new Error('The mail server is down.')) } },
    })
    await shop.checkout.settle(shop.second)
    let dues = 0
    const payments: PaymentStore<undefined> = {
      ...(shop.payments as PaymentStore<undefined>),
      due: (...asked) => {
        dues += 1
        return shop.payments.due(...asked)
      },
    }
    const worker = openShop({ checkout: { payments, on: undefined }, client: clientOf(shop) })
    shop.pass(10 * minute)
    await worker.checkout.reconcile({ budgetMs: 1_000 })
    expect(dues).toBeLessThan(5)
  })
})

/** The settings of a client that asks the simulator of a shop. */
const clientOf = ({ simulator }: ReturnType<typeof openShop>) => ({ fetch: simulator.fetch })

describe('a store that fails once while a refund is written', () => {
  /** A store whose nth write from now on fails. */
  function failing() {
    const payments = memoryPayments()
    let left = Number.POSITIVE_INFINITY
    return {
      payments: {
        ...payments,
        async write(...written: Parameters<typeof payments.write>) {
          left -= 1
          if (left === 0) throw new Error('The connection to the database broke.')
          return payments.write(...written)
        },
      },
      failAt(nth: number) {
        left = nth
      },
    }
  }

  it('A refund that Khalti has made is written down although the first write of it fails', async () => {
    const { payments, failAt } = failing()
    const shop = openShop({ checkout: { payments } })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    failAt(2)
    expect(await shop.checkout.refund(pidx, { amount: 1_000 })).toMatchObject({ state: 'done' })
    expect(await shop.payment(pidx)).toMatchObject({ refundedAmount: 1_000 })
  })

  it('Cash that was given back is written in one step: it is never unclear', async () => {
    const { payments, failAt } = failing()
    const shop = openShop({ checkout: { payments } })
    const { payment } = await shop.checkout.markPaid(shop.order(), { method: 'cash' })
    const pidx = payment?.pidx ?? ''
    failAt(1)
    await expect(shop.checkout.refund(pidx, { amount: 1_000, id: 'one' })).rejects.toThrow(/connection/)
    expect(await shop.checkout.refund(pidx, { amount: 1_000, id: 'one' })).toMatchObject({ state: 'done' })
    expect(await shop.payment(pidx)).toMatchObject({ refundedAmount: 1_000 })
    expect(shop.events.map(({ name }) => name)).toEqual(['refunded'])
  })
})
