import { rupees } from 'khalti-kit'
import { createCheckout, memoryPayments, type PaymentStore } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { openShop } from '../support/shop.ts'

const seconds = 1_000
const minutes = 60 * seconds

describe('initiate', () => {
  it('Initiate sends Khalti the price of the server, and nothing else but what the order says', async () => {
    const shop = openShop()
    await shop.checkout.initiate(
      shop.order({
        customer: { name: 'Sita', email: ' ', phone: '9800000001' },
        breakdown: [
          { label: 'Topi', amount: 90_000 },
          { label: 'Discount', amount: -5_000 },
        ],
        products: [{ id: 'p1', name: 'Topi', unitPrice: rupees(850), quantity: 1 }],
        extra: { cart: 'c1', merchant_note: 'n' },
      }),
    )
    expect(shop.simulator.payments()[0]?.request).toEqual({
      return_url: 'https://shop.example/api/khalti/return',
      website_url: 'https://shop.example',
      amount: 85_000,
      purchase_order_id: 'topi',
      purchase_order_name: 'Dhaka topi',
      customer_info: { name: 'Sita', phone: '9800000001' },
      amount_breakdown: [
        { label: 'Topi', amount: 90_000 },
        { label: 'Discount', amount: -5_000 },
      ],
      product_details: [{ identity: 'p1', name: 'Topi', total_price: 85_000, quantity: 1, unit_price: 85_000 }],
      merchant_cart: 'c1',
      merchant_note: 'n',
    })
  })

  it('Initiate leaves the customer out where there is no name', async () => {
    const shop = openShop()
    await shop.checkout.initiate(shop.order({ customer: { email: 'sita@example.com' } }))
    expect(shop.simulator.payments()[0]?.request).not.toHaveProperty('customer_info')
  })

  it('Initiate stores the payment before it gives the link out', async () => {
    const shop = openShop()
    const link = await shop.checkout.initiate(shop.order())
    expect(await shop.checkout.find('topi')).toMatchObject([
      {
        pidx: link.pidx,
        orderId: 'topi',
        orderName: 'Dhaka topi',
        amount: 85_000,
        state: 'pending',
        environment: 'sandbox',
        paymentUrl: link.payment_url,
        fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ])
    expect(link.expires_in).toBe(1800)
  })

  it('Initiate gives no link where storing fails', async () => {
    const store = memoryPayments()
    let writes = 0
    const write: PaymentStore['write'] = async (order) => {
      writes += 1
      if (writes === 2) throw new Error('the disk is full')
      return store.write(order)
    }
    const shop = openShop({ checkout: { payments: { ...store, write } } })
    await expect(shop.checkout.initiate(shop.order())).rejects.toThrow('the disk is full')
    expect(await shop.checkout.find('topi')).toEqual([])
    expect(await shop.checkout.initiate(shop.order())).toHaveProperty('pidx')
  })

  it('Initiate gives a fresh link out again without asking Khalti', async () => {
    const shop = openShop()
    const one = await shop.checkout.initiate(shop.order())
    shop.pass(9 * seconds)
    const two = await shop.checkout.initiate(shop.order())
    expect(two.pidx).toBe(one.pidx)
    expect(two.expires_in).toBe(1791)
    expect([shop.lookups.length, shop.simulator.payments().length]).toEqual([0, 1])
  })

  it('Initiate looks an older link up, and gives it out again while it waits to be paid', async () => {
    const shop = openShop()
    const one = await shop.checkout.initiate(shop.order())
    shop.pass(11 * seconds)
    expect((await shop.checkout.initiate(shop.order())).pidx).toBe(one.pidx)
    expect(shop.lookups).toEqual([one.pidx])
  })

  it('Initiate gives one link to two tabs at once', async () => {
    const shop = openShop()
    const links = await Promise.all(Array.from({ length: 5 }, () => shop.checkout.initiate(shop.order())))
    expect(new Set(links.map(({ pidx }) => pidx)).size).toBe(1)
    expect(shop.simulator.payments()).toHaveLength(1)
  })

  it('Initiate refuses an order that is paid, and settles it on the way', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    shop.pass(11 * seconds)
    await expect(shop.checkout.initiate(shop.order())).rejects.toMatchObject({ status: 409, code: 'already-paid' })
    expect(shop.fulfilled).toHaveLength(1)
    await expect(shop.checkout.initiate(shop.order({ amount: rupees(9_000) }))).rejects.toMatchObject({
      code: 'already-paid',
    })
  })

  it('Initiate gives no second link while a payment is pending, not for a changed cart either', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.answerWith(pidx, 'Pending')
    shop.pass(11 * seconds)
    await expect(shop.checkout.initiate(shop.order())).rejects.toMatchObject({ status: 409, code: 'in-progress' })
    await expect(shop.checkout.initiate(shop.order({ amount: rupees(1_000) }))).rejects.toMatchObject({
      code: 'in-progress',
    })
    expect(shop.simulator.payments()).toHaveLength(1)
  })

  it.each(['cancel', 'expire'] as const)('Initiate makes a new link after %s', async (verb) => {
    const shop = openShop()
    const one = await shop.checkout.initiate(shop.order())
    shop.simulator[verb](one.pidx)
    shop.pass(11 * seconds)
    expect((await shop.checkout.initiate(shop.order())).pidx).not.toBe(one.pidx)
    expect((await shop.payment(one.pidx))?.supersededAt).toBeUndefined()
  })

  it('Initiate makes a new link where the old one is about to expire', async () => {
    const shop = openShop()
    const one = await shop.checkout.initiate(shop.order())
    shop.pass(29 * minutes + 30 * seconds)
    expect((await shop.checkout.initiate(shop.order())).pidx).not.toBe(one.pidx)
  })

  it('Initiate supersedes the link of a cart that has changed, after a look at it', async () => {
    const shop = openShop()
    const one = await shop.checkout.initiate(shop.order())
    const two = await shop.checkout.initiate(shop.order({ amount: rupees(1_700) }))
    expect(two.pidx).not.toBe(one.pidx)
    expect(shop.lookups).toEqual([one.pidx])
    expect((await shop.payment(one.pidx))?.supersededAt).toBeInstanceOf(Date)
  })

  it('Initiate gives the same link where its lookup fails, but none for a changed cart', async () => {
    const shop = openShop()
    const one = await shop.checkout.initiate(shop.order())
    shop.pass(11 * seconds)
    shop.simulator.failNext({ kind: '502', on: 'lookup', times: 2 })
    expect((await shop.checkout.initiate(shop.order())).pidx).toBe(one.pidx)
    await expect(shop.checkout.initiate(shop.order({ amount: rupees(9_000) }))).rejects.toMatchObject({
      kind: 'server',
    })
    expect(shop.simulator.payments()).toHaveLength(1)
  })

  it('Initiate is free for the next try at once where Khalti failed', async () => {
    const shop = openShop()
    shop.simulator.failNext({ kind: '500', on: 'initiate' })
    await expect(shop.checkout.initiate(shop.order())).rejects.toMatchObject({ kind: 'server' })
    expect(await shop.checkout.initiate(shop.order())).toHaveProperty('pidx')
  })

  it('Initiate waits for another process that makes the link, but not for ever', async () => {
    const shop = openShop({ client: { timeoutMs: 500 } })
    const hanging = openShop({
      checkout: { payments: shop.payments },
      // It gives up long after the one that waits.
      client: { timeoutMs: 10_000, fetch: () => new Promise(() => {}) },
    })
    hanging.checkout.initiate(shop.order()).catch(() => {})
    await expect.poll(async () => (await shop.payments.read({ orderId: 'topi' })).order).toBeDefined()
    const waiting = shop.checkout.initiate(shop.order())
    await expect(waiting).rejects.toMatchObject({ status: 409, code: 'busy' })
    shop.pass(4 * minutes)
    expect(await shop.checkout.initiate(shop.order())).toHaveProperty('pidx')
  })

  it('Initiate gives out a link that becomes payable again while another process makes a new one, and none beside it', async () => {
    const shop = openShop()
    const first = await shop.checkout.initiate(shop.order())
    shop.simulator.answerWith(first.pidx, 'User canceled')
    shop.pass(minutes)
    let release = () => {}
    let sayAsked = () => {}
    const asked = new Promise<void>((resolve) => {
      sayAsked = resolve
    })
    const slow = openShop({
      checkout: { payments: shop.payments },
      client: {
        fetch: async (input, init) => {
          const answer = await shop.simulator.fetch(input, init)
          if (!String(input).includes('/initiate/')) return answer
          sayAsked()
          await new Promise<void>((resolve) => {
            release = resolve
          })
          return answer
        },
      },
    })
    const making = slow.checkout.initiate(shop.order())
    await asked
    shop.simulator.answerWith(first.pidx, 'Initiated')
    expect((await shop.checkout.initiate(shop.order())).pidx).toBe(first.pidx)
    release()
    expect((await making).pidx).toBe(first.pidx)
    expect((await shop.checkout.find('topi')).map(({ pidx }) => pidx)).toEqual([first.pidx])
  })

  it.each([
    ['Khalti does not say', {}],
    ['Khalti says 0', { expires_in: 0 }],
  ])('Initiate takes half an hour for the life of a link where %s', async (_what, life) => {
    const link = { pidx: 'bZQLD9wRVWo4CdESSfuSsB', payment_url: 'https://test-pay.khalti.com/?pidx=b', ...life }
    const shop = openShop({ client: { fetch: async () => Response.json(link) } })
    expect(await shop.checkout.initiate(shop.order())).toMatchObject({ expires_in: 1800 })
  })

  it.each([
    ['9,000,000,000,000 seconds', { expires_in: 9e12 }],
    ['until the year 9999', { expires_at: '9999-12-31T23:59:59Z' }],
  ])('Initiate takes at most 30 days for the life of a link, and gives it again: %s', async (_what, life) => {
    const link = { pidx: 'bZQLD9wRVWo4CdESSfuSsB', payment_url: 'https://test-pay.khalti.com/?pidx=b', ...life }
    const shop = openShop({ client: { fetch: async () => Response.json(link) } })
    expect(await shop.checkout.initiate(shop.order())).toMatchObject({ expires_in: 30 * 24 * 60 * 60 })
    expect(await shop.checkout.initiate(shop.order())).toMatchObject({ pidx: link.pidx })
  })

  it.each([
    ['an amount below the minimum', { amount: 999 }, 'amount'],
    ['a blank id', { id: ' ' }, 'purchase_order_id'],
    ['a breakdown that does not add up', { breakdown: [{ label: 'VAT', amount: 1 }] }, 'amount_breakdown'],
  ])('Initiate refuses %s and leaves no trace', async (_title, change, field) => {
    const shop = openShop()
    const order = { ...shop.order(), ...change } as never
    await expect(shop.checkout.initiate(order)).rejects.toMatchObject({
      code: 'input',
      fields: { [field]: [expect.any(String)] },
    })
    expect(shop.simulator.payments()).toEqual([])
  })
})

describe('a checkout that cannot work', () => {
  it('A checkout whose siteUrl is no address says so at the first call, not before', async () => {
    const shop = openShop({ checkout: { siteUrl: 'shop.example' } })
    await expect(shop.checkout.initiate(shop.order())).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/siteUrl/),
    })
  })

  it('A checkout that cannot work says that it has no store', async () => {
    const shop = openShop()
    const { checkout } = openShopWithout('payments')
    await expect(checkout.initiate(shop.order())).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/payments/),
    })
  })
})

function openShopWithout(option: 'payments') {
  const { client, order } = openShop()
  const options = { client, siteUrl: 'https://shop.example', readOrder: order, fulfil() {}, landing: () => '/' }
  return { checkout: createCheckout({ ...options, [option]: undefined } as never) }
}
