import type { StoredOrder } from '../checkout/payment-store.ts'
import {
  add,
  instant,
  isDate,
  must,
  mustBeStored,
  mustBeWhole,
  mustEqual,
  newOrder,
  ownerOf,
  type StoreFact,
  severalAtOnce,
} from './bench.ts'

const twice = 'Two servers fulfil one order: each has read the same version, and both believe that they came first.'

/** Tries at once, each on an order of its own: what can go wrong does so in some of them. */
const rounds = 8
const writers = ['a', 'b', 'c', 'd']
const manyTimes = (run: (orderId: string) => Promise<void>) =>
  Promise.all(Array.from({ length: rounds }, (_, round) => run(`order-${round}`)))

/** Compare and swap. */
export const writeFacts: StoreFact[] = [
  {
    title: 'An order begins with a write of version 0, and each write raises its version by one',
    why: `A second link is made for an order that has one. ${twice}`,
    async run(bench) {
      const { store } = bench
      const { order } = await store.read({ orderId: 'order' })
      must(order === undefined, 'read of an order that was never written must give no order, and no null either')
      mustEqual(await store.write(newOrder({ version: 1 })), false, 'a write of version 1, where nothing is stored,')
      must((await store.read({ orderId: 'order' })).order === undefined, 'a write that is false must store nothing')
      const first = await add(bench)
      await mustBeStored(bench, first, 'the order after its first write')
      mustEqual(await store.write({ ...first, record: { made: 'second' } }), true, 'a write of version 1')
      await mustBeStored(
        bench,
        { ...first, record: { made: 'second' }, version: 2 },
        'the order after its second write',
      )
    },
  },
  {
    title: 'A write of any other version than the stored one is false and changes nothing',
    why: `What another server has just learned is overwritten: a paid order is open again. ${twice}`,
    async run(bench) {
      const first = await add(bench, { keys: ['kept'], dueAt: instant(), attention: true })
      const second = { ...first, version: 2 }
      mustEqual(await bench.store.write(first), true, 'a write of the stored version')
      const other = newOrder({ record: { made: 'late' }, keys: ['late'], changedAt: instant(1) })
      for (const version of [0, 1, 3]) {
        mustEqual(
          await bench.store.write({ ...other, version }),
          false,
          `a write of version ${version}, where 2 is stored,`,
        )
        await mustBeStored(bench, second, 'the order after a write that was false')
        mustEqual(await ownerOf(bench, 'late'), undefined, 'the order of a key whose write was false')
        mustEqual(
          await ownerOf(bench, 'kept'),
          'order',
          'the order of a key that was there before a write that was false',
        )
      }
    },
  },
  {
    title: 'Of several writes of one version at once exactly one wins, and what it wrote is stored',
    why: twice,
    async run(bench) {
      await manyTimes(async (orderId) => {
        for (const version of [0, 1, 2]) {
          const orders = writers.map((made) =>
            newOrder({ orderId, version, record: { made, version }, keys: [`${orderId}-${made}`] }),
          )
          const answers = await Promise.all(orders.map((order) => bench.store.write(order)))
          const winners = orders.filter((_, place) => answers[place])
          mustEqual(winners.length, 1, `how many of ${writers.length} writes of version ${version}, at once, were true`)
          for (const winner of winners) await mustBeStored(bench, { ...winner, version: version + 1 }, 'the order')
        }
      })
    },
  },
  {
    title: 'Orders that are written at once are each stored as given, whatever becomes of the others',
    why: 'A store that gathers writes gives an order the record of another, or loses one because another came too late.',
    async run(bench) {
      const { store } = bench
      const made = writers.map((id) => newOrder({ orderId: id, keys: [`key-${id}`] }))
      await severalAtOnce(made, (order) => add(bench, order))
      const given: StoredOrder[] = [
        newOrder({ orderId: 'a', version: 1, keys: ['key-a'], record: { "it's": '$1 ? "' }, dueAt: instant(1) }),
        newOrder({ orderId: 'b', version: 1, keys: ['key-b'], attention: true, changedAt: instant(2) }),
        newOrder({ orderId: 'c', version: 1, keys: ['key-c', 'more'], record: { made: 'third' } }),
        newOrder({ orderId: 'd', version: 2, keys: ['key-d'], record: { made: 'late' } }),
      ]
      const answers = await Promise.all(given.map((order) => store.write(order)))
      mustEqual(answers, [true, true, true, false], 'writes of four orders at once, the last of another version,')
      for (const order of given.slice(0, 3)) {
        await mustBeStored(bench, { ...order, version: 2 }, `the order ${order.orderId}, written beside others`)
      }
      await mustBeStored(bench, { ...newOrder({ orderId: 'd', keys: ['key-d'] }), version: 1 }, 'the order d')
    },
  },
  {
    title: 'A read says what time it is by the clock that everything is decided by',
    why: 'A claim that runs out is judged by the clock of each server. One is off by ten minutes, and an order is fulfilled twice.',
    async run(bench) {
      const { store, expectedNow } = bench
      await add(bench, { keys: ['key'] })
      const said = async () => {
        const nows = [(await store.read({ orderId: 'order' })).now, (await store.read({ key: 'key' })).now]
        nows.push((await store.read({ orderId: 'nobody' })).now, (await store.due(1, bench.lease)).now)
        for (const now of nows) {
          must(isDate(now), `now must be a valid Date, and is ${JSON.stringify(now)}`)
          if (expectedNow) mustEqual(now, expectedNow(), 'now, by a store that was given its clock,')
        }
        return nows.map(Number)
      }
      const before = Math.max(...(await said()))
      await bench.pass(bench.lease)
      const passed = Math.min(...(await said())) - before
      must(passed >= bench.lease, `now moved by ${passed} ms while ${bench.lease} ms passed`)
    },
  },
  {
    title: 'An order that several ask for at once is the same for all, whole and with its own dates',
    why: 'A payment page and the return page show two different things, or a date that is text breaks the comparison that decides.',
    async run(bench) {
      const order = await add(bench, { keys: ['key'], dueAt: instant(7), attention: true })
      const answers = await Promise.all([
        bench.store.read({ orderId: 'order' }),
        bench.store.read({ key: 'key' }),
        bench.store.list({ limit: 1 }).then(([first]) => ({ order: first })),
      ])
      for (const answer of answers) {
        if (!answer.order) throw new Error('read by id, read by key and list must all give the order')
        mustBeWhole(answer.order)
        mustEqual(answer.order, order, 'the order')
      }
    },
  },
]
