import { add, claim, due, must, mustEqual, type StoreFact } from './bench.ts'

const forgotten = 'A customer who paid and closed the tab never gets anything.'

/** Handing out what reconcile looks at. */
export const dueFacts: StoreFact[] = [
  {
    title: 'hands out what is due, oldest first and no more than the limit, and postpones it in the same step',
    why: 'Two reconciles look at the same payments; or one that always fails keeps all the others from being looked at.',
    async run(bench) {
      for (const pidx of ['a', 'b', 'c']) {
        await add(bench, { pidx, orderId: pidx })
        await bench.pass(5)
      }
      mustEqual(await due(bench, 2), ['a', 'b'], 'the first due')
      mustEqual(await due(bench, 2), ['c'], 'the second due')
      mustEqual(await due(bench, 2), [], 'the third due')
      await bench.pass(bench.lease)
      mustEqual((await due(bench)).length, 3, 'how many are due after the postponement')
    },
  },
  {
    title: 'gives whole payments, as find does',
    why: 'What is due is settled by this record: the amount in it decides.',
    async run(bench) {
      await add(bench)
      const [payment] = await bench.store.due(1, bench.lease)
      mustEqual(payment, await bench.store.find('first'), 'what is due')
      must(payment?.createdAt instanceof Date, 'createdAt must be a Date')
    },
  },
  {
    title: 'hands a payment out when its time has come, not before, and never again where that was said',
    why: `${forgotten} Or Khalti is asked about old payments for ever.`,
    async run(bench) {
      await add(bench)
      await bench.store.record('first', { dueInMs: 2 * bench.lease })
      await bench.pass(bench.lease)
      mustEqual(await due(bench), [], 'due before its time')
      await bench.pass(bench.lease)
      mustEqual(await due(bench), ['first'], 'due at its time')
      await bench.store.record('first', { dueInMs: null })
      await bench.pass(2 * bench.lease)
      mustEqual(await due(bench), [], 'due after null')
    },
  },
  {
    title: 'leaves the schedule as it is when something else is recorded',
    why: 'A customer who reloads the return page moves the look of reconcile away, or brings it nearer each time.',
    async run(bench) {
      await add(bench)
      await bench.store.record('first', { dueInMs: null })
      await bench.store.record('first', { state: 'hold', holdReason: 'unknown-status' })
      mustEqual(await due(bench), [], 'due')
    },
  },
  {
    title: 'hands out a payment whose claim ran out, whatever was scheduled, and then postpones it too',
    why: 'The server died while it handed out the goods: the money is there, and nobody looks again.',
    async run(bench) {
      await add(bench)
      await claim(bench)
      await bench.store.record('first', { state: 'paid', dueInMs: null })
      mustEqual(await due(bench), [], 'due while the claim holds')
      await bench.pass(bench.lease)
      mustEqual(await due(bench), ['first'], 'due after the claim ran out')
      mustEqual(await due(bench), [], 'due once more')
    },
  },
  {
    title: 'forgets the claim of a fulfilled payment',
    why: 'Every fulfilled payment is looked at as if its server had died.',
    async run(bench) {
      await add(bench)
      await bench.store.complete('first', await claim(bench), { state: 'paid', dueInMs: null })
      await bench.pass(bench.lease)
      mustEqual(await due(bench), [], 'due')
    },
  },
]
