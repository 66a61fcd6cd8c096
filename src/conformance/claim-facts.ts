import { add, addTwo, claim, due, found, hasToken, must, mustEqual, type StoreFact } from './bench.ts'

const twice = 'An order is handed out twice.'

const claiming: StoreFact[] = [
  {
    title: 'lets one caller claim a payment, until its lease runs out',
    why: `${twice} Or, after a crash, never.`,
    async run(bench) {
      const { store, lease } = bench
      await add(bench)
      await claim(bench)
      mustEqual(await store.claim('first', lease), 'busy', 'a second claim')
      await bench.pass(lease)
      await claim(bench)
    },
  },
  {
    title: 'claims the order, not the payment alone',
    why: 'Two links of one order are paid in two tabs, and both are handed out.',
    async run(bench) {
      await addTwo(bench)
      await claim(bench)
      mustEqual(await bench.store.claim('second', bench.lease), 'busy', 'a claim of another payment of the order')
      await bench.pass(bench.lease)
      await claim(bench, 'second')
      mustEqual(await bench.store.claim('first', bench.lease), 'busy', 'a claim of the payment whose claim ran out')
    },
  },
  {
    title: 'says done of a fulfilled payment, and names it for the other payments of its order',
    why: `${twice} Or nobody learns which of two payments to give back.`,
    async run(bench) {
      await addTwo(bench)
      await bench.store.complete('first', await claim(bench), { state: 'paid' })
      mustEqual(await bench.store.claim('first', bench.lease), 'done', 'a claim of the fulfilled payment')
      mustEqual(
        await bench.store.claim('second', bench.lease),
        { duplicateOf: 'first' },
        'a claim of the other payment',
      )
    },
  },
  {
    title: 'lets nobody claim a superseded payment, or one that does not exist',
    why: 'An old, cheap link buys the new, dear cart.',
    async run(bench) {
      await add(bench)
      await add(bench, { pidx: 'second', fingerprint: 'other' })
      mustEqual(await bench.store.claim('first', bench.lease), 'busy', 'a claim of a superseded payment')
      mustEqual(await bench.store.claim('nobody', bench.lease), 'busy', 'a claim of a payment that does not exist')
      await claim(bench, 'second')
    },
  },
]

const ending: StoreFact[] = [
  {
    title: 'completes a claimed payment with its change, once',
    why: 'The record does not say that the goods went out, so they go out again.',
    async run(bench) {
      await add(bench)
      const token = await claim(bench)
      const change = { state: 'paid', transactionId: 'transaction' } as const
      mustEqual(await bench.store.complete('first', token, change), true, 'complete')
      const { state, transactionId, fulfilledAt } = await found(bench)
      mustEqual({ state, transactionId }, change, 'the payment')
      must(fulfilledAt instanceof Date, 'fulfilledAt must be a Date after complete')
      mustEqual(await bench.store.complete('first', token, {}), false, 'a second complete')
    },
  },
  {
    title: 'completes for the holder of the claim alone',
    why: `${twice} The process that lost its claim must roll back what it wrote, and learns it from the false.`,
    async run(bench) {
      await addTwo(bench)
      const lost = await claim(bench)
      mustEqual(
        await bench.store.complete('first', 'made up', { state: 'paid' }),
        false,
        'complete with a made up token',
      )
      mustEqual(await bench.store.complete('second', lost, { state: 'paid' }), false, 'complete of another payment')
      await bench.pass(bench.lease)
      const token = await claim(bench)
      mustEqual(await bench.store.complete('first', lost, { state: 'paid' }), false, 'complete by the one that lost it')
      const { state, fulfilledAt } = await found(bench)
      must(state === 'open' && fulfilledAt === undefined, 'a complete that is false must change nothing')
      mustEqual(await bench.store.complete('first', token, {}), true, 'complete by the holder')
    },
  },
  {
    title: 'releases a claim at once, for its holder alone, and the payment is due again',
    why: 'After a fulfil that threw, the customer waits for the lease instead of the next try. Or: an order goes out twice.',
    async run(bench) {
      await add(bench)
      await bench.store.record('first', { dueInMs: null })
      const token = await claim(bench)
      await bench.store.release('first', 'made up')
      mustEqual(await bench.store.claim('first', bench.lease), 'busy', 'a claim after a release by a stranger')
      await bench.store.release('first', token)
      mustEqual(await due(bench), ['first'], 'due, after the release,')
      await claim(bench)
    },
  },
  {
    title: 'records what it is given, and leaves the rest',
    why: 'A state that is lost is told to the shop again and again; a transaction id that is lost cannot be refunded.',
    async run(bench) {
      await add(bench)
      await bench.store.record('first', { state: 'hold', holdReason: 'superseded', transactionId: 'transaction' })
      await bench.store.record('first', { state: 'refunded', refundExtent: 'partial', holdReason: undefined })
      await bench.store.record('first', { duplicateOf: 'other' })
      await bench.store.record('nobody', { state: 'paid' })
      const { state, holdReason, refundExtent, transactionId, duplicateOf, fulfilledAt } = await found(bench)
      mustEqual(
        { state, holdReason, refundExtent, transactionId, duplicateOf },
        {
          state: 'refunded',
          holdReason: 'superseded',
          refundExtent: 'partial',
          transactionId: 'transaction',
          duplicateOf: 'other',
        },
        'the payment',
      )
      must(fulfilledAt === undefined, 'record must not fulfil')
      must((await bench.store.find('nobody')) === undefined, 'record must not create')
    },
  },
]

const transactions: StoreFact[] = [
  {
    title: 'completes with the transaction it is given, or not at all',
    why: 'The goods are written and the record is not, or the other way round: handed out twice, or never.',
    async run(bench) {
      const { store } = bench
      if (store.transaction === undefined) return
      await add(bench)
      const token = await claim(bench)
      const failing = store.transaction(async (transaction) => {
        await store.complete('first', token, { state: 'paid' }, transaction)
        throw new Error('the shop’s own writing failed')
      })
      const failure = await failing.then(
        () => 'nothing',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      mustEqual(failure, 'the shop’s own writing failed', 'what transaction throws')
      must((await found(bench)).fulfilledAt === undefined, 'complete was kept, though its transaction failed')
      mustEqual(await store.claim('first', bench.lease), 'busy', 'a claim, though the first one still holds,')
      const completed = await store.transaction((transaction) => store.complete('first', token, {}, transaction))
      mustEqual(completed, true, 'what transaction gives back of its function')
      must((await found(bench)).fulfilledAt !== undefined, 'complete was lost, though its transaction went well')
      must(!hasToken(await store.claim('first', bench.lease)), 'a fulfilled payment could be claimed')
    },
  },
]

/** Claiming, completing, releasing and recording. */
export const claimFacts: StoreFact[] = [...claiming, ...ending, ...transactions]
