import { describe, expect, test } from 'vitest'
import { createSimulator, type PayOptions } from '../../../src/testing.ts'
import { wireSample } from '../../contract/wire-samples.ts'
import { lookup, post, refund, start } from '../../support/gateway.ts'

async function paidPayment(options?: PayOptions) {
  const simulator = createSimulator()
  const { pidx } = await start(simulator, { amount: 10_000 })
  simulator.pay(pidx, options)
  const id = simulator.payments()[0]?.transaction_id ?? ''
  return { simulator, pidx, id, status: async () => (await lookup(simulator, pidx)).body.status }
}

const done = wireSample('refund-01').body

describe('a wallet payment', () => {
  test('The simulator refunds a wallet payment whole by default, with an empty body or none', async () => {
    for (const init of [{}, { body: null, headers: { authorization: 'Key x' } }]) {
      const { simulator, id, status } = await paidPayment()
      const answer = await post(simulator, `/api/merchant-transaction/${id}/refund/`, {}, init)
      expect(answer).toMatchObject({ status: 200, body: done })
      expect(await status()).toBe('Refunded')
      expect(simulator.payments()[0]?.refundedAmount).toBe(10_000)
    }
  })

  test('The simulator refunds a wallet payment in parts, up to what was paid and no further', async () => {
    const { simulator, id, status } = await paidPayment()
    expect(await refund(simulator, id, wireSample('refund-req-01').body as { amount: number })).toMatchObject({
      status: 200,
    })
    expect(simulator.payments()[0]?.refundedAmount).toBe(50)
    expect(await refund(simulator, id, { amount: '3950.0' })).toMatchObject({ status: 200 })
    expect(await status()).toBe('Partially Refunded')
    expect(await refund(simulator, id, { amount: 6001 })).toMatchObject({
      status: 400,
      body: { amount: [expect.any(String)] },
    })
    expect(simulator.payments()[0]?.refundedAmount).toBe(4000)
    expect(await refund(simulator, id, { amount: 6000 })).toMatchObject({ status: 200 })
    expect(await status()).toBe('Refunded')
  })

  test('The simulator gives back the rest when no amount is said after a part', async () => {
    const { simulator, id, status } = await paidPayment()
    expect(await refund(simulator, id, { amount: 1 })).toMatchObject({ status: 200 })
    expect(simulator.payments()[0]?.refundedAmount).toBe(1)
    expect(await refund(simulator, id)).toMatchObject({ status: 200 })
    expect(simulator.payments()[0]?.refundedAmount).toBe(10_000)
    expect(await status()).toBe('Refunded')
  })

  test('The simulator does not refund a payment twice', async () => {
    const { simulator, id } = await paidPayment()
    await refund(simulator, id)
    expect(await refund(simulator, id)).toMatchObject({ status: 400, body: { detail: expect.any(String) } })
  })

  test.each([0, -100])('The simulator does not refund %i paisa', async (amount) => {
    const { simulator, id } = await paidPayment()
    const message = 'Ensure this value is greater than or equal to 1.'
    expect(await refund(simulator, id, { amount })).toMatchObject({ status: 400, body: { amount: [message] } })
  })

  test.each([null, 'half', 50.5])('The simulator does not refund an amount of %j', async (amount) => {
    const { simulator, id } = await paidPayment()
    expect(await refund(simulator, id, { amount })).toMatchObject({
      status: 400,
      body: { amount: [expect.any(String)] },
    })
  })
})

describe('a bank payment', () => {
  test('The simulator needs a mobile number to refund a bank payment', async () => {
    const { simulator, id, status } = await paidPayment({ instrument: 'bank' })
    expect(await refund(simulator, id, { amount: 100 })).toMatchObject({
      status: 400,
      body: { mobile: ['This field is required.'], error_key: 'validation_error' },
    })
    expect(await status()).toBe('Completed')
    expect(await refund(simulator, id, wireSample('refund-req-02').body as { mobile: string })).toMatchObject({
      status: 200,
      body: done,
    })
    expect(await status()).toBe('Refunded')
  })

  test('The simulator makes a payment in bank modes a bank payment', async () => {
    const simulator = createSimulator()
    const { pidx } = await start(simulator, { amount: 10_000, modes: ['MOBILE_BANKING'] })
    simulator.pay(pidx)
    const [payment] = simulator.payments()
    expect(payment?.instrument).toBe('bank')
    expect(await refund(simulator, payment?.transaction_id ?? '')).toMatchObject({ status: 400 })
  })

  test.each([[[]], [['KHALTI']], [['EBANKING', 'KHALTI']]])(
    'The simulator makes a payment with the modes %j a wallet payment',
    async (modes) => {
      const simulator = createSimulator()
      const { pidx } = await start(simulator, { amount: 10_000, modes })
      simulator.pay(pidx)
      expect(simulator.payments()[0]?.instrument).toBe('wallet')
    },
  )
})

describe('who may refund what', () => {
  test('The simulator does not take a pidx for a transaction id', async () => {
    const { simulator, pidx } = await paidPayment()
    expect(await refund(simulator, pidx)).toMatchObject({ status: 404, body: { detail: 'Not found.' } })
  })

  test('The simulator refuses a refund without a key', async () => {
    const { simulator, id } = await paidPayment()
    const answer = await post(simulator, `/api/merchant-transaction/${id}/refund/`, {}, { headers: {} })
    expect(answer).toMatchObject({ status: 401, body: wireSample('err-auth-02').body })
  })

  test('The simulator has no refund path below /api/v2', async () => {
    const { simulator, id } = await paidPayment()
    expect(await post(simulator, `/api/v2/merchant-transaction/${id}/refund/`, {})).toMatchObject({ status: 404 })
  })

  test('The simulator refunds by the verb without a mobile number, and says what it cannot do', async () => {
    const { simulator, pidx } = await paidPayment({ instrument: 'bank' })
    expect(() => simulator.refund(pidx, 10_001)).toThrow(/less than that left/)
    simulator.refund(pidx, 4000)
    expect(simulator.payments()[0]).toMatchObject({ status: 'Partially Refunded', refundedAmount: 4000 })
    expect(() => simulator.refund(pidx, 6001)).toThrow(/less than that left/)
    simulator.refund(pidx)
    expect(simulator.payments()[0]).toMatchObject({ status: 'Refunded', refundedAmount: 10_000 })
    expect(() => simulator.refund(pidx)).toThrow(/was refunded in full already/)
  })

  test.each(['Pending', 'Refunded'])(
    'The simulator says why a paid payment that is %s is not refunded',
    async (says) => {
      const { simulator, pidx } = await paidPayment()
      simulator.answerWith(pidx, says)
      const sentence = `A lookup of payment ${pidx} says ${says}. Only a Completed payment can be refunded.`
      expect(() => simulator.refund(pidx)).toThrow(sentence)
    },
  )

  test.each([0, -1, 1.5, Number.NaN])('The simulator refuses the verb with an amount of %d', async (amount) => {
    const { simulator, pidx, status } = await paidPayment()
    expect(() => simulator.refund(pidx, amount)).toThrow(`amount is ${amount}. It is in paisa`)
    expect(await status()).toBe('Completed')
  })

  test('The simulator gives nothing back of a payment that was never made, whatever it answers', async () => {
    const simulator = createSimulator()
    const { pidx } = await start(simulator)
    expect(() => simulator.refund(pidx)).toThrow(/was not paid, so there is nothing to refund/)
    simulator.answerWith(pidx, 'Completed')
    expect(() => simulator.refund(pidx)).toThrow(/was not paid, so there is nothing to refund/)
  })
})
