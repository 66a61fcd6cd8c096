import {
  add,
  addTwo,
  type Bench,
  claim,
  due,
  found,
  must,
  mustBeFree,
  mustEqual,
  mustReject,
  newPayment,
  reserve,
  type StoreFact,
} from './bench.ts'

const twoLinks = 'A customer gets two links of one order, and pays both.'
const cheapLink = 'An old, cheap link buys the new, dear cart.'

/** Creating. */
export const createFacts: StoreFact[] = [
  {
    title: 'creates a payment that is due at once, and ends the reservation with it',
    why: 'A payment whose customer closes the tab is looked at late; or the order is blocked until the lease runs out.',
    async run(bench) {
      await add(bench)
      mustEqual(await due(bench), ['first'], 'due')
      await mustBeFree(bench, { fingerprint: 'other' })
    },
  },
  {
    title: 'supersedes the links of other carts when it creates, once, and no others',
    why: `${cheapLink} Or a good link is never fulfilled, whatever is paid.`,
    async run(bench) {
      await add(bench, { pidx: 'elsewhere', orderId: 'another' })
      await addTwo(bench)
      must((await found(bench)).supersededAt === undefined, 'a link of the same cart must not be superseded')
      await bench.pass(1)
      await add(bench, { pidx: 'third', fingerprint: 'other' })
      const { supersededAt } = await found(bench)
      must(supersededAt instanceof Date, 'a link of another cart must be superseded, with a Date')
      must((await found(bench, 'second')).supersededAt instanceof Date, 'all links of other carts must be superseded')
      must(
        (await found(bench, 'elsewhere')).supersededAt === undefined,
        'a link of another order must not be superseded',
      )
      await bench.pass(1)
      await bench.store.record('third', { state: 'unpaid' })
      await add(bench, { pidx: 'fourth', fingerprint: 'other' })
      mustEqual((await found(bench)).supersededAt, supersededAt, 'supersededAt, after another create,')
    },
  },
  {
    title: 'does not supersede what is fulfilled',
    why: 'The record of goods that were handed out says that they must not be.',
    async run(bench) {
      await add(bench)
      await bench.store.complete('first', await claim(bench), { state: 'paid' })
      await bench.store.record('first', { state: 'refunded', refundExtent: 'full' })
      await add(bench, { pidx: 'second', fingerprint: 'other' })
      must((await found(bench)).supersededAt === undefined, 'a fulfilled payment must not be superseded')
    },
  },
  {
    title: 'stores nothing without the reservation of the order',
    why: twoLinks,
    async run(bench) {
      await add(bench)
      const lost = await reserve(bench, { fingerprint: 'other' })
      const elsewhere = await reserve(bench, { orderId: 'another' })
      await bench.pass(bench.lease)
      await reserve(bench, { fingerprint: 'other' })
      for (const token of ['made up', elsewhere, lost]) await mustNotCreate(bench, token)
    },
  },
  {
    title: 'stores nothing where a claim has ended the reservation',
    why: 'While an order is being handed out, its customer gets another link and pays again.',
    async run(bench) {
      await add(bench)
      const token = await reserve(bench, { fingerprint: 'other' })
      await bench.store.release('first', await claim(bench))
      await mustNotCreate(bench, token)
    },
  },
  {
    title: 'stores a pidx once, whatever order it is for',
    why: 'One payment pays two orders.',
    async run(bench) {
      await add(bench)
      const token = await reserve(bench, { orderId: 'another' })
      await mustReject(bench.store.create(newPayment({ orderId: 'another' }), token), 'create of a pidx that exists')
      mustEqual((await found(bench)).orderId, 'order', 'the order of the payment')
      mustEqual((await bench.store.findByOrder('another')).length, 0, 'the number of payments of the other order')
    },
  },
]

async function mustNotCreate(bench: Bench, token: string): Promise<void> {
  const payment = newPayment({ pidx: 'never', fingerprint: 'other' })
  await mustReject(bench.store.create(payment, token), 'create without the reservation')
  must((await bench.store.find('never')) === undefined, 'create threw, and stored the payment all the same')
  must((await found(bench)).supersededAt === undefined, 'create threw, and superseded the older link all the same')
}
