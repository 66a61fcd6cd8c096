import {
  add,
  found,
  must,
  mustBeStored,
  mustEqual,
  mustReject,
  newOrder,
  ownerOf,
  pause,
  type StoreFact,
} from './bench.ts'
import { fail, graceMs, inTransactions, type Outside, writeOutside } from './transaction-bench.ts'

const halfDone = 'The goods are written and the record is not, or the other way round: handed out twice, or never.'
const twice = 'Two servers fulfil one order, and each believes that it was alone.'

const ending: StoreFact[] = [
  inTransactions({
    title: 'A transaction gives the result of its function and keeps what was written in it',
    why: halfDone,
    async run(bench, store) {
      const one = await add(bench, { orderId: 'one', keys: ['a'] })
      const two = newOrder({ orderId: 'two', keys: ['c'] })
      const result = await store.transaction(async (transaction) => {
        mustEqual(await store.write({ ...one, keys: ['b'] }, transaction), true, 'a write in a transaction')
        mustEqual(await store.write(two, transaction), true, 'a first write in a transaction')
        const { order } = await store.read({ orderId: 'one' }, transaction)
        mustEqual(order?.version, 2, 'the version that the transaction itself has written')
        const byKey = await store.read({ key: 'b' }, transaction)
        mustEqual(byKey.order?.orderId, 'one', 'the order of a key that the transaction itself has written')
        mustEqual(await store.write(one, transaction), false, 'a second write of one version in a transaction')
        return { done: 'all' }
      })
      mustEqual(result, { done: 'all' }, 'what transaction gives of its function')
      await mustBeStored(bench, { ...one, version: 2, keys: ['b'] })
      await mustBeStored(bench, { ...two, version: 1 })
      mustEqual(
        [await ownerOf(bench, 'a'), await ownerOf(bench, 'b')],
        [undefined, 'one'],
        'the orders of the keys a and b',
      )
    },
  }),
  inTransactions({
    title: 'A transaction whose function throws changes nothing, throws the same, and leaves the store as good as new',
    why: halfDone,
    async run(bench, store) {
      const one = await add(bench, { orderId: 'one', keys: ['a'] })
      for (let round = 0; round < 4; round += 1) {
        await fail(store, async (transaction) => {
          await store.read({ orderId: 'one' }, transaction)
          await store.write({ ...one, record: { made: 'late' }, keys: ['b'] }, transaction)
          await store.write(newOrder({ orderId: 'two', keys: ['a2'] }), transaction)
        })
        await mustBeStored(bench, one, 'an order whose transaction failed')
        must((await store.read({ orderId: 'two' })).order === undefined, 'an order is stored whose transaction failed')
        const owners = await Promise.all(['a', 'b', 'a2'].map((key) => ownerOf(bench, key)))
        mustEqual(
          owners,
          ['one', undefined, undefined],
          'the orders of the keys a, b and a2 after a transaction that failed',
        )
      }
      await add(bench, { orderId: 'three', keys: ['b'] })
      mustEqual(
        await store.transaction((transaction) => store.write(one, transaction)),
        true,
        'a write in the next transaction',
      )
      await mustBeStored(bench, { ...one, version: 2 })
    },
  }),
  inTransactions({
    title: 'A key of another order ends the transaction that writes it, with all that it wrote',
    why: 'One payment pays for two orders: its pidx belongs to both.',
    async run(bench, store) {
      const one = await add(bench, { orderId: 'one', keys: ['a'] })
      const two = await add(bench, { orderId: 'two', keys: ['b'] })
      const stealing = store.transaction(async (transaction) => {
        await store.write({ ...one, keys: ['a', 'c'] }, transaction)
        await store.write({ ...two, keys: ['b', 'a'] }, transaction)
      })
      await mustReject(stealing, 'a transaction that writes a key of another order')
      await mustBeStored(bench, one, 'an order whose transaction failed')
      await mustBeStored(bench, two, 'the order that wanted the key of another')
      mustEqual(await ownerOf(bench, 'c'), undefined, 'the order of a key whose transaction failed')
    },
  }),
]

const together: StoreFact[] = [
  inTransactions({
    title: 'A failed transaction takes no write with it that another made meanwhile, and shows nothing before it ends',
    why: 'Two customers pay at once. The stock is out for one, and the payment of the other is forgotten.',
    async run(bench, store) {
      const one = await add(bench, { orderId: 'one' })
      const outsiders: Outside[] = []
      await fail(store, async (transaction) => {
        await store.write({ ...one, record: { made: 'inside' } }, transaction)
        const seen = await Promise.race([store.read({ orderId: 'one' }), pause(graceMs)])
        mustEqual(seen?.order?.version ?? 1, 1, 'the version that others see before the transaction has ended')
        outsiders.push(
          await writeOutside(
            bench,
            newOrder({ orderId: `other-${outsiders.length}`, keys: [`key-${outsiders.length}`] }),
          ),
        )
      })
      mustEqual(await outsiders[0]?.end, true, 'a write outside, made while a transaction was open,')
      await mustBeStored(
        bench,
        newOrder({ orderId: 'other-0', version: 1, keys: ['key-0'] }),
        'the order of another caller',
      )
      mustEqual(await ownerOf(bench, 'key-0'), 'other-0', 'the order of a key of another caller')
      await mustBeStored(bench, one, 'the order whose transaction failed')
    },
  }),
  inTransactions({
    title: 'A read in a transaction sees what was committed just before it, and no older copy',
    why: 'A refund that was seen a moment ago is not seen where fulfil is decided, and the goods go out all the same.',
    async run(bench, store) {
      const first = await add(bench, { orderId: 'one', keys: ['a'] })
      await add(bench, { orderId: 'two' })
      const outsiders: Outside[] = []
      const seen = await store.transaction(async (transaction) => {
        await store.read({ orderId: 'two' }, transaction)
        // A transaction may be run again: the write from outside is made once.
        if (outsiders.length === 0) outsiders.push(await writeOutside(bench, { ...first, keys: ['b'] }))
        const byId = await store.read({ orderId: 'one' }, transaction)
        const byKey = await store.read({ key: byId.order?.keys[0] ?? '' }, transaction)
        mustEqual(byKey.order, byId.order, 'the order by its key, read in a transaction,')
        // Where the write was made to wait for us, the version before it is the newest.
        if (outsiders[0]?.soFar)
          mustEqual(byId.order?.version, 2, 'the version read in a transaction, after a write of another')
        return byId.order?.version
      })
      must(seen === 1 || seen === 2, `a read in a transaction gave version ${seen}`)
      mustEqual(await outsiders[0]?.end, true, 'the write of another')
      await mustBeStored(bench, { ...first, version: 2, keys: ['b'] })
    },
  }),
  inTransactions({
    title: 'What a transaction has read nobody else writes before it ends',
    why: twice,
    async run(bench, store) {
      const first = await add(bench)
      const outside: Outside[] = []
      const written = await store.transaction(async (transaction) => {
        const { order } = await store.read({ orderId: 'order' }, transaction)
        if (!order) throw new Error('a read in a transaction gives nothing for an order that was written')
        if (outside.length === 0) outside.push(await writeOutside(bench, { ...first, record: { made: 'outside' } }))
        const isTrue = await store.write({ ...order, record: { made: 'inside' } }, transaction)
        mustEqual(isTrue, true, 'a write in a transaction of the version that it has read')
        return order.version
      })
      const wonOutside = await outside[0]?.end.catch(() => false)
      // A transaction that ran again after it had lost has read version 2, and comes second.
      mustEqual(
        wonOutside,
        written === 2,
        `whether a write outside was true, of the version 1, where the transaction wrote over ${written},`,
      )
      await mustBeStored(bench, { ...first, record: { made: 'inside' }, version: written + 1 })
    },
  }),
  inTransactions({
    title: 'Of a write inside and one outside of a transaction, of one version, exactly one wins',
    why: twice,
    async run(bench, store) {
      for (const insideFirst of [true, false]) {
        const first = await add(bench, { orderId: `order-${insideFirst}` })
        const outside: Outside[] = []
        const begin = async () => {
          if (outside.length === 0) outside.push(await writeOutside(bench, { ...first, record: { made: 'outside' } }))
        }
        const inside = await store
          .transaction(async (transaction) => {
            if (!insideFirst) await begin()
            const isTrue = await store.write({ ...first, record: { made: 'inside' } }, transaction)
            if (insideFirst) await begin()
            return isTrue
          })
          .catch(() => false)
        const won = [inside, (await outside[0]?.end.catch(() => false)) ?? false]
        must(won[0] !== won[1], `of a write inside and one outside of a transaction ${won[0] ? 'both' : 'none'} won`)
        await mustBeStored(bench, { ...first, record: { made: inside ? 'inside' : 'outside' }, version: 2 })
      }
    },
  }),
  inTransactions({
    title: 'Transactions at once, which each read and write an order, lose no write',
    why: twice,
    async run(bench, store) {
      await add(bench, { record: { count: 0 } })
      const count = () =>
        store.transaction(async (transaction) => {
          const { order } = await store.read({ orderId: 'order' }, transaction)
          if (!order) throw new Error('a read in a transaction gives nothing for an order that was written')
          await pause(5)
          return store.write({ ...order, record: { count: Number(order.record.count) + 1 } }, transaction)
        })
      const answers = await Promise.all(Array.from({ length: 6 }, () => count().catch(() => false)))
      const wins = answers.filter(Boolean).length
      must(wins > 0, 'of six transactions at once none could write')
      const { record, version } = await found(bench)
      mustEqual(
        { ...record, version },
        { count: wins, version: wins + 1 },
        `the order after ${wins} transactions that wrote it`,
      )
    },
  }),
]

/** One transaction with the shop's own writing. */
export const transactionFacts: StoreFact[] = [...ending, ...together]
