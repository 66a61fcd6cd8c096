import { KhaltiInputError, rupees } from 'khalti-kit'
import {
  type CheckoutOptions,
  CheckoutRefusal,
  type FulfilContext,
  memoryPayments,
  type Payment,
  PaymentHold,
} from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { storedOf } from '../../../src/checkout/stored-order.ts'
import type { OrderRecord } from '../../../src/rules/record.ts'
import { openKeptShop } from '../../support/kept-shop.ts'
import { type Change, link, now, paidLink, record } from '../../support/records.ts'
import { openShop, type ShopSettings } from '../../support/shop.ts'
import { openToldShop } from '../../support/told-shop.ts'

/** What a promise is rejected with, with the fields that tell one error from another. */
async function refusalOf(promise: Promise<unknown>) {
  const error = (await promise.catch((reason: unknown) => reason)) as CheckoutRefusal
  expect(error).toBeInstanceOf(CheckoutRefusal)
  return { status: error.status, code: error.code, message: error.message }
}

const noPayment = { status: 404, code: 'not-found', message: 'There is no such payment.' }
const noOrder = { status: 404, code: 'not-found', message: 'There is no such order.' }
const notPaid = { status: 409, code: 'not-paid', message: 'No money has arrived for this payment.' }

/** `fulfil` fails the first time. */
function failingOnce(): ShopSettings {
  let calls = 0
  return {
    checkout: {
      fulfil: () => {
        calls += 1
        if (calls === 1) throw new Error('no stock')
      },
    },
  }
}

/** A shop with a payment that is on hold, as another amount was paid. */
async function openHeld(settings: ShopSettings = {}) {
  const shop = openToldShop(settings)
  const { pidx } = await shop.checkout.initiate(shop.order())
  shop.simulator.pay(pidx)
  shop.simulator.failNext({ kind: 'wrong-amount', on: 'lookup' })
  await shop.checkout.settle(pidx)
  return { ...shop, pidx }
}

describe('a payment that a person accepts', () => {
  it.each<[options: unknown, fields: Record<string, string[]>]>([
    ['Gita', { options: ['The options are "Gita". They are an object, such as {}.'] }],
    [{ who: 'Gita' }, { who: ['who is none of by.'] }],
  ])('Options that are none, such as %j, are refused', async (options, fields) => {
    const { checkout, pidx, lookups } = await openHeld()
    await expect(checkout.accept(pidx, options as never)).rejects.toThrow(
      new KhaltiInputError('The payment was not accepted', fields),
    )
    expect(lookups).toHaveLength(1)
  })

  it.each(['x'.repeat(22), 'no pidx', 'cash:topi:slip-7'])(
    'A payment that the shop does not have, such as "%s", is not accepted',
    async (pidx) => {
      const { checkout } = openShop()
      expect(await refusalOf(checkout.accept(pidx))).toEqual(noPayment)
    },
  )

  it('A payment that is gone when its look has ended is not accepted', async () => {
    const memory = memoryPayments({ now: () => new Date(now) })
    await memory.write(storedOf(record([link({ state: 'hold', holdReason: 'shop' })]), 0, new Date(now)))
    let isGone = false
    const read: typeof memory.read = async (by) => (isGone ? { now: new Date(now) } : memory.read(by))
    const { checkout } = openShop({
      checkout: { payments: { ...memory, read } },
      client: {
        fetch: async () => {
          isGone = true
          return new Response('{"detail":"Not found.","error_key":"validation_error"}', {
            status: 404,
            headers: { 'content-type': 'application/json' },
          })
        },
      },
    })
    expect(await refusalOf(checkout.accept('a'))).toEqual(noPayment)
  })

  it('What fulfil throws for it is told of the payment', async () => {
    const { checkout, pidx, simulator, saidTo } = await openHeld(failingOnce())
    simulator.failNext({ kind: 'wrong-amount', on: 'lookup' })
    expect(await checkout.accept(pidx)).toMatchObject({
      outcome: 'paid',
      fulfilled: false,
      error: new Error('no stock'),
    })
    expect(saidTo()).toEqual([{ said: 'no stock', route: 'settle', pidx, orderId: 'topi' }])
  })

  it('What fulfil throws by its look is told of the payment, and fulfil is called again', async () => {
    const { checkout, pidx, saidTo } = await openHeld(failingOnce())
    expect(await checkout.accept(pidx, { by: 'Gita' })).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect(saidTo()).toEqual([{ said: 'no stock', route: 'settle', pidx, orderId: 'topi' }])
  })

  it('A payment that Khalti does not know is for the person to decide', async () => {
    const { checkout, lookups } = await openKeptShop([link()])
    expect(await refusalOf(checkout.accept('a'))).toEqual(notPaid)
    expect(lookups).toEqual(['a'])
  })

  it.each<[what: string, holdReason: string, orderOf?: CheckoutOptions['orderOf']]>([
    ['the shop holds', 'shop'],
    ['has another cart by now', 'changed', (id) => ({ id, name: 'Dhaka topi', amount: rupees(900) })],
  ])(
    'A payment that %s once it is looked at is not accepted: the person has not seen that yet',
    async (_what, holdReason, orderOf) => {
      const accepted: unknown[] = []
      const fulfil = (_payment: Payment, context: FulfilContext) => {
        if (!context.accepted) throw new PaymentHold('The last one is sold.')
        accepted.push(context.accepted)
      }
      const { checkout, pidx } = await openHeld({ checkout: { fulfil, ...(orderOf && { orderOf }) } })
      expect(await checkout.accept(pidx)).toMatchObject({ outcome: 'hold', fulfilled: false, payment: { holdReason } })
      expect(accepted).toEqual([])
      expect(await checkout.accept(pidx, { by: 'Gita' })).toMatchObject({ outcome: 'paid', fulfilled: true })
      expect(accepted).toEqual([{ by: 'Gita' }])
    },
  )

  it('A payment of another amount is not accepted in the step that learns of it', async () => {
    const shop = openToldShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    const wrong = () => shop.simulator.failNext({ kind: 'wrong-amount', on: 'lookup' })
    wrong()
    const payment = { holdReason: 'wrong-amount' }
    expect(await shop.checkout.accept(pidx)).toMatchObject({ outcome: 'hold', fulfilled: false, payment })
    expect(shop.fulfilled).toEqual([])
    wrong()
    expect(await shop.checkout.accept(pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
  })

  it('A payment that Khalti cannot look up is not accepted', async () => {
    const { checkout, simulator, fulfilled, pidx } = await openHeld()
    simulator.failNext({ kind: '500', on: 'lookup' })
    await expect(checkout.accept(pidx)).rejects.toMatchObject({ code: 'api', kind: 'server' })
    expect(fulfilled).toEqual([])
  })
})

describe('an order that a person has attended to', () => {
  const failures = { count: 1, since: now, at: now, text: 'no stock' }
  const waiting: Change<OrderRecord> = { failures }
  const reason = `not-fulfilled:a:${now}`

  it.each(['nothing', 'to\0pi'])('An order that the shop does not have, such as %j, is not attended to', async (id) => {
    const { checkout } = openShop()
    expect(await refusalOf(checkout.attended(id))).toEqual(noOrder)
  })

  it('An order whose link was never made is none', async () => {
    const { checkout } = await openKeptShop([])
    expect(await refusalOf(checkout.attended('topi'))).toEqual(noOrder)
  })

  it.each<[what: string, options: object | undefined, left: string[], event: object]>([
    ['all of it', undefined, [], {}],
    ['what was seen', { reasons: [reason], by: 'Gita', note: 'called' }, [], { by: 'Gita', text: 'called' }],
    ['nothing of it', { reasons: [] }, [reason], {}],
  ])('An order of which %s was dealt with says what is left', async (_what, options, left, event) => {
    const { checkout } = await openKeptShop([paidLink()], waiting)
    const view = await checkout.attended('topi', options)
    expect(view.reasons).toEqual(left)
    expect(view.events).toStrictEqual([{ at: new Date(now), what: 'attended', ...event }])
  })

  const reasonsAre = (shown: string) => ({ reasons: [`The reasons are ${shown}. They are those of an order's view.`] })
  it.each<[options: unknown, fields: Record<string, string[]>]>([
    ['Gita', { options: ['The options are "Gita". They are an object, such as {}.'] }],
    [{ by: 5 }, { by: ['by is 5, not text.'] }],
    [{ reason: 'x' }, { reason: ['reason is none of by, note, reasons.'] }],
    [{ reasons: 'hold' }, reasonsAre('"hold"')],
    [{ reasons: null }, reasonsAre('null')],
    [{ reasons: ['hold', 5] }, reasonsAre('a list')],
  ])('An order is not attended to with %j', async (options, fields) => {
    const { checkout } = await openKeptShop([paidLink()], waiting)
    const refused = await checkout.attended('topi', options as never).catch((error: unknown) => error)
    expect(refused).toEqual(new KhaltiInputError('The order was not marked as attended', fields))
    expect(refused).toMatchObject({ fields })
    expect((await checkout.order('topi'))?.reasons).toEqual([reason])
  })
})
