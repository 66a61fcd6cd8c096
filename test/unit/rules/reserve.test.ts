import { describe, expect, it } from 'vitest'
import type { Link, OrderRecord } from '../../../src/rules/record.ts'
import {
  addLink,
  isOnItsWay,
  type MadeLink,
  noLook,
  refusalOf,
  reserve,
  unreserve,
  type Wish,
} from '../../../src/rules/reserve.ts'
import {
  changes,
  claimOf,
  day,
  frozen,
  fulfilledLink,
  link,
  minute,
  now,
  paidLink,
  record,
  second,
} from '../../support/records.ts'

const wish = (change: Partial<Wish> = {}): Wish => ({
  fingerprint: 'cart-1',
  token: 'mine',
  leaseMs: 10 * second,
  looked: new Set(),
  failed: new Set(),
  mayLook: true,
  ...change,
})
const looked = (...pidxs: string[]) => wish({ looked: new Set(pidxs) })
const failed = (...pidxs: string[]) => wish({ failed: new Set(pidxs) })
/** A link of another cart. */
const other = (change: Partial<Link> = {}) => link({ pidx: 'b', fingerprint: 'cart-2', ...change })

describe('a request for a link', () => {
  const ask = (before: OrderRecord, asked: Wish) => reserve(frozen(before), now, asked)
  const order = (links: Link[], change: Partial<OrderRecord> = {}) =>
    record(links, { fingerprint: 'cart-1', ...change })

  it('A request for a link gets the right to make the first one, for a while', () => {
    const before = order([])
    const ruling = ask(before, wish())
    expect(ruling.answer).toEqual({ make: true })
    expect(changes(before, ruling)).toEqual({ maker: { token: 'mine', until: now + 10 * second }, events: [] })
  })

  it('A request for a link waits while another makes one, and no longer', () => {
    const busy = order([], { maker: { token: 'its', until: now + 1 } })
    expect(ask(busy, wish())).toEqual({ record: busy, answer: { wait: true } })
    expect(ask(order([], { maker: { token: 'its', until: now } }), wish()).answer).toEqual({ make: true })
  })

  it.each<[what: string, links: Link[], asked: Wish, given: Link]>([
    [
      'a link that is fresh',
      [link({ createdAt: now - 10 * second + 1 })],
      wish(),
      link({ createdAt: now - 10 * second + 1 }),
    ],
    ['a link that was looked at', [link()], looked('a'), link()],
    ['a link whose look failed', [link()], failed('a'), link()],
    ['a link that nobody may look at', [link()], wish({ mayLook: false }), link()],
    ['a link with a minute left', [link({ expiresAt: now + minute })], looked('a'), link({ expiresAt: now + minute })],
    ['its newest link', [link({ pidx: 'b' }), link()], looked('a', 'b'), link()],
    [
      'the link of its cart, beside one that is over',
      [link(), other({ supersededAt: now, expiresAt: now })],
      looked('a'),
      link(),
    ],
    [
      'its link, beside a refund in full',
      [link(), other({ state: 'refunded', refundExtent: 'full', supersededAt: now })],
      looked('a'),
      link(),
    ],
    [
      'its link, beside one that Khalti does not know',
      [link(), other({ state: 'hold', holdReason: 'unknown-payment', supersededAt: now })],
      looked('a'),
      link(),
    ],
  ])('A request for a link gets %s', (_what, links, asked, given) => {
    const before = order(links)
    expect(ask(before, asked)).toEqual({ record: before, answer: { give: given } })
  })

  it.each<[what: string, links: Link[], asked: Wish]>([
    ['about to expire', [link({ expiresAt: now + minute - 1 })], looked('a')],
    ['of another cart', [other({ supersededAt: now, expiresAt: now })], wish()],
    ['of another cart, and looked at', [other()], looked('b')],
    ['unpaid', [link({ state: 'unpaid' })], looked('a')],
    ['unpaid and expired', [link({ state: 'unpaid', expiresAt: now })], wish()],
    ['no link of Khalti’s', [link({ method: 'cash' })], wish()],
    ['given back in full', [link({ state: 'refunded', refundExtent: 'full' })], wish()],
    ['unknown to Khalti', [link({ state: 'hold', holdReason: 'unknown-payment' })], wish()],
  ])('A request for a link makes another beside one that is %s', (_what, links, asked) => {
    expect(ask(order(links), asked).answer).toEqual({ make: true })
  })

  it.each<[what: string, links: Link[], change: Partial<OrderRecord>]>([
    ['is ten seconds old', [link({ createdAt: now - 10 * second })], {}],
    ['was made later, by a clock that has been put back', [link({ createdAt: now + 10 * second })], {}],
    ['is fresh, where another cart was asked for since', [link({ createdAt: now })], { fingerprint: 'cart-2' }],
    ['is of another cart and not superseded', [link({ fingerprint: 'cart-2', createdAt: now })], {}],
    ['is superseded, and could still be paid', [link(), other({ supersededAt: now, expiresAt: now + 1 })], {}],
    ['is paid', [paidLink()], {}],
    ['is on hold', [link({ state: 'hold', holdReason: 'shop' })], {}],
    ['is unpaid, and could still be paid', [link({ state: 'unpaid', expiresAt: now + 1 })], {}],
    ['went back in part', [paidLink({ state: 'refunded', refundExtent: 'partial' })], {}],
    ['is its newest', [link({ pidx: 'b' }), link()], {}],
  ])('A request for a link has a payment looked at first that %s', (_what, links, change) => {
    const before = order(links, change)
    expect(ask(before, wish())).toEqual({ record: before, answer: { look: links.at(-1) } })
  })

  it.each<[what: string, payment: Link, asked: Wish]>([
    ['was looked at', link(), looked('a')],
    ['failed to be looked at', link(), failed('a')],
    ['came another way', link({ method: 'cash' }), wish()],
    ['went back in full', paidLink({ state: 'refunded', refundExtent: 'full' }), wish()],
    ['is unpaid, of another cart', other({ state: 'unpaid' }), wish()],
    ['is pending, of another cart, superseded and expired', other({ supersededAt: now - day, expiresAt: now }), wish()],
    ['is on hold, and a person has dealt with it', link({ state: 'hold', holdReason: 'shop', since: now }), wish()],
  ])('A request for a link has no payment looked at that %s', (_what, payment, asked) => {
    const attended = [`hold:a:shop:${now}`]
    expect(ask(order([payment], { attended }), asked).answer).not.toHaveProperty('look')
  })

  it.each<[what: string, refuse: string, links: Link[], asked: Wish]>([
    ['is being paid', 'in-progress', [link({ status: 'pending' })], looked('a')],
    ['is on hold', 'held', [link({ state: 'hold', holdReason: 'shop' })], looked('a')],
    ['is paid', 'already-paid', [paidLink()], looked('a')],
    ['was handed out', 'already-paid', [fulfilledLink()], wish()],
    ['was handed out, and went back', 'refunded', [fulfilledLink({ state: 'refunded', refundExtent: 'full' })], wish()],
    [
      'was paid twice, and went back once',
      'already-paid',
      [
        fulfilledLink({ state: 'refunded', refundExtent: 'full' }),
        paidLink({ pidx: 'b', duplicateOf: 'a', keptInstead: true }),
      ],
      wish(),
    ],
  ])('A request for a link of what %s is refused as %s', (_what, refuse, links, asked) => {
    const before = order(links)
    expect(ask(before, asked)).toEqual({ record: before, answer: { refuse } })
  })

  it('A request for a link is unclear where a look failed at another payment', () => {
    const [own, old] = [link({ createdAt: now }), other()]
    expect(ask(order([old, own]), failed('b')).answer).toEqual({ unclear: old })
    expect(ask(order([old]), failed('b')).answer).toEqual({ unclear: old })
    expect(ask(order([own]), failed('a')).answer).toEqual({ give: own })
  })

  it('A request for a link of a cart that counts again supersedes the others', () => {
    const own = link({ supersededAt: now - day })
    const paid = other({ pidx: 'c', received: { at: now }, paid: true })
    const before = order([own, other(), paid], { fingerprint: 'cart-2' })
    const ruling = ask(before, looked('a', 'b', 'c'))
    expect(ruling.answer).toEqual({ give: link() })
    expect(changes(before, ruling)).toEqual({
      fingerprint: 'cart-1',
      links: [link(), { ...other(), supersededAt: now }, paid],
      events: [{ what: 'superseded', pidx: 'b' }],
    })
  })

  it('A request for a link supersedes a link of another cart whose money is in doubt', () => {
    const held = other({ state: 'hold', holdReason: 'wrong-amount', received: { at: now, amount: 1 } })
    const attended = [`hold:b:wrong-amount:${held.since}`]
    const { record: after } = ask(order([held, link()], { attended }), looked('a', 'b'))
    expect(after.links[0]).toEqual({ ...held, supersededAt: now })
  })

  it('A request for a link leaves a link superseded that has brought money', () => {
    const held = link({ pidx: 'c', supersededAt: now - day, received: { at: now }, paid: true, state: 'unpaid' })
    expect(ask(order([held, link()]), looked('a', 'c')).record.links[0]).toEqual(held)
  })
})

describe('a link that Khalti has made', () => {
  const made: MadeLink = {
    pidx: 'n',
    orderName: 'Dhaka \0topi',
    amount: link().amount,
    fingerprint: 'cart-1',
    paymentUrl: 'https://pay.example/?pidx=n\0',
    lifeMs: 30 * minute,
  }
  const maker = { token: 'mine', until: now - minute }
  const add = (before: OrderRecord) => addLink(frozen(before), now, { token: 'mine', link: made })

  it('A link that Khalti has made is the order’s, and supersedes those of other carts', () => {
    const before = record([other()], { maker, fingerprint: 'cart-2' })
    const ruling = add(before)
    const { lifeMs: _, ...words } = made
    expect(ruling.answer).toEqual({
      ...words,
      orderName: 'Dhaka topi',
      paymentUrl: 'https://pay.example/?pidx=n',
      method: 'khalti',
      state: 'pending',
      createdAt: now,
      expiresAt: now + 30 * minute,
      since: now,
    })
    expect(changes(before, ruling)).toEqual({
      fingerprint: 'cart-1',
      links: [{ ...other(), supersededAt: now }, ruling.answer],
      maker: undefined,
      events: [
        { what: 'link', pidx: 'n' },
        { what: 'superseded', pidx: 'b' },
      ],
    })
  })

  it.each<[what: string, answer: string, links: Link[], change: Partial<OrderRecord>]>([
    ['the order was paid meanwhile', 'already-paid', [paidLink()], { maker }],
    [
      'the order went back meanwhile',
      'refunded',
      [fulfilledLink({ state: 'refunded', refundExtent: 'full' })],
      { maker },
    ],
    ['somebody is paying meanwhile', 'in-progress', [link({ status: 'pending' })], { maker }],
    ['a payment is held meanwhile', 'held', [link({ state: 'hold', holdReason: 'shop' })], { maker }],
    ['another is making one', 'lost', [], { maker: { ...maker, token: 'its' } }],
    ['nobody was to make one', 'lost', [], {}],
  ])('A link that Khalti has made is not used where %s', (_what, answer, links, change) => {
    const before = record(links, change)
    expect(add(before)).toEqual({ record: before, answer })
  })

  it('A link that Khalti has made gives way to an older one of the cart that is payable again', () => {
    const older = link({ supersededAt: now - minute })
    const before = record([older, link({ pidx: 'x', state: 'unpaid' })], { maker, fingerprint: 'cart-2' })
    const ruling = add(before)
    expect(ruling.answer).toEqual(link())
    expect(ruling.record.links).toEqual([link(), link({ pidx: 'x', state: 'unpaid' })])
    expect(ruling.record).not.toHaveProperty('maker')
  })

  it('A link that Khalti has made is not stored twice', () => {
    const before = record([link({ pidx: 'n', state: 'unpaid' })], { maker })
    expect(add(before)).toEqual({ record: before, answer: 'known' })
  })

  it('A link that was not made lets another try at once', () => {
    const before = frozen(record([], { maker }))
    expect(unreserve(before, now, { token: 'mine' }).record).not.toHaveProperty('maker')
    for (const order of [before, frozen(record([]))]) {
      expect(unreserve(order, now, { token: 'its' })).toEqual({ record: order, answer: undefined })
    }
  })
})

describe('an order that gets no link', () => {
  const look = { ...noLook, mayLook: true }

  it('Nothing is looked at where the record alone decides', () => {
    expect(noLook).toEqual({ looked: new Set(), failed: new Set(), mayLook: false })
  })

  it.each<[what: string, links: Link[], how: Parameters<typeof refusalOf>[2], refusal: string | undefined]>([
    ['is open', [link()], noLook, undefined],
    ['was handed out', [fulfilledLink({ refundExtent: 'partial' })], look, 'already-paid'],
    ['was handed out and went back', [fulfilledLink({ state: 'refunded', refundExtent: 'full' })], look, 'refunded'],
    ['is paid, and must be looked at once more', [paidLink()], look, undefined],
    ['is paid, and another was looked at', [paidLink()], looked('b'), undefined],
    ['is paid, and nobody may look', [paidLink()], noLook, 'already-paid'],
    ['is paid, and was looked at', [paidLink()], looked('a'), 'already-paid'],
    ['is paid, and the look failed', [paidLink()], failed('a'), 'already-paid'],
    ['is paid another way', [paidLink({ method: 'cash' })], look, 'already-paid'],
    ['went back before it was handed out', [paidLink({ state: 'refunded' })], noLook, undefined],
  ])('An order that %s is refused, or not, by its record', (_what, links, how, refusal) => {
    expect(refusalOf(record(links), now, how)).toBe(refusal)
  })

  it('An order that is being handed out is paid', () => {
    expect(refusalOf(record([link()], { claim: claimOf() }), now, look)).toBe('already-paid')
    expect(refusalOf(record([link()], { claim: claimOf({ until: now }) }), now, look)).toBeUndefined()
  })

  it.each<[what: string, payment: Link, answer: boolean]>([
    ['is pending, by our record', link(), false],
    ['is pending, says Khalti', link({ status: 'pending' }), true],
    ['is pending and given up', link({ status: 'pending', givenUpAt: 7 }), true],
    ['is pending and given up, and is dealt with', link({ status: 'pending', givenUpAt: 0 }), false],
    ['is only begun, says Khalti', link({ status: 'initiated' }), false],
    ['was pending and is unpaid', link({ status: 'pending', state: 'unpaid' }), false],
    ['is on hold', link({ state: 'hold', holdReason: 'shop' }), true],
    ['is unknown to Khalti', link({ state: 'hold', holdReason: 'unknown-payment' }), false],
    ['is on hold, and dealt with', link({ state: 'hold', holdReason: 'attended', since: 0 }), false],
    ['went back in part', link({ state: 'refunded', refundExtent: 'partial' }), true],
    ['went back in part, and is dealt with', link({ state: 'refunded', refundExtent: 'partial', since: 0 }), false],
    ['went back in full', link({ state: 'refunded', refundExtent: 'full', contradicted: 'x' }), false],
    ['is paid', paidLink({ status: 'pending', contradicted: 'x' }), false],
  ])('A payment that %s may bring money, or not', (_what, payment, answer) => {
    const order = record([payment], {
      attended: ['hold:a:attended:0', 'hold:a:given-up:0', 'hold:a:partly-refunded:0'],
    })
    expect(isOnItsWay(order, payment)).toBe(answer)
  })
})
