import type { OrderView, Payment } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { hiddenFields, wordsOf } from '../../support/admin.ts'
import { openDesk, paymentWith, refundWith, viewWith, waysOf } from '../../support/admin-desk.ts'

const address = '/refund?order=topi&pidx=one'
const amountOf = (page: string) => /<input id="amount"[^>]* value="([^"]*)"/.exec(page)?.[1]
const paisa = (number: number) => number as Payment['amount']
const partial = { refundExtent: 'partial' } as const

describe('the form of a refund', () => {
  it('The form asks for an amount, a reason and a number, and carries the order and the payment', async () => {
    const desk = openDesk({ views: [viewWith({ payments: [paymentWith(), paymentWith({ pidx: 'two' })] })] })
    const response = await desk.ask(address)
    const page = await response.text()
    expect(response.status).toBe(200)
    expect(wordsOf(page)).toBe(
      'Payments Give money back Dhaka topi · topi Amount in rupees Up to Rs 850.00. Why (optional) Khalti number that receives it (only for payments from a bank) The customer&#39;s own Khalti number. Leave it empty where they paid with Khalti. Continue No, back to the order Signed in as Gita · English नेपाली',
    )
    expect(waysOf(page)).toEqual(['post /refund order=topi pidx=one', '/order?id=topi No, back to the order'])
    const inputs = page.match(/<input id="(?:amount|reason|mobile)"[^>]*>/g)
    expect(inputs?.map((input) => input.replace(/ aria-describedby="[^"]*"/, ''))).toEqual([
      '<input id="amount" name="amount" type="text" autocomplete="off" value="850.00" inputmode="decimal" required>',
      '<input id="reason" name="reason" type="text" autocomplete="off" value="" maxlength="300">',
      '<input id="mobile" name="mobile" type="text" autocomplete="off" value="" inputmode="numeric">',
    ])
  })

  it('The form of money that came another way says that it goes back by hand, and asks for no number', async () => {
    const views = [viewWith({ name: '', payments: [paymentWith({ method: 'cash' })] })]
    expect(await openDesk({ views }).read(address)).toBe(
      'Payments Give money back topi · topi This was not paid with Khalti. Give the money back by hand; here it is only written down. Amount in rupees Up to Rs 850.00. Why (optional) Continue No, back to the order Signed in as Gita · English नेपाली',
    )
  })

  const unknown = (most: string) =>
    `Some of it went back already, and Khalti does not say how much. Look in its dashboard; at most ${most}.`
  it.each<[what: string, payment: Partial<Payment>, refunds: OrderView['refunds'], amount: string, hint: string]>([
    ['that arrived otherwise', { receivedAmount: paisa(80_000) }, [], '800.00', 'Up to Rs 800.00.'],
    ['whose amount nobody said', { receivedAmount: undefined }, [], '850.00', 'Up to Rs 850.00.'],
    ['of which Rs 50 went back', { ...partial, refundedAmount: paisa(5_000) }, [], '800.00', 'Up to Rs 800.00.'],
    ['of which some went back', partial, [], '', unknown('Rs 850.00')],
    [
      'of which some went back, beside ours',
      partial,
      [refundWith(), refundWith({ id: 'b' })],
      '',
      unknown('Rs 650.00'),
    ],
    ['of which some went back, with another of ours', partial, [refundWith({ pidx: 'two' })], '', unknown('Rs 850.00')],
    [
      'of which some went back, with one refused',
      partial,
      [refundWith({ state: 'refused' })],
      '',
      unknown('Rs 850.00'),
    ],
    ['of which all may be here', {}, [refundWith({ state: 'unclear' })], '850.00', 'Up to Rs 850.00.'],
  ])('The form for money %s says what is left', async (_what, payment, refunds, amount, hint) => {
    const views = [viewWith({ payments: [paymentWith(payment)], refunds })]
    const page = await (await openDesk({ views }).ask(address)).text()
    expect([amountOf(page), wordsOf(page)]).toEqual([amount, expect.stringContaining(`rupees ${hint} Why`)])
  })

  it('The form in Nepali has the amount in its digits', async () => {
    expect(amountOf(await (await openDesk().ask(`${address}&lang=ne`)).text())).toBe('८५०.००')
  })

  it('The form is not shown where all went back: the order says so, with 409', async () => {
    const desk = openDesk({ views: [viewWith({ payments: [paymentWith({ refundExtent: 'full' })] })] })
    for (const response of [
      await desk.ask(address),
      await desk.ask('/refund', { order: 'topi', pidx: 'one', id: 'new' }),
    ]) {
      expect(response.status).toBe(409)
      expect(wordsOf(await response.text())).toContain(
        'Payments That did not work Money of this payment went back already. Dhaka topi Order topi',
      )
    }
    expect(desk.acts()).toEqual([])
  })
})

describe('what somebody typed into the form of a refund', () => {
  const fields = { order: 'topi', pidx: 'one', amount: '850', reason: '', mobile: '' }

  it.each<[typed: Record<string, string>, errors: string[]]>([
    [{ amount: '850' }, []],
    [{ amount: '850.01' }, ['No more than Rs 850.00 can go back.']],
    [{ amount: 'all' }, ['Write rupees, such as 100 or 99.50.']],
    [{ amount: '' }, ['Write rupees, such as 100 or 99.50.']],
    [{ mobile: '9812345678' }, []],
    [{ mobile: '+977 981-2345678' }, []],
    [{ mobile: '98123456789' }, ['Write a mobile number of ten digits, such as 98XXXXXXXX.']],
    [{ mobile: '19812345678' }, ['Write a mobile number of ten digits, such as 98XXXXXXXX.']],
    [{ mobile: '8812345678' }, ['Write a mobile number of ten digits, such as 98XXXXXXXX.']],
    [
      { amount: '-1', mobile: 'none' },
      ['Write rupees, such as 100 or 99.50.', 'Write a mobile number of ten digits, such as 98XXXXXXXX.'],
    ],
  ])('Of %j the form says %j', async (typed, errors) => {
    const desk = openDesk()
    const response = await desk.ask('/refund', { ...fields, ...typed })
    const page = await response.text()
    const said = [...page.matchAll(/<p class="wrong" id="\w+-error">([^<]*)</g)].map(([, words = '']) => wordsOf(words))
    expect([response.status, said]).toEqual([errors.length > 0 ? 400 : 200, errors])
    expect(page.includes('<div class="summary" role="alert"><p><strong>That did not work</strong>')).toBe(
      errors.length > 0,
    )
    expect(desk.acts()).toEqual([])
  })

  it('What was typed stands in the form again where something of it is wrong, and in no more than 300 characters', async () => {
    const typed = { amount: 'all', mobile: '98', reason: ` ${'x'.repeat(301)} ` }
    const page = await (await openDesk().ask('/refund', { ...fields, ...typed })).text()
    const values = [...page.matchAll(/<input id="\w+" name="(\w+)"[^>]* value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value,
    ])
    expect(values).toEqual([
      ['amount', 'all'],
      ['reason', 'x'.repeat(300)],
      ['mobile', '98'],
    ])
  })

  it('The question says the amount, to whom and why, and when the order was handed out; its form carries all of that', async () => {
    const typed = { ...fields, amount: '१००', mobile: '+977 9812345678', reason: 'too small' }
    const page = await (await openDesk().ask('/refund', typed)).text()
    expect(wordsOf(page)).toBe(
      'Payments Give back Rs 100.00? Khalti is asked once. This cannot be undone. Order Dhaka topi · topi Payment (pidx) one Handed out 2026-11-23 12:00 To 9812345678 Why too small Yes, give back Rs 100.00 No, back to the order Signed in as Gita · English नेपाली',
    )
    expect(waysOf(page)[0]).toMatch(
      /^post \/refund order=topi pidx=one amount=१०० mobile=9812345678 reason=too small id=[\da-f-]{36} asked=\[85000,true,\[\]\]$/,
    )
  })

  it('The question about money that came another way says that it is only written down, and leaves out what nobody typed', async () => {
    const views = [viewWith({ payments: [paymentWith({ method: 'cash', fulfilledAt: undefined })] })]
    expect(await openDesk({ views }).read('/refund', { ...fields, amount: '1' })).toBe(
      'Payments Give back Rs 1.00? This writes down that you gave the money back by hand. Order Dhaka topi · topi Payment (pidx) one Yes, give back Rs 1.00 No, back to the order Signed in as Gita · English नेपाली',
    )
  })
})

describe('the answer to the question of a refund', () => {
  const answer = { order: 'topi', pidx: 'one', amount: '100', reason: '', mobile: '', id: 'new' }
  const done = '/api/khalti/admin/order?id=topi&refund=new'

  it('An answer gives back what the question said, once, in the name of who answered', async () => {
    const desk = openDesk()
    const first = await desk.ask('/refund', { ...answer, mobile: '9812345678', reason: 'small' })
    expect([first.status, first.headers.get('location')]).toEqual([303, done])
    await desk.ask('/refund', answer)
    expect(desk.acts()).toEqual([
      ['refund', 'one', { mobile: '9812345678', reason: 'small', amount: 10_000, id: 'new', by: 'Gita' }],
      ['refund', 'one', { mobile: undefined, reason: undefined, amount: 10_000, id: 'new', by: 'Gita' }],
    ])
  })

  it('An answer without an amount that can be read is answered with 404, and gives nothing back', async () => {
    const desk = openDesk()
    expect((await desk.ask('/refund', { ...answer, amount: 'all' })).status).toBe(404)
    expect(desk.acts()).toEqual([])
  })

  const before = viewWith({ payments: [paymentWith(), paymentWith({ pidx: 'two', fulfilledAt: undefined })] })
  const other = (change: Partial<Payment>) => [
    paymentWith(),
    paymentWith({ pidx: 'two', fulfilledAt: undefined, ...change }),
  ]
  it.each<[what: string, now: Partial<OrderView>, isAnew: boolean]>([
    ['nothing has changed', {}, false],
    ['less of it is left', { payments: [paymentWith({ refundedAmount: paisa(1) }), ...other({}).slice(1)] }, true],
    ['the other payment went back', { payments: other({ refundExtent: 'full' }) }, true],
    ['a part of the other went back', { payments: other({ ...partial, refundedAmount: paisa(1) }) }, true],
    ['the order is not handed out any more', { fulfilledAt: undefined }, true],
    ['the name has changed', { name: 'Another name' }, false],
  ])('An answer is asked for anew, or taken, where %s', async (_what, now, isAnew) => {
    const asked =
      hiddenFields(await (await openDesk({ views: [before] }).ask('/refund', { ...answer, id: '' })).text()).asked ?? ''
    expect(asked).not.toBe('')
    const desk = openDesk({ views: [{ ...before, ...now }] })
    const response = await desk.ask('/refund', { ...answer, asked })
    expect([response.status, desk.acts().length]).toEqual(isAnew ? [200, 0] : [303, 1])
    if (!isAnew) return
    const page = await response.text()
    expect(wordsOf(page)).toContain(
      'Payments Something has changed since you were asked. Please look again. Give back Rs 100.00?',
    )
    expect(hiddenFields(page).id).not.toBe('new')
  })

  it('An answer is asked for anew where the part of the other payment that went back has changed, or is not known any more', async () => {
    const parts = [{ ...partial, refundedAmount: paisa(1) }, { ...partial, refundedAmount: paisa(2) }, partial, {}]
    const grounds = await Promise.all(
      parts.map(async (part) => {
        const desk = openDesk({ views: [{ ...before, payments: other(part) }] })
        return hiddenFields(await (await desk.ask('/refund', { ...answer, id: '' })).text()).asked
      }),
    )
    expect(grounds).toEqual([
      '[85000,true,[["two",84999,false]]]',
      '[85000,true,[["two",84998,false]]]',
      '[85000,true,[["two",85000,true]]]',
      '[85000,true,[]]',
    ])
  })

  it('The second of two clicks is taken, though all is back and the ground is another by then', async () => {
    const views = [
      viewWith({ payments: [paymentWith({ refundExtent: 'full' })], refunds: [refundWith({ id: 'new' })] }),
    ]
    const desk = openDesk({ views })
    expect((await desk.ask('/refund', { ...answer, asked: '[85000,true,[]]' })).headers.get('location')).toBe(done)
    expect(desk.acts()).toHaveLength(1)
  })
})
