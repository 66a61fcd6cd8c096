import { KhaltiInputError, paisa } from 'khalti-kit'
import { memoryPayments } from 'khalti-kit/checkout'
import { describe, expect, it, vi } from 'vitest'
import { openKeptShop } from '../support/kept-shop.ts'
import { fulfilledLink, minute, now, refund } from '../support/records.ts'
import { openShop } from '../support/shop.ts'

/** A shop with a payment that is paid and fulfilled, and all that its gateway is asked. */
async function openSold() {
  const asked: { path: string; body: unknown }[] = []
  const reports: { error: Error; place: unknown }[] = []
  const gateway = openShop()
  const payments = memoryPayments({ now: gateway.now })
  const shop = openShop({
    checkout: { payments, onError: (error, place) => void reports.push({ error: error as Error, place }) },
    client: {
      fetch: (input, init) => {
        asked.push({ path: new URL(String(input)).pathname, body: init?.body && JSON.parse(String(init.body)) })
        return gateway.simulator.fetch(input, init)
      },
    },
  })
  const { pidx } = await shop.checkout.initiate(shop.order())
  gateway.simulator.pay(pidx)
  const { payment } = await shop.checkout.settle(pidx)
  asked.length = 0
  const { simulator, now, pass } = gateway
  return { ...shop, simulator, now, pass, pidx, transactionId: payment?.transactionId, asked, reports }
}

/** A shop with an order that was paid twice; both payments can be given back. */
async function openPaidTwice() {
  const shop = openShop()
  const { pidx: one } = await shop.checkout.initiate(shop.order())
  shop.simulator.cancel(one)
  shop.pass(60_000)
  const { pidx: two } = await shop.checkout.initiate(shop.order())
  for (const pidx of [one, two]) {
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
  }
  return { ...shop, one, two }
}

const anAmount = (given: string) =>
  `The amount is ${given}. It is in whole paisa and above 0; leave it out to refund all that is left.`
const aMobile = 'The mobile number is not text. It names the Khalti account that gets the refund of a bank payment.'
const anId = 'The id of a refund is 1 to 100 letters, digits or any of _ . : -'

describe('a refund that cannot be', () => {
  it.each([[500], ['all'], [[500]], [null], [true]])(
    'A refund whose options are %j is refused: what is no object does not give all of it back',
    async (options) => {
      const { checkout, client, pidx, transactionId = '', asked } = await openSold()
      const given = options as never
      const refusal = { code: 'input', fields: { options: [expect.stringContaining('They are an object')] } }
      await expect(checkout.refund(pidx, given)).rejects.toMatchObject(refusal)
      await expect(client.refund(transactionId, given)).rejects.toMatchObject(refusal)
      expect(asked).toEqual([])
    },
  )

  it('A refund that is resolved by options that are no object, such as null, is refused with a sentence', async () => {
    const { checkout, pidx } = await openSold()
    await expect(checkout.resolveRefund(pidx, 'r-1', 'done', null as never)).rejects.toMatchObject({
      code: 'input',
      fields: { options: ['The options are null. They are an object, such as {}.'] },
    })
  })

  it('A refund with a misspelt field is refused: it does not give all of it back', async () => {
    const { checkout, client, pidx, transactionId = '', asked } = await openSold()
    const slip = { amout: 500, id: undefined } as never
    const refusal = {
      code: 'input',
      fields: { amout: [expect.stringContaining('amout is none of amount, mobile')] },
    }
    await expect(checkout.refund(pidx, slip)).rejects.toMatchObject(refusal)
    await expect(client.refund(transactionId, slip)).rejects.toMatchObject(refusal)
    expect(asked).toEqual([])
  })

  it.each(['by', 'reason'])('A refund whose %s is no text is refused with a sentence', async (word) => {
    const { checkout, pidx } = await openSold()
    const sentence = `${word} is 5, not text.`
    await expect(checkout.refund(pidx, { [word]: 5 })).rejects.toMatchObject({
      message: `refund was not sent. ${sentence}`,
      fields: { [word]: [sentence] },
    })
  })

  it.each<[what: string, options: Record<string, unknown>, field: string, sentence: string]>([
    ['an amount of 0', { amount: 0 }, 'amount', anAmount('0')],
    ['an amount below 0', { amount: -1 }, 'amount', anAmount('-1')],
    ['an amount of half a paisa', { amount: 0.5 }, 'amount', anAmount('0.5')],
    ['an amount as text', { amount: '100' }, 'amount', anAmount('"100"')],
    ['a mobile number that is none', { mobile: 9_800_000_001 }, 'mobile', aMobile],
    ['a mobile number that is blank', { mobile: ' ' }, 'mobile', aMobile],
    ['an empty id', { id: '' }, 'id', anId],
    ['an id that is too long', { id: 'x'.repeat(101) }, 'id', anId],
    ['an id with a space before it', { id: ' x' }, 'id', anId],
    ['an id with a space behind it', { id: 'x ' }, 'id', anId],
    ['an id that is a number', { id: 7 }, 'id', anId],
  ])(
    'A refund with %s is refused with a sentence, and Khalti is not asked',
    async (_what, options, field, sentence) => {
      const { checkout, pidx, asked } = await openSold()
      const refused = await checkout.refund(pidx, options).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(KhaltiInputError)
      expect(refused).toMatchObject({ message: `refund was not sent. ${sentence}`, fields: { [field]: [sentence] } })
      expect(asked).toEqual([])
      expect((await checkout.order('topi'))?.refunds).toEqual([])
    },
  )

  it('A refund of more than is left says how much that is', async () => {
    const { checkout, pidx } = await openSold()
    await checkout.refund(pidx, { amount: 84_999 })
    const sentence = 'Only Rs 0.01 (1 paisa) of this payment is left to refund.'
    await expect(checkout.refund(pidx, { amount: 2 })).rejects.toMatchObject({
      message: `refund was not sent. ${sentence}`,
      fields: { amount: [sentence] },
    })
    expect(await checkout.refund(pidx, { amount: 1 })).toMatchObject({ state: 'done' })
  })

  it('A refund after one of unknown size says what to do', async () => {
    const { checkout, pidx, simulator } = await openSold()
    simulator.refund(pidx, 20_000)
    await checkout.settle(pidx)
    const sentence =
      'Some of this payment went back already, and Khalti does not say how much. Pass the amount, in paisa, at most Rs 850.00 (85000 paisa).'
    await expect(checkout.refund(pidx)).rejects.toMatchObject({
      message: `refund was not sent. ${sentence}`,
      fields: { amount: [sentence] },
    })
  })

  it('A refund with an id that another payment of the order has taken is refused with a sentence', async () => {
    const { checkout, one, two } = await openPaidTwice()
    await checkout.refund(two, { id: 'form-7', amount: 1 })
    const sentence =
      'This order has a refund with this id, of another payment. The same id is the same refund: take another.'
    const refused = await checkout.refund(one, { id: 'form-7', amount: 1 }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(KhaltiInputError)
    expect(refused).toMatchObject({ message: `refund was not sent. ${sentence}`, fields: { id: [sentence] } })
    expect((await checkout.order('topi'))?.refunds).toMatchObject([{ id: 'form-7', pidx: two, amount: 1 }])
  })

  it('A refund with the id of one of another amount is refused with a sentence, and nothing goes back', async () => {
    const { checkout, pidx } = await openSold()
    await checkout.refund(pidx, { id: 'form-7', amount: 1000 })
    const refused = checkout.refund(pidx, { id: 'form-7', amount: 50_000 })
    await expect(refused).rejects.toThrow('This order has a refund with this id, of another amount.')
    expect(await checkout.refund(pidx, { id: 'form-7' })).toMatchObject({ state: 'done', amount: 1000 })
    expect((await checkout.order('topi'))?.refunds).toHaveLength(1)
  })

  it('A refund of a payment of another environment is refused', async () => {
    const { payments, pidx } = await openSold()
    const other = openShop({ checkout: { payments }, client: { environment: 'production' } })
    await expect(other.checkout.refund(pidx)).rejects.toMatchObject({ code: 'config' })
  })
})

describe('a refund that is sent', () => {
  it('A refund of all is sent without an amount, and one of a part with it', async () => {
    const all = await openSold()
    await all.checkout.refund(all.pidx)
    expect(all.asked).toEqual([{ path: `/api/merchant-transaction/${all.transactionId}/refund/`, body: {} }])
    const part = await openSold()
    await part.checkout.refund(part.pidx, { amount: 100, id: 'form-7.a:b_c' })
    await part.checkout.refund(part.pidx)
    expect(part.asked.map(({ body }) => body)).toEqual([{ amount: 100 }, { amount: 84_900 }])
    expect((await part.checkout.order('topi'))?.refunds.map(({ id }) => id)).toContain('form-7.a:b_c')
  })

  it('A refund has an id of its own where it was given none', async () => {
    const { checkout, pidx } = await openSold()
    const [one, two] = [await checkout.refund(pidx, { amount: 1 }), await checkout.refund(pidx, { amount: 1 })]
    expect(one.id).toMatch(/^[\da-f-]{36}$/)
    expect(two.id).not.toBe(one.id)
  })

  it.each([
    { detail: 'Invalid token.', status_code: 401 },
    { amount: ['Refund amount exceeds.'], error_key: 'validation_error' },
    { error: 'Insufficient balance.' },
    { detail: ['Not allowed.'] },
    { status: false, message: 'Refund failed' },
  ])(
    'A refund that Khalti answers with HTTP 200 and an error is unclear, and nobody is told that money went back: %j',
    async (body) => {
      const { payments, pidx, simulator } = await openSold()
      const refunded = vi.fn()
      const answer = (url: string, init?: RequestInit) =>
        url.endsWith('/refund/') ? Promise.resolve(Response.json(body)) : simulator.fetch(url, init)
      const shop = openShop({
        checkout: { payments, on: { refunded }, onError() {} },
        client: { fetch: answer as typeof fetch },
      })
      expect(await shop.checkout.refund(pidx)).toMatchObject({ state: 'unclear' })
      expect(refunded).not.toHaveBeenCalled()
    },
  )

  it('A refund of which Khalti said yes, and of which nothing is seen a day later, wants a person', async () => {
    const { payments, pidx, simulator, pass, order } = await openSold()
    const answer = (url: string, init?: RequestInit) =>
      url.endsWith('/refund/') ? Promise.resolve(Response.json({})) : simulator.fetch(url, init)
    const shop = openShop({ checkout: { payments }, client: { fetch: answer as typeof fetch } })
    expect(await shop.checkout.refund(pidx)).toMatchObject({ state: 'done' })
    expect((await shop.checkout.order(order().id))?.attention).toEqual([])
    pass(24 * 60 * 60_000)
    await shop.checkout.reconcile()
    expect((await shop.checkout.order(order().id))?.attention).toEqual(['hold'])
  })

  it("A refund that a person called not done is done all the same where Khalti's late answer says so", async () => {
    const { payments, pidx, simulator, pass } = await openSold()
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const asked = vi.fn()
    const slow = async (url: string, init?: RequestInit) => {
      if (url.endsWith('/refund/')) {
        asked()
        await released
      }
      return simulator.fetch(url, init)
    }
    const shop = openShop({ checkout: { payments }, client: { fetch: slow as typeof fetch } })
    const refunding = shop.checkout.refund(pidx, { id: 'rma-7', amount: 10_000 })
    await vi.waitFor(() => expect(asked).toHaveBeenCalled())
    pass(6 * 60_000)
    await shop.checkout.reconcile()
    expect(await shop.checkout.resolveRefund(pidx, 'rma-7', 'not-done')).toMatchObject({ state: 'refused' })
    release()
    expect(await refunding).toMatchObject({ state: 'done', amount: 10_000 })
    expect(await shop.payment(pidx)).toMatchObject({ state: 'refunded', refundedAmount: 10_000 })
    expect(shop.events).toMatchObject([{ name: 'refundUnclear' }, { name: 'refunded', refund: { id: 'rma-7' } }])
  })

  it('A refund that a person has called not done stays so, whatever a person says later', async () => {
    const { checkout, pidx, simulator } = await openSold()
    simulator.failNext({ kind: 'reset-before', on: 'refund' })
    const { id } = await checkout.refund(pidx)
    expect(await checkout.resolveRefund(pidx, id, 'not-done')).toMatchObject({ state: 'refused' })
    expect(await checkout.resolveRefund(pidx, id, 'done')).toMatchObject({ state: 'refused' })
    expect(await checkout.find('topi')).toMatchObject([{ state: 'paid' }])
  })

  it('A refund that a lookup saw while its process was dying is told by whoever resolves it, in the one step that writes it', async () => {
    const gone = { state: 'refunded', refundExtent: 'full', refundedAmount: 85_000 } as const
    const sent = refund({ amount: paisa(85_000), askedAt: now - 5 * minute })
    const shop = await openKeptShop([fulfilledLink(gone)], { refunds: [sent] })
    const versions: number[] = []
    const { write } = shop.payments
    shop.payments.write = (order) => {
      versions.push(order.version)
      return write(order)
    }
    expect(await shop.checkout.resolveRefund('a', 'r1', 'done', { by: 'Gita' })).toMatchObject({ state: 'done' })
    expect(shop.events).toMatchObject([
      { name: 'refunded', payment: { pidx: 'a' }, refund: { id: 'r1', state: 'done' } },
    ])
    expect(versions).toEqual([1, 2])
    expect((await shop.checkout.order('topi'))?.events.map(({ what }) => what)).toEqual([
      'refund-done',
      'refunded',
      'told',
    ])
  })

  it('A refund keeps what Khalti says of it', async () => {
    const { checkout, pidx } = await openSold()
    expect(await checkout.refund(pidx)).toHaveProperty('message', 'Transaction refund successful.')
  })

  it('A refund whose callback fails is reported as an error of the refund, and is done all the same', async () => {
    const { payments, pidx, simulator } = await openSold()
    const places: unknown[] = []
    const shop = openShop({
      checkout: {
        payments,
        on: { refunded: () => Promise.reject(new Error('the mail server is away')) },
        onError: (_error, place) => void places.push(place),
      },
      client: { fetch: simulator.fetch },
    })
    expect(await shop.checkout.refund(pidx)).toMatchObject({ state: 'done' })
    expect(places).toEqual([{ route: 'refund', pidx, orderId: 'topi' }])
  })

  it('A refund whose order is deleted while Khalti is asked is one of no payment', async () => {
    const { payments, pidx, now } = await openSold()
    let isGone = false
    const shop = openShop({
      checkout: { payments: { ...payments, read: async (by) => (isGone ? { now: now() } : payments.read(by)) } },
    })
    shop.client.refund = async () => {
      isGone = true
      return {}
    }
    await expect(shop.checkout.refund(pidx)).rejects.toMatchObject({ status: 404, code: 'not-found' })
  })

  it('A refund that failed is reported, and keeps why: refused where it provably did not go through', async () => {
    const { checkout, pidx, simulator, reports } = await openSold()
    simulator.failNext({ kind: '429', on: 'refund' })
    const refused = await checkout.refund(pidx)
    expect(refused).toMatchObject({ state: 'refused', message: reports[0]?.error.message })
    simulator.failNext({ kind: '500', on: 'refund' })
    const unclear = await checkout.refund(pidx)
    expect(unclear).toMatchObject({ state: 'unclear', message: reports[1]?.error.message })
    const place = { route: 'refund', pidx, orderId: undefined }
    expect(reports.map((report) => report.place)).toEqual([place, place])
  })

  it('A refund of all that is unclear stays so where only a part has gone back, and a person says which', async () => {
    const { checkout, simulator, pidx, pass } = await openSold()
    simulator.failNext({ kind: 'reset-before', on: 'refund' })
    const { id, state } = await checkout.refund(pidx)
    expect(state).toBe('unclear')
    simulator.refund(pidx, 10_000)
    pass(60_000)
    await checkout.settle(pidx)
    const [payment] = await checkout.find('topi')
    expect(payment).toMatchObject({ state: 'refunded', refundExtent: 'partial' })
    expect(payment).not.toHaveProperty('refundedAmount')
    await checkout.resolveRefund(pidx, id, 'not-done')
    await expect(checkout.refund(pidx)).rejects.toMatchObject({ code: 'input' })
    expect(await checkout.refund(pidx, { amount: 75_000 })).toMatchObject({ state: 'done' })
  })

  it('A refund is unclear where what failed is no error of ours, and says what it was', async () => {
    const { payments, pidx } = await openSold()
    const failing = (thrown: unknown) => {
      const shop = openShop({ checkout: { payments } })
      shop.client.refund = () => Promise.reject(thrown)
      return shop.checkout
    }
    const unclear = await failing('a text').refund(pidx, { amount: 1 })
    expect(unclear).toMatchObject({ state: 'unclear', message: 'a text' })
    await failing('').resolveRefund(pidx, unclear.id, 'not-done')
    expect(await failing(new Error('a bug')).refund(pidx)).toMatchObject({ state: 'unclear', message: 'a bug' })
  })

  it('A refund that was unclear and is seen to be done is told with its id', async () => {
    const { checkout, pidx, simulator, events } = await openSold()
    simulator.failNext({ kind: 'reset-after', on: 'refund' })
    expect(await checkout.refund(pidx, { id: 'rma-7' })).toMatchObject({ state: 'unclear' })
    await checkout.settle(pidx)
    expect(events).toMatchObject([
      { name: 'refundUnclear', refund: { id: 'rma-7', state: 'unclear' } },
      { name: 'refunded', refund: { id: 'rma-7', state: 'done', amount: 85_000 } },
    ])
  })

  it('A refund that a lookup proved does not say any more that nobody knows', async () => {
    const { checkout, pidx, simulator, events } = await openSold()
    simulator.failNext({ kind: 'reset-after', on: 'refund' })
    expect((await checkout.refund(pidx)).message).toMatch(/may have gone through/)
    await checkout.settle(pidx)
    const [proved] = (await checkout.order(pidx))?.refunds ?? []
    expect(proved).toMatchObject({ state: 'done' })
    expect(proved).not.toHaveProperty('message')
    expect(events.at(-1)?.refund).not.toHaveProperty('message')
  })

  it('A refund that Khalti seems to have forgotten wants a person, and stays', async () => {
    const { checkout, pidx, simulator, pass } = await openSold()
    await checkout.refund(pidx)
    pass(3 * 24 * 60 * 60_000)
    simulator.answerWith(pidx, 'Completed')
    expect(await checkout.settle(pidx)).toMatchObject({ outcome: 'refunded' })
    expect(await checkout.order(pidx)).toMatchObject({ attention: ['hold'] })
    await checkout.attended('topi', { by: 'Gita' })
    simulator.answerWith(pidx, 'Refunded')
    await checkout.settle(pidx)
    expect(await checkout.order(pidx)).toMatchObject({ attention: [], payments: [{ state: 'refunded' }] })
  })

  it('A refund gives back all that arrived, where a person had accepted less before Khalti said so', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    shop.simulator.failNext({ kind: 'wrong-amount', on: 'lookup', amount: 1_000, times: 2 })
    await shop.checkout.settle(pidx)
    expect(await shop.checkout.accept(pidx)).toMatchObject({ fulfilled: true, payment: { receivedAmount: 1_000 } })
    shop.pass(24 * 60 * 60_000)
    expect(await shop.checkout.settle(pidx)).toMatchObject({ payment: { receivedAmount: 85_000 } })
    expect(await shop.checkout.refund(pidx)).toMatchObject({ amount: 85_000, state: 'done' })
  })

  it('A refund of money that came another way is done at once, and asks nobody', async () => {
    const shop = openShop()
    const { payment } = await shop.checkout.markPaid(shop.order(), { method: 'cash', reference: 'a-1' })
    shop.client.refund = () => Promise.reject(new Error('Khalti was asked.'))
    const refund = await shop.checkout.refund(String(payment?.pidx))
    expect(refund).toMatchObject({ state: 'done', amount: 85_000 })
    expect(refund).not.toHaveProperty('message')
  })
})

describe('a refund that a person resolves', () => {
  it('A refund that a person resolves names them by text', async () => {
    const { checkout, pidx } = await openSold()
    const { id } = await checkout.refund(pidx)
    await expect(checkout.resolveRefund(pidx, id, 'done', { by: 5 as never })).rejects.toMatchObject({
      message: 'The refund was not resolved. by is 5, not text.',
      fields: { by: [expect.any(String)] },
    })
    const misspelt = { who: 'Gita' } as object
    await expect(checkout.resolveRefund(pidx, id, 'done', misspelt)).rejects.toMatchObject({
      message: 'The refund was not resolved. who is none of by.',
    })
  })

  it('A refund that a person resolves is one that is there, of that payment, and not under way', async () => {
    const { checkout, pidx, simulator, payments } = await openSold()
    const missing = { status: 404, code: 'not-found' }
    await expect(checkout.resolveRefund('4H7AhoXDJWg5WjrcPT9ixW', 'form-7', 'done')).rejects.toMatchObject(missing)
    await expect(checkout.resolveRefund(pidx, 'form-7', 'done')).rejects.toMatchObject(missing)

    const { pidx: other } = await checkout.initiate({ id: 'shawl', name: 'Shawl', amount: 1_000 as never })
    simulator.pay(other)
    await checkout.settle(other)
    simulator.failNext({ kind: '500', on: 'refund' })
    await checkout.refund(pidx, { amount: 1, id: 'form-7' })
    await expect(checkout.resolveRefund(other, 'form-7', 'done')).rejects.toMatchObject(missing)
    expect(await checkout.resolveRefund(pidx, 'form-7', 'done')).toMatchObject({ id: 'form-7', state: 'done' })

    const dying = openShop({ checkout: { payments } })
    dying.client.refund = () => new Promise(() => {})
    void dying.checkout.refund(pidx, { amount: 1, id: 'form-8' })
    await expect.poll(async () => (await checkout.order('topi'))?.refunds.map(({ state }) => state)).toContain('sent')
    await expect(checkout.resolveRefund(pidx, 'form-8', 'done')).rejects.toMatchObject({ code: 'refund-in-progress' })
  })

  it('A refund of another payment of the order is none of this one', async () => {
    const { checkout, simulator, one, two } = await openPaidTwice()
    simulator.failNext({ kind: '500', on: 'refund' })
    await checkout.refund(two, { id: 'form-7' })
    await expect(checkout.resolveRefund(one, 'form-7', 'done')).rejects.toMatchObject({ status: 404 })
  })

  it('A refund that was never asked for is not resolved, and one of the same payment stays as it is', async () => {
    const { checkout, pidx, payments, pass } = await openSold()
    const dying = openShop({ checkout: { payments } })
    dying.client.refund = () => new Promise(() => {})
    void dying.checkout.refund(pidx, { id: 'form-7' })
    await expect.poll(async () => (await checkout.order('topi'))?.refunds.map(({ state }) => state)).toEqual(['sent'])
    pass(5 * 60_000)
    await expect(checkout.resolveRefund(pidx, 'form-8', 'done')).rejects.toMatchObject({ status: 404 })
    expect((await checkout.order('topi'))?.refunds).toMatchObject([{ id: 'form-7', state: 'sent' }])
  })

  it('A refund that has ended can be resolved once more while another one is under way, and stays as it was', async () => {
    const { checkout, pidx, payments } = await openSold()
    await checkout.refund(pidx, { amount: 1, id: 'form-7' })
    const dying = openShop({ checkout: { payments } })
    dying.client.refund = () => new Promise(() => {})
    void dying.checkout.refund(pidx, { amount: 1, id: 'form-8' })
    await expect.poll(async () => (await checkout.order('topi'))?.refunds.map(({ state }) => state)).toContain('sent')
    expect(await checkout.resolveRefund(pidx, 'form-7', 'not-done')).toMatchObject({ id: 'form-7', state: 'done' })
  })

  it.each([['Done'], ['not done'], [true], [undefined]])(
    'A refund is not resolved by %j: a slip of the pen is not taken for "not done"',
    async (how) => {
      const { checkout, pidx, simulator } = await openSold()
      simulator.failNext({ kind: '500', on: 'refund' })
      await checkout.refund(pidx, { id: 'form-7' })
      const refused = await checkout.resolveRefund(pidx, 'form-7', how as never).catch((error: unknown) => error)
      const sentence = "It is 'done' where the money went back, and 'not-done' where it did not."
      expect(refused).toBeInstanceOf(KhaltiInputError)
      expect(refused).toMatchObject({
        message: `The refund was not resolved. ${sentence}`,
        fields: { how: [sentence] },
      })
      expect((await checkout.order('topi'))?.refunds).toMatchObject([{ state: 'unclear' }])
    },
  )
})
