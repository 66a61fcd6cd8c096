import {
  add,
  type Bench,
  due,
  instant,
  isDate,
  longLease,
  must,
  mustBeStored,
  mustBeWhole,
  mustEqual,
  newOrder,
  type StoreFact,
} from './bench.ts'

const forgotten = 'A customer who paid and closed the tab never gets anything.'

/** Instants around now, which is asked for once: by a real clock it moves on. */
async function aroundNow(bench: Bench): Promise<(offsetMs: number) => Date> {
  const { now } = await bench.store.read({ orderId: 'nobody' })
  return (offsetMs) => new Date(now.getTime() + offsetMs)
}

/** Handing out what reconcile looks at. */
export const dueFacts: StoreFact[] = [
  {
    title: 'What is due is handed out the longest due first, up to the limit, and not again before its lease is over',
    why: 'Two reconciles look at the same orders; or orders that always fail keep all the others from being looked at.',
    async run(bench) {
      const fromNow = await aroundNow(bench)
      for (const [orderId, offset] of [
        ['a', -1],
        ['c', -30],
        ['b', -20],
      ] as const) {
        await add(bench, { orderId, dueAt: fromNow(offset - 1_000) })
      }
      mustEqual(await due(bench, 2), ['c', 'b'], 'the first due')
      mustEqual(await due(bench, 2), ['a'], 'the second due')
      mustEqual(await due(bench, 2), [], 'the third due')
      await add(bench, { orderId: 'd', dueAt: fromNow(-1_000) })
      mustEqual(await due(bench, 2, bench.lease), ['d'], 'the fourth due')
      await bench.pass(bench.lease)
      mustEqual(await due(bench), ['d'], 'what is due where one lease is over')
      mustEqual(await due(bench), [], 'what is due once more')
    },
  },
  {
    title: 'An order is due when its time has come, not before, and never where it has none',
    why: `${forgotten} Or Khalti is asked about old payments for ever.`,
    async run(bench) {
      const fromNow = await aroundNow(bench)
      const later = await add(bench, { dueAt: fromNow(longLease) })
      const never = await add(bench, { orderId: 'never' })
      mustEqual(await due(bench), [], 'what is due before its time')
      await mustBeStored(bench, later, 'an order that is not due yet')
      const soon = (await aroundNow(bench))(bench.lease)
      mustEqual(await bench.store.write({ ...later, dueAt: soon }), true, 'a write with another dueAt')
      await bench.pass(bench.lease)
      mustEqual(await due(bench), ['order'], 'what is due at its time')
      mustEqual(
        await bench.store.write({ ...later, version: 2, dueAt: instant() }),
        true,
        'a write with a dueAt that is over',
      )
      mustEqual(await bench.store.write(newOrder({ version: 3 })), true, 'a write without dueAt')
      mustEqual(await due(bench), [], 'what is due after a write without dueAt')
      await mustBeStored(bench, never, 'an order that is never due')
    },
  },
  {
    title: 'What is due comes whole and keeps its version, so that a write of that version wins over the lease',
    why: `What is due is settled by this record. ${forgotten}`,
    async run(bench) {
      const fromNow = await aroundNow(bench)
      const order = await add(bench, { keys: ['pidx'], attention: true, dueAt: fromNow(-1_000) })
      const { orders, now } = await bench.store.due(1, longLease)
      must(isDate(now), `the now of due must be a valid Date, and is ${JSON.stringify(now)}`)
      const [handed] = orders
      if (!handed) throw new Error('an order whose time has come must be due')
      mustBeWhole(handed)
      mustEqual({ ...handed, dueAt: order.dueAt }, order, 'the order that is due')
      const again = fromNow(-500)
      mustEqual(
        await bench.store.write({ ...handed, dueAt: again }),
        true,
        'a write of the version that was handed out',
      )
      await mustBeStored(bench, { ...order, dueAt: again, version: 2 })
      mustEqual(await due(bench), ['order'], 'what is due, where a write has set a new time,')
      mustEqual(await bench.store.write({ ...order, version: 1 }), false, 'a write of an older version')
      mustEqual(await due(bench), [], 'what is due after a write that was false')
    },
  },
  {
    title: 'Of several that ask at once for what is due, each order goes to one',
    why: 'Every reconcile asks Khalti about every payment, until Khalti answers nobody.',
    async run(bench) {
      const fromNow = await aroundNow(bench)
      const count = 24
      for (let place = 0; place < count; place += 1) {
        await add(bench, { orderId: `order-${place}`, dueAt: fromNow(place - 1_000) })
      }
      const ids = (await Promise.all([1, 2, 3, 4].map(() => due(bench, count / 3)))).flat()
      // Where a database passes over rows that another is just taking, some are left for the next.
      for (let more = 0; more < 3; more += 1) ids.push(...(await due(bench)))
      mustEqual(new Set(ids).size, ids.length, `how many different orders were handed out, in ${ids.length} hands,`)
      mustEqual(ids.length, count, 'how many orders were handed out in all')
    },
  },
]
