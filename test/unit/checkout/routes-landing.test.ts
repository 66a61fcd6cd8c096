import { type LandingResult, memoryPayments, type PaymentStore } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import type { ShopSettings } from '../../support/shop.ts'
import { openToldShop, plain, wholeOf } from '../../support/told-shop.ts'

/** A shop that keeps what `landing` is given, and lands everybody at one page. */
function openLanding({ checkout, ...settings }: ShopSettings = {}) {
  const landed: LandingResult[] = []
  const landing = (result: LandingResult) => {
    landed.push(result)
    return '/thanks'
  }
  return { ...openToldShop({ ...settings, checkout: { landing, ...checkout } }), landed }
}

const atThanks = { status: 303, headers: { ...plain, location: 'https://shop.example/thanks' }, body: '' }
const cash = { method: 'cash', reference: 'receipt-7' }

describe('where the return route lands a customer', () => {
  it.each(['', '?pidx=4H7AhoXDJWg5WjrcPT9ixW', '?pidx=a%20b&status=Completed'])(
    'A customer who comes back with "%s" is landed as an error that says why, and the shop is not told',
    async (query) => {
      const { ask, landed, told } = openLanding()
      expect(await wholeOf(await ask(`return${query}`))).toEqual(atThanks)
      expect(landed).toStrictEqual([{ outcome: 'error', error: new Error('There is no such payment.') }])
      expect(told).toEqual([])
    },
  )

  it('A customer who has paid is landed with the payment, and with nothing of an error', async () => {
    const { checkout, ask, order, simulator, payment, landed, told } = openLanding()
    const { pidx } = await checkout.initiate(order())
    simulator.pay(pidx)
    expect(await wholeOf(await ask(`return?pidx=${pidx}`))).toEqual(atThanks)
    expect(landed).toStrictEqual([{ outcome: 'paid', payment: await payment(pidx) }])
    expect(landed[0]?.payment?.fulfilledAt).toBeInstanceOf(Date)
    expect(told).toEqual([])
  })

  it('A customer whose goods cannot be handed out is landed with what fulfil threw, and the shop is told', async () => {
    const error = new Error('the warehouse is away')
    const { checkout, ask, order, simulator, payment, landed, told } = openLanding({
      checkout: { fulfil: () => Promise.reject(error) },
    })
    const { pidx } = await checkout.initiate(order())
    simulator.pay(pidx)
    expect(await wholeOf(await ask(`return?pidx=${pidx}`))).toEqual(atThanks)
    expect(landed).toStrictEqual([{ outcome: 'paid', payment: await payment(pidx), error }])
    expect(told).toEqual([{ error, route: 'return', pidx, orderId: 'topi' }])
  })

  it('A customer whose lookup fails is landed as pending with the error, and the shop is told of which payment', async () => {
    const { checkout, ask, order, simulator, payment, landed, told } = openLanding()
    const { pidx } = await checkout.initiate(order())
    simulator.failNext({ kind: '502', on: 'lookup' })
    expect(await wholeOf(await ask(`return?pidx=${pidx}`))).toEqual(atThanks)
    const error = expect.objectContaining({ code: 'api', kind: 'server' })
    expect(landed).toStrictEqual([{ outcome: 'pending', payment: await payment(pidx), error }])
    expect(told).toEqual([{ error, route: 'return', pidx, orderId: 'topi' }])
  })

  it('A customer whose payment cannot be read is landed as an error, and the shop is told of its number', async () => {
    const error = new Error('the database is away')
    const payments = { ...memoryPayments(), read: () => Promise.reject(error) }
    const { ask, landed, told } = openLanding({ checkout: { payments } })
    expect(await wholeOf(await ask('return?pidx=4H7AhoXDJWg5WjrcPT9ixW'))).toEqual(atThanks)
    expect(landed).toStrictEqual([{ outcome: 'error', error }])
    expect(told).toEqual([{ error, route: 'return', pidx: '4H7AhoXDJWg5WjrcPT9ixW' }])
  })

  it('The preview of an address lands by the record, and neither asks Khalti nor hands anything out', async () => {
    const { checkout, ask, order, simulator, payment, lookups, fulfilled, landed } = openLanding()
    const { pidx } = await checkout.initiate(order())
    simulator.pay(pidx)
    const answer = await ask(`return?pidx=${pidx}`, { method: 'HEAD' })
    expect(await wholeOf(answer)).toEqual(atThanks)
    expect(landed).toStrictEqual([{ outcome: 'pending', payment: await payment(pidx) }])
    expect([lookups, fulfilled]).toEqual([[], []])
  })
})

describe('what the status route answers', () => {
  const known = (pidx: string) => ({ pidx, orderId: 'topi', orderName: 'Dhaka topi', amount: 85_000 })

  it('The status of a payment made another way is found by its own number, and Khalti is not asked', async () => {
    const { checkout, ask, order, lookups } = openLanding()
    await checkout.markPaid(order(), cash)
    expect(await wholeOf(await ask(`status?pidx=${encodeURIComponent('cash:topi:receipt-7')}`))).toEqual({
      status: 200,
      headers: plain,
      body: { outcome: 'paid', ...known('cash:topi:receipt-7'), transactionId: 'receipt-7' },
    })
    expect(lookups).toEqual([])
  })

  it('The status of a payment is found where a server has ended the address with a slash', async () => {
    const { checkout, ask, order } = openLanding()
    const { pidx } = await checkout.initiate(order())
    expect(await wholeOf(await ask(`status?pidx=${pidx}/`))).toEqual({
      status: 200,
      headers: plain,
      body: { outcome: 'pending', ...known(pidx) },
    })
  })

  it('A status without a payment is a 404, and the shop is not told', async () => {
    const { ask, told } = openLanding()
    expect(await wholeOf(await ask('status'))).toEqual({
      status: 404,
      headers: plain,
      body: { error: 'There is no such payment.', code: 'not-found' },
    })
    expect(told).toEqual([])
  })

  it('A status whose lookup fails is a 502, and the shop is told of which payment', async () => {
    const { checkout, ask, order, simulator, told } = openLanding()
    const { pidx } = await checkout.initiate(order())
    simulator.failNext({ kind: '502', on: 'lookup' })
    expect(await wholeOf(await ask(`status?pidx=${pidx}`))).toEqual({
      status: 502,
      headers: plain,
      body: { error: 'Khalti cannot be reached right now. Please try again.', code: 'gateway' },
    })
    const error = expect.objectContaining({ code: 'api', kind: 'server' })
    expect(told).toEqual([{ error, route: 'status', pidx, orderId: 'topi' }])
  })

  it('A status whose goods cannot be handed out is paid, and the shop is told what fulfil threw', async () => {
    const error = new Error('the warehouse is away')
    const { checkout, ask, order, simulator, told } = openLanding({
      checkout: { fulfil: () => Promise.reject(error) },
    })
    const { pidx } = await checkout.initiate(order())
    simulator.pay(pidx)
    expect(await wholeOf(await ask(`status?pidx=${pidx}`))).toEqual({
      status: 200,
      headers: plain,
      body: { outcome: 'paid', ...known(pidx), transactionId: expect.any(String) },
    })
    expect(told).toEqual([{ error, route: 'status', pidx, orderId: 'topi' }])
  })

  it('A status that the store does not give is a 500, and the shop is told', async () => {
    const error = new Error('the database is away')
    const payments: PaymentStore<undefined> = { ...memoryPayments(), read: () => Promise.reject(error) }
    const { ask, told } = openLanding({ checkout: { payments } })
    expect(await wholeOf(await ask('status?pidx=4H7AhoXDJWg5WjrcPT9ixW'))).toEqual({
      status: 500,
      headers: plain,
      body: { error: 'Something went wrong in the shop. Please try again.', code: 'internal' },
    })
    expect(told).toEqual([{ error, route: 'status' }])
  })
})
