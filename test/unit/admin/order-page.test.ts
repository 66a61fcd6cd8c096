import type { OrderEvent, OrderView, Payment, Refund } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { wordsOf } from '../../support/admin.ts'
import { eventWith, noon, openDesk, paymentWith, refundWith, viewWith } from '../../support/admin-desk.ts'

const paisa = (number: number) => number as Payment['amount']
const later = new Date(noon.getTime() + 60_000)

/** What the page of an order says, between what is above and below each page. */
async function said(change: Partial<OrderView>, query = ''): Promise<string> {
  const page = await (await openDesk({ views: [viewWith(change)] }).ask(`/order?id=topi${query}`)).text()
  // Nothing is left empty, for a screen reader to stop at.
  expect(page).not.toMatch(/<(p|li)[^>]*><\/\1>|<br><\/p>/)
  return wordsOf(page)
    .replace(/^Payments /, '')
    .replace(/ Signed in as Gita · English नेपाली$/, '')
}

const head = 'Dhaka topi Order topi · Rs 850.00 · Handed out'

describe('what the page of an order says of a payment', () => {
  const begun = 'Begun 2026-11-23 12:00'
  const arrived = 'Arrived Rs 850.00 Arrived at 2026-11-23 12:00'
  const known = `Method Khalti Transaction T1 Payment (pidx) one ${begun} ${arrived}`
  const end = 'Handed out 2026-11-23 12:00'
  const untouched = {
    receivedAmount: undefined,
    receivedAt: undefined,
    transactionId: undefined,
    fulfilledAt: undefined,
  }

  it.each<[what: string, payment: Partial<Payment>, words: string]>([
    ['that was handed out', {}, `Paid ${known} ${end}`],
    ['with a fee', { fee: paisa(2_550) }, `Paid ${known} Khalti&#39;s fee Rs 25.50 ${end}`],
    ['not paid yet', { ...untouched, state: 'pending' }, `Not paid yet Method Khalti Payment (pidx) one ${begun}`],
    ['not paid', { ...untouched, state: 'unpaid' }, `Not paid Method Khalti Payment (pidx) one ${begun}`],
    [
      'whose amount nobody said',
      { receivedAmount: undefined },
      `Paid Method Khalti Transaction T1 Payment (pidx) one ${begun} Arrived yes; Khalti does not say how much Arrived at 2026-11-23 12:00 ${end}`,
    ],
    [
      'in cash',
      { method: 'cash', transactionId: undefined },
      `Paid Method Cash Payment (pidx) one ${begun} ${arrived} ${end}`,
    ],
    ['by a way of the shop', { method: 'cheque' }, `Paid ${known.replace('Khalti', 'cheque')} ${end}`],
    [
      'given back',
      { state: 'refunded', refundExtent: 'full', refundedAmount: paisa(85_000) },
      `Given back ${known} Given back Rs 850.00 ${end}`,
    ],
    [
      'given back in part',
      { state: 'refunded', refundExtent: 'partial', refundedAmount: paisa(5_000) },
      `Partly given back ${known} Given back Rs 50.00 ${end}`,
    ],
    [
      'of which an unknown part is back',
      { state: 'paid', refundExtent: 'partial' },
      `Paid ${known} Given back a part; Khalti does not say how much ${end}`,
    ],
    [
      'paid twice',
      { duplicateOf: 'other' },
      `Paid The order was handed out for another payment. Give this one back. ${known} ${end}`,
    ],
    [
      'paid twice, and given back since',
      { duplicateOf: 'other', refundExtent: 'full', refundedAmount: paisa(85_000), state: 'refunded' },
      `Given back ${known} Given back Rs 850.00 ${end}`,
    ],
  ])('Of a payment %s the page of an order says what is known, and nothing more', async (_what, payment, words) => {
    const text = await said({ payments: [paymentWith(payment)], fulfilledAt: noon })
    const buttons = / (?:Look again|Give money back) (?:Give money back )?What happened$| What happened$/
    expect(text.replace(buttons, '')).toBe(`${head} Payment 1: Rs 850.00 ${words}`)
  })

  const held = { state: 'hold', fulfilledAt: undefined } as const
  const hold = (text: string | undefined, pidx = 'one') => eventWith('hold', { text, pidx })
  it.each<[holdReason: string, events: OrderEvent[], words: string]>([
    ['shop', [hold('shop: Wait.')], 'The shop decided to wait. The shop says: Wait.'],
    ['shop', [hold('shop: One: two: three')], 'The shop decided to wait. The shop says: One: two: three'],
    ['shop', [hold('shop: Wait.'), hold('shop: Go on.')], 'The shop decided to wait. The shop says: Go on.'],
    ['shop', [hold('shop: PaymentHold')], 'The shop decided to wait.'],
    ['shop', [hold('shop')], 'The shop decided to wait.'],
    ['shop', [hold('shop: Wait.', 'two')], 'The shop decided to wait.'],
    ['shop', [hold(undefined), hold('unknown-status: Ambiguous')], 'The shop decided to wait.'],
    ['shop', [eventWith('fulfil-failed', { text: 'shop: no hold' })], 'The shop decided to wait.'],
    ['shop', [], 'The shop decided to wait.'],
    [
      'unknown-status',
      [hold('unknown-status: Ambiguous'), hold('shop: Wait.')],
      'Khalti says something about it that nobody has seen before. Ask Khalti. Khalti says “Ambiguous”.',
    ],
    [
      'unknown-status',
      [hold('unknown-status: PaymentHold')],
      'Khalti says something about it that nobody has seen before. Ask Khalti. Khalti says “PaymentHold”.',
    ],
    ['wrong-amount', [hold('wrong-amount: 900 of 850')], 'Another amount was paid than the order costs. 900 of 850'],
    ['changed', [hold('changed: Cart X is not cart Y.')], 'The order has changed since it was paid.'],
    ['newer', [hold('newer: A reason of a version to come.')], 'newer A reason of a version to come.'],
  ])('Of a payment on hold for %s, with the history %j, the page says why', async (holdReason, events, words) => {
    const payments = [paymentWith({ ...held, holdReason: holdReason as never })]
    const text = await said({ payments, events })
    expect(/Payment 1: Rs 850\.00 Held (.*) Method Khalti/.exec(text)?.[1]).toBe(words)
  })

  it('What was said of a hold is not said where the payment is held no more', async () => {
    const events = [hold('shop: Wait.')]
    const text = await said({ payments: [paymentWith({ holdReason: 'shop' })], events })
    expect(text).toContain('Paid The shop decided to wait. Method')
  })
})

describe('what the page of an order says of its refunds', () => {
  it('The page of an order says how each refund stands, with who asked for it, why, and what Khalti said', async () => {
    const message = 'words of Khalti'
    const refunds = [
      refundWith({ by: 'Gita', reason: 'too small', message }),
      refundWith({ state: 'sent', amount: paisa(20_000), askedAt: later }),
      refundWith({ state: 'refused', reason: 'broken' }),
      refundWith({ state: 'unclear', by: 'Ram', message }),
    ]
    const text = await said({ refunds })
    expect(/Refunds (.*) What happened/.exec(text)?.[1]).toBe(
      'Rs 100.00 Went back 2026-11-23 12:00 · by Gita · too small · words of Khalti Rs 200.00 Sent; no answer yet 2026-11-23 12:01 Rs 100.00 Did not go back 2026-11-23 12:00 · broken Rs 100.00 Unclear 2026-11-23 12:00 · by Ram What does Khalti&#39;s dashboard say? It went back It did not go back',
    )
  })

  const mobile = 'mobile: This field is required.'
  it.each<[state: Refund['state'], message: string | undefined, words: string, tag: string]>([
    ['done', undefined, 'Rs 100.00 went back.', '<p class="said" role="status">'],
    ['done', mobile, 'Rs 100.00 went back.', '<p class="said" role="status">'],
    ['sent', undefined, 'The refund of Rs 100.00 is under way.', '<p class="said" role="status">'],
    [
      'unclear',
      mobile,
      'Nobody knows whether Rs 100.00 went back. Do not send it again: look in Khalti&#39;s dashboard first.',
      '<p class="said" role="status">',
    ],
    ['refused', undefined, 'Rs 100.00 did not go back.', '<div class="summary" role="alert"><p>'],
    ['refused', 'amount: no', 'Rs 100.00 did not go back. amount: no', '<div class="summary" role="alert"><p>'],
    [
      'refused',
      mobile,
      `Rs 100.00 did not go back. It was paid from a bank: ask once more, with the customer&#39;s own Khalti number. ${mobile}`,
      '<div class="summary" role="alert"><p>',
    ],
  ])('Of a refund that is %s, with the message %j, the page says: %s', async (state, message, words, tag) => {
    const refunds = [refundWith({ id: 'other', amount: paisa(1) }), refundWith({ state, message })]
    const page = await (await openDesk({ views: [viewWith({ refunds })] }).ask('/order?id=topi&refund=back')).text()
    const [, before, found] = /<main class="wide">\s*(<[^~]*?>)([^<>]{3,})<\/p>/.exec(page) ?? []
    expect([before, found?.replaceAll('\u00a0', ' ')]).toEqual([tag, words])
  })
})

describe('what came of a form, as the page of an order says it', () => {
  const attended = [eventWith('attended')]
  const accepted = [eventWith('paid', { text: 'accepted by a person' })]
  const held = paymentWith({ state: 'hold', holdReason: 'shop', fulfilledAt: undefined })
  const waiting = paymentWith({ fulfilledAt: undefined })
  const waits = [...accepted, eventWith('hold', { text: 'shop: Wait.' })]
  it.each<[query: string, what: string, change: Partial<OrderView>, words: string]>([
    ['', 'nothing', {}, ''],
    ['&did=else', 'nothing', { events: attended }, ''],
    ['&did=attended', 'who attended to it', { events: attended }, 'Noted. It needs nobody any more. '],
    [
      '&did=attended',
      'who attended to it, before something came,',
      { events: attended, attention: ['paid-twice'] },
      'Noted. Something new has come that you had not seen yet; it is below. ',
    ],
    ['&did=attended', 'something that came after it', { events: [...attended, eventWith('told')] }, ''],
    ['&did=attended', 'nothing', {}, ''],
    ['&did=accept', 'that it was handed out', {}, 'The order was handed out. '],
    ['&did=accept', 'nothing', { payments: [waiting] }, ''],
    ['&did=accept', 'nothing, of a payment that was begun', { payments: [waiting], events: [eventWith('link')] }, ''],
    [
      '&did=accept',
      'who accepted a payment that is paid',
      { payments: [waiting], events: accepted },
      'It was accepted, but is not handed out yet. ',
    ],
    [
      '&did=accept',
      'who accepted a payment that is held',
      { payments: [held], events: accepted },
      'It was accepted, but the shop holds it again. ',
    ],
    [
      '&did=accept',
      'what the shop said since',
      { payments: [held], events: waits },
      'It was accepted, but the shop holds it again. The shop says: Wait. ',
    ],
    [
      '&did=accept',
      'who accepted the one of two that is held',
      { payments: [paymentWith({ ...waiting, pidx: 'two' }), held], events: accepted },
      'It was accepted, but the shop holds it again. ',
    ],
  ])(
    'The page of an order at %j, whose history says %s, says so on top, or nothing',
    async (query, _what, change, words) => {
      expect((await said(change, query)).split('Dhaka topi Order')[0]).toBe(words)
    },
  )

  it('The page of an order says for a minute that somebody has looked again, also where that clock is ahead, and not after it', async () => {
    const looked = async (at: number | string) =>
      (await said({}, `&did=look&at=${at}`)).startsWith('We have looked again.')
    const ages = [-61_000, -50_000, 0, 50_000, 61_000].map((age) => looked(Date.now() - age))
    expect(await Promise.all(ages)).toEqual([false, true, true, true, false])
    expect([await looked('no'), await looked('')]).toEqual([false, false])
  })
})

describe('what the page of an order says to whoever has to act', () => {
  const words = async (change: Partial<OrderView>) =>
    /What needs you (.*) What did you do\? \(optional\) (.*)Payment \d:/.exec(await said(change))?.[1]
  const failed = [
    eventWith('fulfil-failed', { text: 'one' }),
    eventWith('fulfil-failed', { text: 'the warehouse: away' }),
    eventWith('not-told', { text: 'paidTwice: no: mail' }),
    eventWith('told', { text: 'hold' }),
  ]
  const held = paymentWith({ state: 'hold', holdReason: 'shop', fulfilledAt: undefined })
  const part = paymentWith({ state: 'refunded', refundExtent: 'partial', fulfilledAt: undefined })
  const sentences = {
    held: 'Held. A payment is held. Nothing was handed out for it.',
    part: 'Partly given back. A part of a payment was given back, and nothing was handed out. Decide what becomes of the rest.',
    doubt:
      'In doubt. What Khalti says of a payment does not fit what it said before, or does not end, or another order has its transaction. The history below has it. Ask Khalti; of money that came another way, look at its receipt.',
    failed: 'Not handed out. The money is here, but handing out failed in the shop. It is tried again by itself.',
    untold: 'Shop not told. The shop could not be told of a change. It is tried again by itself.',
  }
  const wait = (pidx: string, text = 'shop: Wait.') => eventWith('hold', { text, pidx })

  it.each<[attention: string[], what: string, change: Partial<OrderView>, sentence: string]>([
    [['not-fulfilled'], 'why it failed last', { events: failed }, `${sentences.failed} the warehouse: away`],
    [['not-fulfilled'], 'nothing', {}, sentences.failed],
    [
      ['not-fulfilled'],
      'an error that begins like the name of a callback',
      { events: [eventWith('fulfil-failed', { text: 'hold: away' })] },
      `${sentences.failed} hold: away`,
    ],
    [['not-told'], 'of what it could not be told', { events: failed }, `${sentences.untold} paid twice: no: mail`],
    [['not-told'], 'nothing', {}, sentences.untold],
    [
      ['paid-twice'],
      'what does not belong to it',
      { events: failed },
      'Paid twice. This order was paid a second time. Give one of the payments back.',
    ],
    [
      ['refund-unclear'],
      'nothing',
      {},
      'Refund unclear. Nobody knows whether a refund went through. Look in Khalti&#39;s dashboard, then say below what you saw.',
    ],
    [['newer'], 'what a version to come knows', {}, 'newer.'],
    [['hold'], 'nothing', { payments: [held] }, sentences.held],
    [
      ['hold'],
      'what the shop said',
      { payments: [held], events: [wait('one')] },
      `${sentences.held} The shop says: Wait.`,
    ],
    [
      ['hold'],
      'what was said of each of two',
      {
        payments: [{ ...held, pidx: 'two' }, held, paymentWith({ pidx: 'three', fulfilledAt: undefined })],
        events: [wait('one'), wait('two', 'shop: No.'), wait('three')],
      },
      `${sentences.held} Payment 3: The shop says: No. Payment 2: The shop says: Wait.`,
    ],
    [['hold'], 'that a part is back', { payments: [part] }, sentences.part],
    [['hold'], 'both', { payments: [held, part] }, `${sentences.held} ${sentences.part}`],
    [
      ['hold'],
      'that a part is back, of what was handed out',
      { payments: [{ ...part, fulfilledAt: noon }] },
      sentences.doubt,
    ],
    [['hold'], 'what does not fit', {}, sentences.doubt],
    [
      ['paid-twice', 'not-told'],
      'two things',
      {},
      `Paid twice. This order was paid a second time. Give one of the payments back. ${sentences.untold}`,
    ],
  ])(
    'Of an order that wants attention for %j and knows %s the page says what to do',
    async (attention, _what, change, sentence) => {
      expect(await words({ attention: attention as never, ...change })).toBe(sentence)
    },
  )

  it('An order that needs nobody has no such part', async () => {
    expect(await said({})).not.toMatch(/What needs you|I have dealt with it|Refunds/)
  })

  it('An order that was not handed out says so', async () => {
    expect(await said({ payments: [held] })).toMatch(/^Dhaka topi Order topi · Rs 850\.00 · Not handed out Payment 1/)
  })
})

describe('the story of an order', () => {
  const line = async (event: OrderEvent, payments: Payment[] = [paymentWith()]) =>
    (await said({ events: [event], payments })).split('What happened ')[1]
  const doubt = 'In doubt.'
  it.each<[what: OrderEvent['what'], change: Partial<OrderEvent>, words: string]>([
    ['link', {}, 'A payment was begun.'],
    ['link', { by: 'Ram', text: 'by phone' }, 'A payment was begun. by phone · by Ram'],
    ['paid', {}, 'The money arrived.'],
    ['paid', { text: 'cash' }, 'Paid by cash.'],
    ['paid', { text: 'cheque' }, 'Paid by cheque.'],
    ['paid', { text: 'accepted by a person', by: 'Gita' }, 'Accepted by a person. by Gita'],
    ['unpaid', {}, 'It was not paid.'],
    ['unpaid', { text: 'expired' }, 'It was not paid: expired.'],
    ['unpaid', { text: 'newer' }, 'It was not paid: newer.'],
    ['hold', {}, 'It was held.'],
    ['hold', { text: 'changed' }, 'It was held. The order has changed since it was paid.'],
    ['hold', { text: 'shop: Wait.' }, 'It was held. The shop decided to wait. The shop says: Wait.'],
    ['hold', { text: 'shop: PaymentHold' }, 'It was held. The shop decided to wait.'],
    ['hold', { text: 'newer: words' }, 'It was held. newer: words'],
    ['hold', { text: 'still so after two weeks' }, `${doubt} It is still so after two weeks.`],
    ['denied', { text: 'Expired' }, `${doubt} Khalti now says “Expired”; the money had arrived.`],
    ['denied', {}, `${doubt} Khalti now says “”; the money had arrived.`],
    [
      'refund-denied',
      { text: 'Completed' },
      `${doubt} Khalti now says “Completed”; the money had gone back. Ask Khalti whether it has.`,
    ],
    ['refund-denied', {}, `${doubt} Khalti now says “”; the money had gone back. Ask Khalti whether it has.`],
    ['shared-transaction', { text: 'mala' }, `${doubt} Another order was paid by the same transaction: mala.`],
    ['shared-transaction', {}, `${doubt} Another order was paid by the same transaction: .`],
    ['refunded', {}, 'All of the payment is given back.'],
    ['refunded', { text: 'partial' }, 'A part of the payment is given back.'],
    ['refund-sent', { text: '10000' }, 'A refund of Rs 100.00 was sent.'],
    ['told', { text: 'refundUnclear' }, 'The shop was told. a refund that nobody knows the end of'],
    ['told', {}, 'The shop was told.'],
    ['not-told', { text: 'newer: no: mail' }, 'The shop could not be told. newer: no: mail'],
    ['newer' as never, { text: 'words' }, 'newer words'],
  ])('The line %j with %j says: %s', async (what, change, words) => {
    expect(await line(eventWith(what, change))).toBe(`2026-11-23 12:00 ${words}`)
  })

  it('A line names its payment by its number where there are several, and none where it is about none', async () => {
    const payments = [paymentWith({ pidx: 'two' }), paymentWith()]
    const lines = [
      eventWith('pending', { by: 'Ram' }),
      eventWith('pending', { pidx: 'two' }),
      eventWith('pending', { pidx: undefined }),
    ]
    expect(await Promise.all(lines.map((event) => line(event, payments)))).toEqual([
      '2026-11-23 12:00 The customer is paying. Payment 1 · by Ram',
      '2026-11-23 12:00 The customer is paying. Payment 2',
      '2026-11-23 12:00 The customer is paying.',
    ])
  })

  it('A line has no place for details where there are none', async () => {
    const story = async (event: OrderEvent) => {
      const page = await (await openDesk({ views: [viewWith({ events: [event] })] }).ask('/order?id=topi')).text()
      return /<ol class="story">(.*)<\/ol>/.exec(page)?.[1]
    }
    const line = '<li><time datetime="2026-11-23T06:15:00.000Z">2026-11-23 12:00</time><p>The customer is paying.</p>'
    expect(await story(eventWith('pending'))).toBe(`${line}</li>`)
    expect(await story(eventWith('pending', { text: 'slow' }))).toBe(`${line}<p class="hint">slow</p></li>`)
  })

  it('A history of 200 lines says after 20 that some may be missing, and one of 199 does not', async () => {
    const cut = 'Of a long history the first 20 and the last 180 lines are kept. What else stood here is left out.'
    const story = async (length: number) => said({ events: Array.from({ length }, () => eventWith('pending')) })
    expect(await story(199)).not.toContain(cut)
    expect((await story(200)).split(cut).map((part) => part.match(/is paying/g)?.length)).toEqual([20, 180])
  })
})

describe('the order that somebody searches', () => {
  const asked = async (id: string, found: string[] = []) => {
    const questions: string[] = []
    const order = async (one: string) => {
      questions.push(one)
      return found.includes(one) ? viewWith() : undefined
    }
    const { status } = await openDesk({ checkout: { order } }).ask(`/order?${new URLSearchParams({ id })}`)
    return { status, questions }
  }
  it.each<[id: string, questions: string[]]>([
    ['', []],
    [' ', [' ']],
    ['\0', []],
    ['x'.repeat(1_001), []],
    ['x'.repeat(1_000), ['x'.repeat(1_000)]],
    ['topi', ['topi']],
    [' १२ ', [' १२ ', '१२', '12']],
    ['a\r\nb ', ['a\r\nb ', 'a\nb ', 'a\r\nb']],
  ])('The search for %j asks the checkout for what may be meant, each once', async (id, questions) => {
    expect(await asked(id)).toEqual({ status: 404, questions })
  })

  it('A search ends with what is found', async () => {
    expect(await asked(' १२ ', ['१२'])).toEqual({ status: 200, questions: [' १२ ', '१२'] })
  })
})
