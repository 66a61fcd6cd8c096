import {
  add,
  addTwo,
  type Bench,
  claim,
  found,
  hasToken,
  must,
  mustEqual,
  newPayment,
  reserve,
  type StoreFact,
} from './bench.ts'

/** Tries at once, each on an order of its own: what can go wrong does so in some of them. */
const rounds = 12

const manyTimes = (run: (round: number) => Promise<void>) =>
  Promise.all(Array.from({ length: rounds }, (_, round) => run(round)))

/** What happens when two do the same at the same time. */
export const raceFacts: StoreFact[] = [
  {
    title: 'lets one of several at once reserve an order',
    why: 'Two tabs get two links of one order, and both are paid.',
    async run({ store, lease }) {
      await manyTimes(async (round) => {
        const answers = await Promise.all([1, 2, 3].map(() => store.reserve(`order-${round}`, 'cart', lease)))
        mustEqual(answers.filter(hasToken).length, 1, 'how many of three reserved the order')
      })
    },
  },
  {
    title: 'lets one of several at once claim a payment',
    why: 'Two tabs come back from Khalti at once, and the order is handed out twice.',
    async run(bench) {
      await manyTimes(async (round) => {
        const pidx = `payment-${round}`
        await add(bench, { pidx, orderId: pidx })
        await mustClaimOnce(bench, [pidx, pidx, pidx])
      })
    },
  },
  {
    title: 'lets one of two links of an order be claimed at once',
    why: 'Two links of one order are paid and settled at once, and both are handed out.',
    async run(bench) {
      const orders = Array.from({ length: rounds }, (_, round) => `order-${round}`)
      for (const orderId of orders) await addTwo(bench, { pidx: orderId, orderId })
      await Promise.all(orders.map((pidx) => mustClaimOnce(bench, [pidx, `${pidx}-second`])))
    },
  },
  {
    title: 'hands out one of two links of an order, settled at once',
    why: 'Two links of one order are paid and settled at once, and both are handed out.',
    async run(bench) {
      const orders = Array.from({ length: rounds }, (_, round) => `order-${round}`)
      for (const orderId of orders) await addTwo(bench, { pidx: orderId, orderId })
      await Promise.all(
        orders.map(async (orderId) => {
          await Promise.all([settle(bench, orderId), settle(bench, `${orderId}-second`)])
          const fulfilled = (await bench.store.findByOrder(orderId)).filter(({ fulfilledAt }) => fulfilledAt)
          mustEqual(fulfilled.length, 1, 'how many of two payments of one order were fulfilled')
        }),
      )
    },
  },
  {
    title: 'lets one of several take over a claim that ran out',
    why: 'After a crash two servers take the order up at once, and it is handed out twice.',
    async run(bench) {
      const ids = Array.from({ length: rounds }, (_, round) => `payment-${round}`)
      for (const pidx of ids) {
        await add(bench, { pidx, orderId: pidx })
        await claim(bench, pidx)
      }
      await bench.pass(bench.lease)
      await Promise.all(ids.map((pidx) => mustClaimOnce(bench, [pidx, pidx, pidx])))
    },
  },
  {
    title: 'hands a due payment to one of several callers',
    why: 'Every reconcile asks Khalti about every payment, until Khalti answers nobody.',
    async run(bench) {
      for (let round = 0; round < rounds; round += 1) await add(bench, { pidx: `p${round}`, orderId: `o${round}` })
      const answers = await Promise.all([1, 2, 3].map(() => bench.store.due(rounds, bench.lease)))
      const ids = answers.flat().map(({ pidx }) => pidx)
      mustEqual(new Set(ids).size, ids.length, 'how many different payments were handed out')
      mustEqual(ids.length, rounds, 'how many payments were handed out in all')
    },
  },
  {
    title: 'stores a pidx once when it is created twice at once',
    why: 'One payment pays two orders.',
    async run(bench) {
      const tokens = [await reserve(bench, { orderId: 'one' }), await reserve(bench, { orderId: 'two' })] as const
      const created = await Promise.allSettled([
        bench.store.create(newPayment({ orderId: 'one' }), tokens[0]),
        bench.store.create(newPayment({ orderId: 'two' }), tokens[1]),
      ])
      mustEqual(
        created.filter(({ status }) => status === 'fulfilled').length,
        1,
        'how many of two creates went through',
      )
      const stored = [...(await bench.store.findByOrder('one')), ...(await bench.store.findByOrder('two'))]
      mustEqual(stored.length, 1, 'how many payments of this pidx are stored')
    },
  },
  {
    title: 'neither claims a link that is being superseded, nor supersedes one that is being claimed',
    why: 'An old, cheap link buys the new, dear cart.',
    async run(bench) {
      const ids = Array.from({ length: rounds }, (_, round) => `payment-${round}`)
      await Promise.all(
        ids.map(async (pidx) => {
          await add(bench, { pidx, orderId: pidx })
          const token = await reserve(bench, { orderId: pidx, fingerprint: 'other' })
          const dearer = newPayment({ pidx: `${pidx}-new`, orderId: pidx, fingerprint: 'other' })
          const [claimed] = await Promise.all([
            bench.store.claim(pidx, bench.lease),
            bench.store.create(dearer, token).catch(() => {}),
          ])
          const { supersededAt } = await found(bench, pidx)
          must(!(hasToken(claimed) && supersededAt), `${pidx} was claimed and superseded at the same time`)
          must(hasToken(claimed) || supersededAt !== undefined, `${pidx} was neither claimed nor superseded`)
        }),
      )
    },
  },
]

async function mustClaimOnce(bench: Bench, ids: string[]): Promise<void> {
  const claims = await Promise.all(ids.map((pidx) => bench.store.claim(pidx, bench.lease)))
  mustEqual(claims.filter(hasToken).length, 1, `how many of ${ids.length} claims of one order, at once, got it`)
}

/** As the checkout does it, but for fulfil. */
async function settle(bench: Bench, pidx: string): Promise<void> {
  const answer = await bench.store.claim(pidx, bench.lease)
  if (hasToken(answer)) await bench.store.complete(pidx, answer.token, { state: 'paid' })
}
