import { describe, expect, test } from 'vitest'
import { createSimulator, type SimulatorOptions } from '../../../src/testing.ts'
import { wireSample } from '../../contract/wire-samples.ts'
import { lookup, post, refund, start } from '../../support/gateway.ts'

const path = '/api/v2/epayment/lookup/'

/** A simulator with one payment, on a clock that stands until it is moved. */
async function onePayment(options: SimulatorOptions = {}, amount = 1000) {
  const clock = { now: Date.parse('2025-01-01T00:00:00Z') }
  const simulator = createSimulator({ now: () => new Date(clock.now), ...options })
  const { pidx } = await start(simulator, { amount })
  return { simulator, pidx, clock, look: () => lookup(simulator, pidx) }
}

/** The sample's body with this payment's ids. */
function bodyOf(sampleId: string, own: object): object {
  return { ...(wireSample(sampleId).body as object), ...own }
}

describe('what a lookup says', () => {
  test('says Initiated of a link that nobody used', async () => {
    const { pidx, look } = await onePayment()
    expect(await look()).toMatchObject({ status: 200, body: bodyOf('lookup-05', { pidx }) })
  })

  test('says Completed of a paid link, as recorded', async () => {
    const { simulator, pidx, look } = await onePayment()
    simulator.pay(pidx)
    const answer = await look()
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual(bodyOf('lookup-01', { pidx, transaction_id: simulator.payments()[0]?.transaction_id }))
    expect(answer.body.transaction_id).toMatch(/^\w{22}$/)
  })

  test('says User canceled with HTTP 400, refunded and an error_key, as recorded in 2026', async () => {
    const { simulator, pidx, look } = await onePayment({}, 10_000)
    simulator.cancel(pidx)
    const answer = await look()
    expect(answer.status).toBe(400)
    expect(answer.text).toBe(
      `{"pidx":"${pidx}","total_amount":10000,"status":"User canceled","transaction_id":null,"fee":0,"refunded":false,"error_key":"khalti_error"}`,
    )
  })

  test('says User canceled without refunded, as recorded once, where asked', async () => {
    const { simulator, pidx, look } = await onePayment({ canceledHasRefunded: false }, 10_000)
    simulator.cancel(pidx)
    expect((await look()).body).toEqual(bodyOf('lookup-09', { pidx }))
  })

  test('says User canceled as the docs print it, where asked', async () => {
    const { simulator, pidx, look } = await onePayment({ lookupErrorKey: false })
    simulator.cancel(pidx)
    expect((await look()).body).toEqual(bodyOf('lookup-08', { pidx }))
  })

  test('says Expired with HTTP 400', async () => {
    const { simulator, pidx, look } = await onePayment()
    simulator.expire(pidx)
    const answer = await look()
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual(bodyOf('lookup-07', { pidx, error_key: 'khalti_error' }))
  })

  test('says Pending, or any other status, where told to answer so', async () => {
    const { simulator, pidx, look } = await onePayment()
    simulator.answerWith(pidx, 'Pending')
    expect(await look()).toMatchObject({ status: 200, body: bodyOf('lookup-02', { pidx }) })
    simulator.answerWith(pidx, 'On the moon')
    expect(await look()).toMatchObject({ status: 200, body: { status: 'On the moon' } })
  })

  test('says Completed without a transaction id where an unpaid link is told to answer so', async () => {
    const { simulator, pidx, look } = await onePayment()
    simulator.answerWith(pidx, 'Completed')
    expect((await look()).body).toMatchObject({ status: 'Completed', transaction_id: null })
  })

  test('says Failed with a transaction id where a paid link is told to answer so', async () => {
    const { simulator, pidx, look } = await onePayment()
    simulator.pay(pidx, { transactionId: 'GFq9PFS7b2iYvL8Lir9oXe' })
    simulator.answerWith(pidx, 'Failed')
    expect((await look()).body).toEqual(bodyOf('lookup-11', { pidx }))
  })

  test.each([
    ['Expired', 400],
    ['User canceled', 400],
    ['Canceled', 400],
    ['Pending', 200],
    ['Failed', 200],
    ['Refunded', 200],
    ['', 200],
  ])('answers with "%s" where told to, and with HTTP %i', async (status, code) => {
    const { simulator, pidx, look } = await onePayment()
    simulator.answerWith(pidx, status)
    expect(await look()).toMatchObject({ status: code, body: { pidx, status } })
    expect(simulator.payments()[0]?.status).toBe(status)
  })

  test('says the recorded fee of a paid link, where asked', async () => {
    const fee = (amount: number) => amount * 0.03
    const { simulator, pidx, look } = await onePayment({ fee }, 55_000)
    expect((await look()).body.fee).toBe(0)
    simulator.pay(pidx, { transactionId: 'x2h5gZgtqYozyCNnErVcYF' })
    expect(await look()).toMatchObject({ status: 200, body: bodyOf('lookup-16', { pidx }) })
  })

  test('says a fixed fee of a paid link, and none of a canceled one', async () => {
    const { simulator, pidx, look } = await onePayment({ fee: 2400 }, 80_000)
    simulator.cancel(pidx)
    expect((await look()).body.fee).toBe(0)
    simulator.pay(pidx)
    expect((await look()).body).toMatchObject({ total_amount: 80_000, fee: 2400 })
  })

  test('says Refunded, with refunded: true', async () => {
    const { simulator, pidx, look } = await onePayment()
    simulator.pay(pidx, { transactionId: 'GFq9PFS7b2iYvL8Lir9oXe' })
    simulator.refund(pidx)
    expect(await look()).toMatchObject({ status: 200, body: bodyOf('lookup-06', { pidx }) })
  })

  test.each([
    [undefined, 'Partially Refunded'],
    ['Partially refunded', 'Partially refunded'],
  ] as const)('spells a partial refund as the option %s says', async (partialRefundStatus, status) => {
    const { simulator, pidx, look } = await onePayment({ partialRefundStatus })
    simulator.pay(pidx, { transactionId: 'GFq9PFS7b2iYvL8Lir9oXe' })
    simulator.refund(pidx, 400)
    expect((await look()).body).toEqual(bodyOf('lookup-12', { pidx, status }))
  })

  test.each([
    ['canceled', 0],
    ['Pending', 0],
    ['Completed', 1000],
  ])('says amount 0 only while nothing is paid, where asked to: %s', async (state, amount) => {
    const { simulator, pidx, look } = await onePayment({ zeroAmountWhenUnpaid: true })
    if (state === 'Completed') simulator.pay(pidx)
    else if (state === 'canceled') simulator.cancel(pidx)
    else simulator.answerWith(pidx, state)
    expect((await look()).body.total_amount).toBe(amount)
  })
})

describe('time', () => {
  test('ends a link after its life, and not before', async () => {
    const { clock, look } = await onePayment()
    clock.now += 1_799_999
    expect((await look()).body.status).toBe('Initiated')
    clock.now += 1
    expect(await look()).toMatchObject({ status: 400, body: { status: 'Expired' } })
  })

  test('does not end a payment that was made', async () => {
    const { simulator, pidx, clock, look } = await onePayment()
    simulator.pay(pidx)
    clock.now += 9_999_999
    expect((await look()).body.status).toBe('Completed')
  })

  test.each([undefined, 'Initiated'] as const)(
    'lets time pass between redirect and Completed (%s)',
    async (meanwhile) => {
      const { simulator, pidx, clock, look } = await onePayment({
        completionDelayMs: 5000,
        statusUntilCompleted: meanwhile,
      })
      expect(simulator.pay(pidx)).toContain('status=Completed')
      expect((await look()).body).toMatchObject({ status: meanwhile ?? 'Pending', transaction_id: null })
      expect((await refund(simulator, simulator.payments()[0]?.transaction_id ?? '')).status).toBe(400)
      clock.now += 5000
      expect((await look()).body).toMatchObject({ status: 'Completed', transaction_id: expect.any(String) })
    },
  )
})

describe('verbs', () => {
  test.each(['expire', 'cancel'] as const)('lets a payment complete late after %s', async (verb) => {
    const { simulator, pidx, look } = await onePayment()
    simulator[verb](pidx)
    simulator.pay(pidx)
    expect((await look()).body.status).toBe('Completed')
  })

  test('answers as told only until the payment is paid, canceled or expired', async () => {
    for (const [verb, status] of [
      ['pay', 'Completed'],
      ['cancel', 'User canceled'],
      ['expire', 'Expired'],
    ] as const) {
      const { simulator, pidx, look } = await onePayment()
      simulator.answerWith(pidx, 'Ambiguous')
      simulator[verb](pidx)
      expect((await look()).body.status).toBe(status)
    }
  })

  test('lets a canceled link expire', async () => {
    const { simulator, pidx, look } = await onePayment()
    simulator.cancel(pidx)
    simulator.expire(pidx)
    expect((await look()).body.status).toBe('Expired')
  })

  test('changes nothing when a payment is paid twice', async () => {
    const { simulator, pidx } = await onePayment()
    const first = simulator.pay(pidx)
    const paid = simulator.payments()
    expect(simulator.pay(pidx, { mobile: '9800000004' })).toBe(first)
    expect(simulator.payments()).toEqual(paid)
  })

  test('refuses to cancel or expire what was paid', async () => {
    const { simulator, pidx } = await onePayment()
    simulator.pay(pidx)
    expect(() => simulator.cancel(pidx)).toThrow(/was paid and can no longer be canceled/)
    expect(() => simulator.expire(pidx)).toThrow(/was paid and can no longer be expired/)
  })

  test('says in each verb that it does not know a pidx', async () => {
    const { simulator } = await onePayment()
    for (const verb of ['pay', 'cancel', 'expire', 'refund'] as const) {
      expect(() => simulator[verb]('nope')).toThrow(/no payment "nope"/)
    }
    expect(() => simulator.answerWith('nope', 'Pending')).toThrow(/no payment "nope"/)
  })

  test('hands out copies of its payments, oldest first', async () => {
    const { simulator, pidx } = await onePayment()
    const second = await start(simulator, { purchase_order_id: 'order-2', merchant_extra: { a: [1] } })
    expect(simulator.payments().map((payment) => payment.pidx)).toEqual([pidx, second.pidx])

    const [, copy] = simulator.payments()
    copy?.createdAt.setTime(0)
    Object.assign(copy?.request.merchant_extra as object, { a: 2 })
    expect(simulator.payments()[1]).toMatchObject({
      status: 'Initiated',
      createdAt: new Date('2025-01-01T00:00:00Z'),
      expiresAt: new Date('2025-01-01T00:30:00Z'),
      refundedAmount: 0,
      transaction_id: null,
      request: { merchant_extra: { a: [1] } },
    })
  })
})

describe('refusals', () => {
  test.each([undefined, 400] as const)('says that a pidx does not exist (%s)', async (notFoundStatus) => {
    const answer = await lookup(createSimulator({ notFoundStatus }), 'HT6o6PEZRWFJ5ygavzHWd5')
    expect(answer).toMatchObject({ status: notFoundStatus ?? 404, body: wireSample('err-lookup-01').body })
  })

  test.each([
    [{}, 'This field is required.'],
    [{ pidx: '' }, 'This field may not be blank.'],
    [{ pidx: null }, 'This field may not be null.'],
    [{ pidx: ['x'] }, 'Not a valid string.'],
  ])('refuses a lookup of %j', async (body, message) => {
    const answer = await post(createSimulator(), path, body)
    expect(answer).toMatchObject({ status: 400, body: { pidx: [message], error_key: 'validation_error' } })
  })

  test('refuses a lookup without a key', async () => {
    const { simulator, pidx } = await onePayment()
    const answer = await post(simulator, path, { pidx }, { headers: { 'content-type': 'application/json' } })
    expect(answer.status).toBe(401)
  })
})
