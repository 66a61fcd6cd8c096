import { rupees } from 'khalti-kit'
import { memoryPayments, type PaymentStore } from 'khalti-kit/checkout'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openShop, post, type ShopSettings } from '../support/shop.ts'

const minutes = 60_000
const hours = 60 * minutes

async function openSold(settings?: ShopSettings) {
  const shop = openShop(settings)
  const { pidx } = await shop.checkout.initiate(shop.order())
  shop.simulator.pay(pidx)
  await shop.checkout.settle(pidx)
  return { ...shop, pidx }
}

describe('refunds and slips of the pen', () => {
  it('An unclear refund is not taken for "not done" by a word that is neither', async () => {
    const { checkout, simulator, pidx } = await openSold()
    simulator.failNext({ kind: 'reset-after', on: 'refund' })
    await checkout.refund(pidx, { id: 'r1' })
    for (const how of ['Done', 'yes', '', undefined]) {
      const resolved = checkout.resolveRefund(pidx, 'r1', how as 'done')
      await expect(resolved).rejects.toMatchObject({ code: 'input', fields: { how: [expect.any(String)] } })
    }
    expect((await checkout.order('topi'))?.refunds).toMatchObject([{ state: 'unclear' }])
    expect(await checkout.resolveRefund(pidx, 'r1', 'done')).toMatchObject({ state: 'done' })
  })

  it('A refund id of another payment of the order gives no refund that is not the one asked for', async () => {
    const { checkout, simulator, order, pidx: first } = await openShopWithTwo()
    const [second] = (await checkout.find('topi')).filter(({ pidx }) => pidx !== first)
    await checkout.refund(first, { id: 'complaint-7' })
    await expect(checkout.refund(String(second?.pidx), { id: 'complaint-7' })).rejects.toMatchObject({
      code: 'input',
      fields: { id: [expect.stringMatching(/another/i)] },
    })
    expect(simulator.payments().map(({ refundedAmount }) => refundedAmount)).toEqual([order().amount, 0])
  })

  it('A person resolves a refund whose process died five minutes ago, also before reconcile has looked', async () => {
    const { checkout, client, pass, pidx } = await openSold()
    vi.spyOn(client, 'refund').mockReturnValueOnce(new Promise(() => {}))
    void checkout.refund(pidx, { id: 'r1' })
    await vi.waitFor(async () => expect((await checkout.order('topi'))?.refunds).toMatchObject([{ state: 'sent' }]))
    await expect(checkout.resolveRefund(pidx, 'r1', 'done')).rejects.toMatchObject({ code: 'refund-in-progress' })
    pass(5 * minutes)
    expect(await checkout.resolveRefund(pidx, 'r1', 'done', { by: 'Gita' })).toMatchObject({ state: 'done' })
  })
})

/** Two links of one order, both paid: the first had expired. */
async function openShopWithTwo() {
  const shop = openShop()
  const { pidx } = await shop.checkout.initiate(shop.order())
  shop.simulator.expire(pidx)
  await shop.checkout.settle(pidx)
  const { pidx: other } = await shop.checkout.initiate(shop.order())
  for (const link of [pidx, other]) {
    shop.simulator.pay(link)
    await shop.checkout.settle(link)
  }
  return { ...shop, pidx }
}

describe('an order that nothing may block for ever', () => {
  it('An order is paid in cash although Khalti does not know its canceled link any more', async () => {
    const { checkout, simulator, order, payments, now } = openShop()
    const { pidx } = await checkout.initiate(order())
    simulator.cancel(pidx)
    await checkout.settle(pidx)
    const elsewhere = openShop({ checkout: { payments }, simulator: { now } })
    expect(await elsewhere.checkout.markPaid(order(), { method: 'cash' })).toMatchObject({ fulfilled: true })
    await expect(elsewhere.checkout.markPaid(order({ id: 'b' }), { method: 'cash' })).resolves.toBeTruthy()
  })

  it('An order whose payment is pending for two weeks can be paid anew once a person has dealt with it', async () => {
    const { checkout, simulator, order, pass, events, fulfilled } = openShop()
    const { pidx } = await checkout.initiate(order())
    simulator.answerWith(pidx, 'Pending')
    for (let day = 0; day <= 60; day += 1) {
      pass(6 * hours)
      await checkout.reconcile()
    }
    expect(events.map(({ name }) => name)).toEqual(['hold'])
    await expect(checkout.initiate(order())).rejects.toMatchObject({ code: 'in-progress' })
    await checkout.attended('topi', { by: 'Gita', note: 'Khalti says that it will never come' })
    const link = await checkout.initiate(order())
    expect(link.pidx).not.toBe(pidx)
    // It came all the same: handed out once, and the second payment is told.
    simulator.pay(pidx)
    simulator.pay(link.pidx)
    await checkout.settle(link.pidx)
    await checkout.settle(pidx)
    expect(fulfilled).toHaveLength(1)
    expect(events.map(({ name }) => name)).toEqual(['hold', 'paidTwice'])
  })

  it('A pidx that the order has already is no second link, and reconcile does not look at it again and again', async () => {
    const { checkout, simulator, order, lookups } = openShop()
    const { pidx } = await checkout.initiate(order())
    simulator.expire(pidx)
    await checkout.settle(pidx)
    simulator.failNext({ kind: 'wrong-pidx', on: 'initiate', pidx })
    await expect(checkout.initiate(order())).rejects.toThrow(/gave .* again/)
    expect(await checkout.find('topi')).toHaveLength(1)
    lookups.length = 0
    expect(await checkout.reconcile({ budgetMs: 2_000 })).toMatchObject({ checked: 0 })
    expect(lookups).toEqual([])
  })
})

/** Refuses a NUL in every question, as Postgres does. */
function strictPayments(): PaymentStore<undefined> {
  const payments = memoryPayments()
  const refuse = (question: unknown) => {
    if (JSON.stringify(question).includes('\\u0000')) throw new Error('invalid byte sequence for encoding "UTF8": 0x00')
  }
  return {
    ...payments,
    async read(by) {
      refuse(by)
      return payments.read(by)
    },
    async list(query) {
      refuse(query)
      return payments.list(query)
    },
  }
}

describe('what cannot be an order', () => {
  it('An id that no order can have is nobody, also for a database that refuses to be asked', async () => {
    const { checkout, ask } = openShop({ checkout: { payments: strictPayments() } })
    for (const id of ['a\0b', 'a\ud800', '', 'x'.repeat(256)]) {
      expect(await checkout.find(id)).toEqual([])
      expect(await checkout.order(id)).toBeUndefined()
      expect(await checkout.settle(`cash:${id}:1`)).toEqual({ outcome: 'unknown', fulfilled: false })
      await expect(checkout.attended(id)).rejects.toMatchObject({ code: 'not-found' })
      await expect(checkout.refund(`cash:${id}:1`)).rejects.toMatchObject({ code: 'not-found' })
      await expect(checkout.orders({ after: `5:${id}` })).rejects.toMatchObject({ code: 'input' })
    }
    expect((await ask('status?pidx=cash:%00:1')).status).toBe(404)
  })

  it('A payment address that no database takes is recorded without what it cannot take', async () => {
    const { checkout, order } = openShop({
      client: {
        fetch: async () =>
          Response.json({
            pidx: 'p',
            payment_url: 'https://test-pay.khalti.com/?pidx=p\u0000&x=\ud800',
            expires_in: 1800,
          }),
      },
    })
    expect(await checkout.initiate(order())).toMatchObject({
      payment_url: 'https://test-pay.khalti.com/?pidx=p&x=\ufffd',
    })
    expect(await checkout.find('topi')).toMatchObject([{ paymentUrl: 'https://test-pay.khalti.com/?pidx=p&x=\ufffd' }])
  })

  it('An order that is marked as paid without a word on how is refused by its field', async () => {
    const { checkout, order } = openShop()
    for (const how of [undefined, null, {}, 'cash']) {
      const marked = checkout.markPaid(order(), how as never)
      await expect(marked).rejects.toMatchObject({ code: 'input', fields: { method: [expect.any(String)] } })
    }
  })

  it.each<[call: string, run: (shop: Awaited<ReturnType<typeof openSold>>) => Promise<unknown>]>([
    ['checkout.initiate', ({ checkout, order }) => checkout.initiate(order(), null as never)],
    ['checkout.orders', ({ checkout }) => checkout.orders(null as never)],
    ['checkout.reconcile', ({ checkout }) => checkout.reconcile(null as never)],
    ['checkout.accept', ({ checkout, pidx }) => checkout.accept(pidx, 'Sita' as never)],
    ['checkout.attended', ({ checkout }) => checkout.attended('topi', 'Sita' as never)],
    ['client.lookup', ({ client, pidx }) => client.lookup(pidx, 1000 as never)],
    ['client.waitForPayment', ({ client, pidx }) => client.waitForPayment({ pidx, amount: 1 }, null as never)],
  ])('What is no object in the place of the options of %s is refused with a sentence', async (_call, run) => {
    const refused = { code: 'input', fields: { options: [expect.stringContaining('They are an object')] } }
    await expect(run(await openSold())).rejects.toMatchObject(refused)
  })

  it('Whoever does it is named by text', async () => {
    const { checkout, order } = await openSold()
    const by = 5 as never
    const refused = { code: 'input', fields: { by: ['by is 5, not text.'] } }
    await expect(checkout.markPaid(order({ id: 'cap' }), { method: 'cash', by })).rejects.toMatchObject(refused)
    await expect(checkout.attended('topi', { note: 5 as never })).rejects.toHaveProperty('fields.note')
  })

  it('An initiate that is aborted while another link is looked at, or made, says so as any call does', async () => {
    const controller = new AbortController()
    const gateway = openShop()
    let isSlow = false
    const shop = openShop({
      client: {
        fetch: (input, init) => {
          if (isSlow) controller.abort()
          return gateway.simulator.fetch(input, init)
        },
      },
    })
    await shop.checkout.initiate(shop.order())
    shop.pass(minutes)
    isSlow = true
    const { signal } = controller
    const aborted = { code: 'connection', reason: 'aborted', mayHaveBeenProcessed: false }
    await expect(shop.checkout.initiate(shop.order(), { signal })).rejects.toMatchObject(aborted)
  })

  it('An id that is no text is named as what it is', async () => {
    const { client } = openShop()
    const cases = [
      [{}, 'pidx is an object, not text. Pass the one that Khalti gave.'],
      [5, 'pidx is 5, not text. Pass the one that Khalti gave.'],
      [['p'], 'pidx is a list, not text. Pass the one that Khalti gave.'],
    ]
    for (const [id, sentence] of cases) {
      await expect(client.lookup(id as never)).rejects.toMatchObject({ code: 'input', fields: { pidx: [sentence] } })
    }
  })

  it('A mobile number that a plain form sends as it was typed goes to Khalti as Khalti takes it', async () => {
    const shop = openShop()
    await shop.checkout.initiate(shop.order({ customer: { name: 'Sita', phone: '+977 ९८४-1234567' } }))
    expect(shop.simulator.payments()).toMatchObject([{ request: { customer_info: { phone: '9841234567' } } }])
  })

  it('A customer whose name is no text is asked for another, and the shop is not broken', async () => {
    const readOrder = ({ name, phone }: Record<string, unknown>) =>
      ({ id: 'topi', name: 'Topi', amount: rupees(850), customer: { name, phone } }) as never
    const { ask } = openShop({ checkout: { readOrder } })
    const answer = await ask('initiate', post({ name: 'Sita', phone: 9_800_000_001 }))
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'input', fields: { 'customer.phone': [expect.any(String)] } })
    expect((await ask('initiate', post({ name: { toString: 1 } }))).status).toBe(400)
    expect((await ask('initiate', post({ name: null, phone: null }))).status).toBe(200)
  })
})

/** What Khalti says of every payment from now on, beside what the simulator says. */
function openSaying() {
  const said: Record<string, unknown> = {}
  const shop = openShop({
    client: {
      async fetch(input, init) {
        const answer = await shop.simulator.fetch(input, init)
        return String(input).includes('/lookup/') ? Response.json({ ...(await answer.json()), ...said }) : answer
      },
    },
  })
  return { ...shop, said }
}

describe('what a person has accepted', () => {
  it('A person who has accepted a payment of another amount is not asked about the same amount again', async () => {
    const { checkout, simulator, order, pass, said, fulfilled } = openSaying()
    const { pidx } = await checkout.initiate(order())
    simulator.pay(pidx)
    said.total_amount = 80_000
    expect(await checkout.settle(pidx)).toMatchObject({ outcome: 'hold', payment: { holdReason: 'wrong-amount' } })
    expect(await checkout.accept(pidx, { by: 'Gita' })).toMatchObject({ fulfilled: true })
    pass(25 * hours)
    expect(await checkout.reconcile()).toMatchObject({ checked: 1, paid: 1 })
    expect([(await checkout.order('topi'))?.attention, fulfilled.length]).toEqual([[], 1])
    said.total_amount = 70_000
    await checkout.settle(pidx)
    expect((await checkout.order('topi'))?.attention).toEqual(['hold'])
  })

  it('A payment that was accepted without a transaction id can be given back once Khalti has named one', async () => {
    const { checkout, simulator, order, said } = openSaying()
    const { pidx } = await checkout.initiate(order())
    simulator.pay(pidx)
    said.transaction_id = ''
    await checkout.settle(pidx)
    expect(await checkout.accept(pidx)).toMatchObject({ fulfilled: true })
    await expect(checkout.refund(pidx)).rejects.toMatchObject({ code: 'not-paid' })
    delete said.transaction_id
    await checkout.settle(pidx)
    expect(await checkout.refund(pidx)).toMatchObject({ state: 'done', amount: 85_000 })
  })
})

describe('what is told and what is known', () => {
  it('A payment that was unpaid is not told late, when another payment of the order has been handed out', async () => {
    const told: string[] = []
    const unpaid = () => {
      told.push('unpaid')
      if (told.length === 1) throw new Error('the mail server is away')
    }
    const { checkout, simulator, order, pass, fulfilled } = openShop({ checkout: { on: { unpaid } } })
    const { pidx } = await checkout.initiate(order())
    simulator.cancel(pidx)
    await checkout.settle(pidx)
    const again = await checkout.initiate(order())
    simulator.pay(again.pidx)
    await checkout.settle(again.pidx)
    expect(fulfilled).toHaveLength(1)
    pass(hours)
    await checkout.reconcile()
    expect(told).toEqual(['unpaid'])
    expect((await checkout.order('topi'))?.attention).toEqual([])
  })

  it('A payment is called fulfilled where only the answer to that write was lost', async () => {
    const payments = memoryPayments()
    const write: typeof payments.write = async (order) => {
      const stored = await payments.write(order)
      const isLost = JSON.stringify(order.record).includes('"what":"fulfilled"') && writes.push(1) === 1
      if (isLost) throw new Error('the connection broke')
      return stored
    }
    const writes: number[] = []
    const { checkout, simulator, order, fulfilled, errors } = openShop({
      checkout: { payments: { ...payments, write } },
    })
    const { pidx } = await checkout.initiate(order())
    simulator.pay(pidx)
    expect(await checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect([fulfilled.length, errors]).toEqual([1, []])
  })
})

describe('a shop that answers nothing', () => {
  afterEach(() => void vi.useRealTimers())

  it.each([undefined, null])('A landing that gives %s leads to the shop, and the shop hears of it', async (nothing) => {
    const { ask, errors } = openShop({ checkout: { landing: () => nothing as never } })
    expect((await ask('return?pidx=nobody')).headers.get('location')).toBe('https://shop.example')
    expect(errors).toMatchObject([
      { message: `landing gave ${nothing}. It gives a path or an address: text, or a URL.` },
    ])
  })

  it('A store that never answers keeps neither the return route nor the status route for longer than 8 s', async () => {
    const { checkout, payments, order } = openShop()
    const { pidx } = await checkout.initiate(order())
    const hung = openShop({ checkout: { payments: { ...payments, read: () => new Promise<never>(() => {}) } } })
    vi.useFakeTimers()
    const answers = Promise.all([hung.ask(`return?pidx=${pidx}`), hung.ask(`status?pidx=${pidx}`)])
    await vi.advanceTimersByTimeAsync(8_000)
    const [back, status] = await answers
    expect([back.status, back.headers.get('location')]).toEqual([303, 'https://shop.example/orders/?outcome=error'])
    expect(status.status).toBe(500)
    expect(hung.errors).toHaveLength(2)
  })
})
