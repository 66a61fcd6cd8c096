import type { NewPayment } from '../checkout/payment-store.ts'
import {
  add,
  addTwo,
  type Bench,
  claim,
  found,
  must,
  mustBeFree,
  mustEqual,
  newPayment,
  reserve,
  type StoreFact,
} from './bench.ts'

const twoLinks = 'A customer gets two links of one order, and pays both.'
const cheapLink = 'An old, cheap link buys the new, dear cart.'

const finding: StoreFact[] = [
  {
    title: 'finds a payment as it was created, with numbers as numbers and dates as dates',
    why: 'An amount that comes back as text equals no amount: every paid order is put on hold.',
    async run(bench) {
      await add(bench)
      const payment = await found(bench)
      const { expiresInMs, ...given } = newPayment()
      for (const [field, value] of Object.entries(given)) {
        must(
          payment[field as keyof typeof given] === value,
          `${field} is ${JSON.stringify(payment[field as keyof typeof given])}, and should be ${JSON.stringify(value)}`,
        )
      }
      mustEqual(payment.state, 'open', 'state')
      const { createdAt, expiresAt } = payment
      must(createdAt instanceof Date && expiresAt instanceof Date, 'createdAt and expiresAt must be Dates')
      mustEqual(expiresAt.getTime() - createdAt.getTime(), expiresInMs, 'expiresAt, counted from createdAt,')
      must(
        payment.fulfilledAt === undefined && payment.supersededAt === undefined,
        'what is not known yet must be undefined, not null',
      )
    },
  },
  {
    title: 'keeps the largest amount exactly',
    why: 'A rounded amount is another amount, and the paid order is put on hold.',
    async run(bench) {
      const amount = Number.MAX_SAFE_INTEGER as NewPayment['amount']
      await add(bench, { amount })
      mustEqual((await found(bench)).amount, amount, 'amount')
    },
  },
  {
    title: 'finds nothing where there is nothing',
    why: 'A pidx that nobody made here must be unknown, or a stranger’s payment is taken for one of the shop.',
    async run({ store }) {
      must((await store.find('nobody')) === undefined, 'find must give undefined for a pidx that does not exist')
      mustEqual(await store.findByOrder('nobody'), [], 'findByOrder of an order without payments')
    },
  },
  {
    title: 'lists the payments of one order alone, newest first',
    why: 'Order pages show the wrong payment, and older links of the order are not looked at before a new one is made.',
    async run(bench) {
      await addTwo(bench)
      await add(bench, { pidx: 'elsewhere', orderId: 'another' })
      const payments = await bench.store.findByOrder('order')
      mustEqual(
        payments.map(({ pidx }) => pidx),
        ['second', 'first'],
        'findByOrder',
      )
    },
  },
  {
    title: 'is not changed by changing what it gave',
    why: 'Code that touches a payment it was given would rewrite the record that decides about money.',
    async run(bench) {
      await add(bench)
      Object.assign(await found(bench), { state: 'paid', amount: 1 })
      const { state, amount } = await found(bench)
      mustEqual({ state, amount }, { state: 'open', amount: 85_000 }, 'the payment')
    },
  },
]

const reserving: StoreFact[] = [
  {
    title: 'lets one caller reserve an order, until its lease runs out',
    why: twoLinks,
    async run(bench) {
      const { store, lease } = bench
      await reserve(bench)
      mustEqual(await store.reserve('order', 'cart', lease), 'busy', 'a second reserve')
      mustEqual(await store.reserve('order', 'other', lease), 'busy', 'a reserve of another cart of the order')
      await mustBeFree(bench, { orderId: 'another' })
      await bench.pass(lease)
      await mustBeFree(bench)
    },
  },
  {
    title: 'ends a reservation for its own token alone',
    why: twoLinks,
    async run(bench) {
      const token = await reserve(bench)
      await bench.store.unreserve('order', 'made up')
      mustEqual(await bench.store.reserve('order', 'cart', bench.lease), 'busy', 'reserve after a strange unreserve')
      await bench.store.unreserve('order', token)
      await mustBeFree(bench)
    },
  },
  {
    title: 'gives the live link of the same cart again, and no link of another cart',
    why: `${twoLinks} Or: ${cheapLink}`,
    async run(bench) {
      await add(bench)
      const again = await bench.store.reserve('order', 'cart', bench.lease)
      must(
        typeof again === 'object' && 'live' in again && again.live.pidx === 'first',
        `reserve of the same cart gave ${JSON.stringify(again)}, and should give { live } with the first payment`,
      )
      await mustBeFree(bench, { fingerprint: 'other' })
    },
  },
  {
    title: 'gives no link again that has less than a minute left',
    why: 'The customer is sent to a payment page that expires while they type.',
    async run(bench) {
      await add(bench, { expiresInMs: 60_000 + bench.lease })
      must(
        'live' in Object(await bench.store.reserve('order', 'cart', bench.lease)),
        'a link with more than a minute left must be given again',
      )
      await bench.pass(bench.lease + 1)
      await mustBeFree(bench)
    },
  },
  {
    title: 'gives no link again that is closed or superseded',
    why: `The customer is sent to a page where nobody can pay. Or: ${cheapLink}`,
    async run(bench) {
      await add(bench)
      await bench.store.record('first', { state: 'unpaid' })
      await mustBeFree(bench)
      const carts = { orderId: 'changed' }
      await add(bench, { ...carts, pidx: 'old' })
      await add(bench, { ...carts, pidx: 'new', fingerprint: 'other' })
      await mustBeFree(bench, carts)
    },
  },
  {
    title: 'names the paid payment of an order, whoever holds a reservation',
    why: 'A customer who has paid gets another link and pays again.',
    async run(bench) {
      await add(bench)
      await reserve(bench, { fingerprint: 'other' })
      await bench.store.record('first', { state: 'paid' })
      await mustBePaid(bench, 'cart')
      await mustBePaid(bench, 'other')
    },
  },
  {
    title: 'takes a claimed payment for paid, until its claim runs out',
    why: 'A customer whose order is being handed out gets another link and pays again.',
    async run(bench) {
      await add(bench)
      await claim(bench)
      await mustBePaid(bench, 'other')
      await bench.pass(bench.lease)
      await mustBeFree(bench, { fingerprint: 'other' })
    },
  },
  {
    title: 'takes a fulfilled payment for paid, and a refunded one not',
    why: 'A customer pays twice; or, after a refund, can never buy the order again.',
    async run(bench) {
      await add(bench)
      await bench.store.complete('first', await claim(bench), { state: 'paid' })
      await mustBePaid(bench, 'cart')
      await bench.store.record('first', { state: 'refunded', refundExtent: 'full' })
      await mustBeFree(bench)
    },
  },
]

async function mustBePaid(bench: Bench, fingerprint: string): Promise<void> {
  const answer = await bench.store.reserve('order', fingerprint, bench.lease)
  must(
    typeof answer === 'object' && 'paid' in answer && answer.paid.pidx === 'first',
    `reserve gave ${JSON.stringify(answer)}, and should give { paid } with the first payment`,
  )
}

/** Finding and reserving. */
export const orderFacts: StoreFact[] = [...finding, ...reserving]
