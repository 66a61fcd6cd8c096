import { CheckoutRefusal, type OrderView, type Payment } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { eventWith, openDesk, paymentWith, refundWith, viewWith, waysOf } from '../../support/admin-desk.ts'

const held = paymentWith({ state: 'hold', holdReason: 'shop', fulfilledAt: undefined })
const two = paymentWith({ pidx: 'two', fulfilledAt: undefined })

/** An order with two payments, each with an unclear refund of its own. */
const doubtful = viewWith({
  payments: [paymentWith(), two],
  refunds: [
    refundWith({ id: 'of-one', state: 'unclear' }),
    refundWith({ id: 'of-two', pidx: 'two', state: 'unclear' }),
  ],
})

/** Where an answer sends the browser, without the pages' base; else its status. */
const leadsTo = (response: Response) =>
  response.headers.get('location')?.replace('/api/khalti/admin', '') ?? response.status

describe('which order and payment a form is about', () => {
  it.each<[string, Record<string, string>]>([
    ['no order', { pidx: 'one' }],
    ['an order that is none', { order: 'another', pidx: 'one' }],
    ['a payment in place of its order', { order: 'one', pidx: 'one' }],
    ['no payment', { order: 'topi' }],
    ['a payment of another order', { order: 'topi', pidx: 'else' }],
  ])('A form that names %s is answered with 404 by every path, and nothing is done', async (_what, fields) => {
    const elsewhere = viewWith({ id: 'elsewhere', payments: [paymentWith({ pidx: 'else' })] })
    const desk = openDesk({ views: [viewWith({ refunds: [refundWith({ state: 'unclear' })] }), elsewhere] })
    const more = { id: 'back', how: 'done', amount: '1' }
    for (const path of ['/look', '/accept', '/refund', '/resolve']) {
      const query = new URLSearchParams({ ...more, ...fields })
      expect([path, (await desk.ask(path, { ...more, ...fields })).status]).toEqual([path, 404])
      if (path !== '/look') expect([path, (await desk.ask(`${path}?${query}`)).status]).toEqual([path, 404])
    }
    expect(desk.acts()).toEqual([])
    expect(desk.reports).toEqual([])
  })

  it('A form whose order is no text, as JSON can say it, names none', async () => {
    const desk = openDesk()
    expect((await desk.ask('/look', { order: ['topi'], pidx: 'one' })).status).toBe(404)
    expect(desk.calls).toEqual([])
  })

  it('A page whose address names nothing is answered with 404', async () => {
    const desk = openDesk()
    for (const path of ['/order', '/accept', '/refund', '/resolve']) expect((await desk.ask(path)).status).toBe(404)
    expect(desk.calls).toEqual([])
  })

  it('A form may carry the CR LF of a browser for the line break in an id of an order or a payment', async () => {
    const view = viewWith({ id: 'to\npi', payments: [paymentWith({ pidx: 'o\nne' })] })
    for (const [order, pidx] of [
      ['to\r\npi', 'o\r\nne'],
      ['to\npi', 'o\nne'],
    ] as const) {
      const desk = openDesk({ views: [view] })
      await desk.ask('/look', { order, pidx })
      expect(desk.acts()).toEqual([['settle', 'o\nne']])
    }
  })

  it('An id that a browser would not have changed is found where it has CR LF itself', async () => {
    const desk = openDesk({ views: [viewWith({ id: 'to\r\npi' })] })
    expect((await desk.ask('/look', { order: 'to\r\npi', pidx: 'one' })).status).toBe(303)
  })
})

describe('what is written down of an order', () => {
  const note = (text: string) => ({ order: 'topi', note: text, reasons: '["hold:one"]' })

  it('A note goes along with who wrote it, without spaces around it, and no longer than 300 characters', async () => {
    const desk = openDesk()
    expect(leadsTo(await desk.ask('/attended', note('  phoned her \n')))).toBe('/order?id=topi&did=attended')
    await desk.ask('/attended', note('x'.repeat(301)))
    await desk.ask('/attended', note('   '))
    await desk.ask('/attended', { order: 'topi' })
    const reasons = ['hold:one']
    expect(desk.acts()).toEqual([
      ['attended', 'topi', { by: 'Gita', note: 'phoned her', reasons }],
      ['attended', 'topi', { by: 'Gita', note: 'x'.repeat(300), reasons }],
      ['attended', 'topi', { by: 'Gita', note: undefined, reasons }],
      ['attended', 'topi', { by: 'Gita', note: undefined, reasons: undefined }],
    ])
  })

  it('A form that came too late is refused on the page of the order as it stands by now', async () => {
    const views = [viewWith({ name: 'Old name' })]
    const attended = async () => {
      views[0] = viewWith({ name: 'New name' })
      throw new CheckoutRefusal(409, 'for scripts', 'in-progress')
    }
    const response = await openDesk({ views, checkout: { attended } }).ask('/attended', note(''))
    expect(response.status).toBe(409)
    const page = await response.text()
    expect(page).toMatch(
      /<div class="summary" role="alert"><p><strong>That did not work<\/strong><\/p><p>This order is being/,
    )
    expect(page).toContain('<h1>New name</h1>')
  })

  it('A form that fails is answered on the page which the order had, where it is gone by then, and the shop hears which it was', async () => {
    const views = [viewWith()]
    const error = new Error('hunter2')
    const attended = async () => {
      views.pop()
      throw error
    }
    const desk = openDesk({ views, checkout: { attended } })
    const response = await desk.ask('/attended', note(''))
    expect([response.status, /<h1>Dhaka topi<\/h1>/.test(await response.text())]).toEqual([500, true])
    expect(desk.reports).toEqual([[error, { orderId: 'topi' }]])
  })
})

describe('which unclear refund is settled', () => {
  it.each<[order: string, pidx: string, id: string, how: string, does: unknown[] | undefined]>([
    ['topi', 'one', 'of-one', 'done', ['one', 'of-one', 'done']],
    ['topi', 'two', 'of-two', 'not-done', ['two', 'of-two', 'not-done']],
    ['topi', 'one', 'of-two', 'done', undefined],
    ['topi', 'two', 'of-one', 'done', undefined],
    ['topi', '', 'of-one', 'done', undefined],
    ['topi', 'one', '', 'done', undefined],
    ['topi', 'one', 'of-one', '', undefined],
    ['topi', 'one', 'of-one', 'refused', undefined],
    ['another', 'one', 'of-one', 'done', undefined],
  ])(
    'The form for order %s, payment %j, refund %j and end %j settles what it names, or nothing',
    async (order, pidx, id, how, does) => {
      const desk = openDesk({ views: [doubtful] })
      const fields = { order, pidx, id, how }
      const asked = await desk.ask(`/resolve?${new URLSearchParams(fields)}`)
      expect([asked.status, desk.acts()]).toEqual([does ? 200 : 404, []])
      const response = await desk.ask('/resolve', fields)
      expect(leadsTo(response)).toBe(does ? `/order?id=topi&refund=${id}` : 404)
      expect(desk.acts()).toEqual(does ? [['resolveRefund', ...does, { by: 'Gita' }]] : [])
    },
  )

  it('The question before it says what would be written, and its form carries all of that', async () => {
    const desk = openDesk({ views: [doubtful] })
    const address = '/resolve?order=topi&pidx=two&id=of-two&how=done'
    expect(await desk.read(address)).toBe(
      'Payments Write down that Rs 100.00 went back? The order says so from now on, and the shop is told. Khalti is not asked. This cannot be undone. Order Dhaka topi · topi Payment (pidx) two Yes, it went back No, back to the order Signed in as Gita · English नेपाली',
    )
    expect(waysOf(await (await desk.ask(address)).text())).toEqual([
      'post /resolve order=topi pidx=two id=of-two how=done asked=[]',
      '/order?id=topi No, back to the order',
    ])
  })

  it('The question is asked anew where the order has other reasons by now, and not where its refund has ended', async () => {
    const fields = { order: 'topi', pidx: 'one', id: 'of-one', how: 'done', asked: '["other"]' }
    const desk = openDesk({ views: [doubtful] })
    expect(await desk.read('/resolve', fields)).toContain('Something has changed since you were asked.')
    const ended = openDesk({ views: [viewWith({ refunds: [refundWith({ id: 'of-one' })] })] })
    expect(leadsTo(await ended.ask('/resolve', fields))).toBe('/order?id=topi&refund=of-one')
    expect([...desk.acts(), ...ended.acts()]).toEqual([])
  })
})

describe('what is handed out all the same', () => {
  const fields = { order: 'topi', pidx: 'one' }
  const view = viewWith({ payments: [held], reasons: ['hold:one'] })
  const asked = '["hold:one"]'

  it.each<[what: string, change: Partial<Payment>, rows: string]>([
    ['that the shop holds', {}, 'Arrived Rs 850.00 Held The shop decided to wait.'],
    [
      'of which no amount was said',
      { receivedAmount: undefined },
      'Arrived yes; Khalti does not say how much Held The shop decided to wait.',
    ],
    ['held for what is not known yet', { holdReason: 'newer' as never }, 'Arrived Rs 850.00 Held newer'],
    ['held for no reason', { holdReason: undefined }, 'Arrived Rs 850.00'],
  ])('The question about a payment %s says what is known of it', async (_what, change, rows) => {
    const payments = [{ ...held, ...change }]
    expect(await openDesk({ views: [viewWith({ payments })] }).read('/accept?order=topi&pidx=one')).toBe(
      `Payments Hand it out all the same? The shop is told to hand the order out for this payment, as if nothing were wrong. This cannot be undone. Order Dhaka topi · topi Payment (pidx) one Price Rs 850.00 ${rows} Yes, hand it out No, back to the order Signed in as Gita · English नेपाली`,
    )
  })

  it('The question carries the order, the payment and its reasons, and leads back; an order without a name is named by its id alone', async () => {
    const page = await (
      await openDesk({ views: [viewWith({ ...view, name: '' })] }).ask('/accept?order=topi&pidx=one')
    ).text()
    expect(waysOf(page)).toEqual([
      `post /accept order=topi pidx=one asked=${asked}`,
      '/order?id=topi No, back to the order',
    ])
    expect(page).toContain('<dt>Order</dt><dd>topi</dd>')
  })

  it('An answer is taken where it was given to this question, or to none, and asks anew where it was given to another', async () => {
    for (const [given, calls] of [
      [asked, 1],
      ['', 1],
      ['["older"]', 0],
    ] as const) {
      const desk = openDesk({ views: [view] })
      const response = await desk.ask('/accept', { ...fields, asked: given })
      expect([given, leadsTo(response)]).toEqual([given, calls === 1 ? '/order?id=topi&did=accept' : 200])
      expect(desk.acts()).toEqual(calls === 1 ? [['accept', 'one', { by: 'Gita' }]] : [])
    }
  })

  it('An answer to an older question about a payment that is held no more is not asked anew', async () => {
    const desk = openDesk({ views: [viewWith({ payments: [two] })] })
    expect((await desk.ask('/accept', { order: 'topi', pidx: 'two', asked: '["older"]' })).status).toBe(303)
  })

  it.each<[what: string, events: OrderView['events'], outcome: string, answer: unknown]>([
    ['anew where it is held and nobody has accepted', [eventWith('paid')], 'hold', 200],
    [
      'anew where another payment was accepted',
      [eventWith('paid', { pidx: 'two', text: 'accepted by a person' })],
      'hold',
      200,
    ],
    ['anew where something else says so', [eventWith('hold', { text: 'accepted by a person' })], 'hold', 200],
    [
      'no more where it was accepted',
      [eventWith('paid', { text: 'accepted by a person' })],
      'hold',
      '/order?id=topi&did=accept',
    ],
    ['no more where it is not held', [], 'paid', '/order?id=topi&did=accept'],
  ])('After an answer it is asked %s', async (_what, events, outcome, answer) => {
    const accept = async () => ({ outcome, payment: held }) as never
    const desk = openDesk({ views: [{ ...view, events }], checkout: { accept } })
    expect(leadsTo(await desk.ask('/accept', { ...fields, asked }))).toBe(answer)
  })

  it('The order as it stands is shown where there is nothing to accept', async () => {
    const desk = openDesk()
    expect(await desk.read('/accept?order=topi&pidx=one')).toContain('What happened')
  })
})

describe('a look', () => {
  it('A look asks Khalti about the payment, and sends on to the order with the time of it', async () => {
    const desk = openDesk()
    const before = Date.now()
    const location = String(leadsTo(await desk.ask('/look?lang=ne', { order: 'topi', pidx: 'one' })))
    expect(location).toMatch(/^\/order\?id=topi&did=look&at=\d+&lang=ne$/)
    const at = Number(new URL(location, 'https://shop.example').searchParams.get('at'))
    expect(at >= before && at <= Date.now()).toBe(true)
    expect(desk.acts()).toEqual([['settle', 'one']])
  })
})
