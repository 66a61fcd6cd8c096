import {
  add,
  must,
  mustBeStored,
  mustEqual,
  mustReject,
  newOrder,
  ownerOf,
  type StoreFact,
  severalAtOnce,
} from './bench.ts'
import { characters } from './characters.ts'

const stolen = 'One payment pays for two orders: its pidx belongs to both.'

/** Links of a customer who comes back for days, and the transactions of two. */
const manyKeys = Array.from({ length: 40 }, (_, place) => `key-${place}`)

/** The other keys that find an order. */
export const keyFacts: StoreFact[] = [
  {
    title: 'An order is found by its id and by each of its keys, and an id is no key',
    why: 'A customer comes back from Khalti with a pidx that finds nothing, and the money is there. Or an order id that looks like a pidx opens a stranger’s order.',
    async run(bench) {
      await add(bench, { orderId: 'one', keys: ['pidx', 'transaction', 'two'] })
      await add(bench, { orderId: 'two' })
      for (const key of ['pidx', 'transaction', 'two'])
        mustEqual(await ownerOf(bench, key), 'one', `the order of the key ${key}`)
      mustEqual(await ownerOf(bench, 'one'), undefined, 'the order of a key that is only an order’s id')
      const { order } = await bench.store.read({ orderId: 'pidx' })
      must(order === undefined, 'an order was found by its key, where its id was asked for')
      const { order: two } = await bench.store.read({ orderId: 'two' })
      mustEqual(two?.orderId, 'two', 'the order whose id is a key of another')
    },
  },
  {
    title: 'A write with a key of another order throws and changes nothing, whichever key it is',
    why: stolen,
    async run(bench) {
      const one = await add(bench, { orderId: 'one', keys: ['a', 'b'] })
      const two = await add(bench, { orderId: 'two', keys: ['c'] })
      for (const keys of [['a'], ['new', 'b'], ['b', 'new'], ['c', 'new', 'a', 'other']]) {
        const what = `a write with the keys ${keys.join(', ')}, of which one is another order's,`
        await mustReject(bench.store.write({ ...two, record: { made: 'late' }, keys }), what)
        await mustReject(bench.store.write(newOrder({ orderId: 'three', keys })), what)
        await mustBeStored(bench, one, 'the order whose key was asked for')
        await mustBeStored(bench, two, 'the order whose write threw')
        must(
          (await bench.store.read({ orderId: 'three' })).order === undefined,
          'a first write that threw stored its order',
        )
        for (const key of ['new', 'other'])
          mustEqual(await ownerOf(bench, key), undefined, `the order of the key ${key}, after ${what}`)
        for (const key of ['a', 'b'])
          mustEqual(await ownerOf(bench, key), 'one', `the order of the key ${key}, after ${what}`)
        mustEqual(await ownerOf(bench, 'c'), 'two', `the order of the key c, after ${what}`)
      }
      mustEqual(
        await bench.store.write({ ...two, keys: ['new', 'other'] }),
        true,
        'a write with the keys that were asked for in vain',
      )
    },
  },
  {
    title: 'The keys of a write take the place of those before, which are free again',
    why: 'An order keeps a key that it gave up, and the order that now has it cannot be written any more: a paid payment is never recorded.',
    async run(bench) {
      const one = await add(bench, { orderId: 'one', keys: ['a', 'b'] })
      mustEqual(await bench.store.write({ ...one, keys: ['b', 'c'] }), true, 'a write with other keys')
      await mustBeStored(bench, { ...one, version: 2, keys: ['b', 'c'] })
      mustEqual(await ownerOf(bench, 'a'), undefined, 'the order of a key that was given up')
      await add(bench, { orderId: 'two', keys: ['a'] })
      mustEqual(await ownerOf(bench, 'a'), 'two', 'the order of a key that another gave up')
      mustEqual(await bench.store.write({ ...one, version: 2, keys: [] }), true, 'a write without keys')
      await add(bench, { orderId: 'three', keys: ['b', 'c'] })
      mustEqual(await ownerOf(bench, 'b'), 'three', 'the order of a key that another gave up')
    },
  },
  {
    title: 'An order is found by each of its keys, however many there are',
    why: 'A customer pays by the twentieth link of an order, and there is no such payment.',
    async run(bench) {
      const first = await add(bench, { keys: manyKeys.slice(0, 20) })
      mustEqual(await bench.store.write({ ...first, keys: manyKeys }), true, 'a write with many keys')
      await mustBeStored(bench, { ...first, version: 2, keys: manyKeys })
      await severalAtOnce(manyKeys, async (key) => mustEqual(await ownerOf(bench, key), 'order', `the order of ${key}`))
    },
  },
  {
    title: 'A key that several orders want at once belongs to one of them',
    why: stolen,
    async run(bench) {
      const contenders = ['one', 'two', 'three']
      await Promise.all(
        Array.from({ length: 8 }, async (_, round) => {
          const key = `key-${round}`
          const orders = contenders.map((name) =>
            newOrder({ orderId: `${name}-${round}`, keys: [`${name}-key-${round}`, key] }),
          )
          const answers = await Promise.allSettled(orders.map((order) => bench.store.write(order)))
          const winners = orders.filter((_order, place) => answers[place]?.status === 'fulfilled')
          mustEqual(
            winners.length,
            1,
            `how many of ${contenders.length} orders that wanted one key at once were written`,
          )
          mustEqual(await ownerOf(bench, key), winners[0]?.orderId, 'the order of a key that several wanted')
        }),
      )
    },
  },
  {
    title: 'Ids and keys are compared by their very characters',
    why: 'The orders A, a and "a " are one to the database: whoever pays for the cheap one gets the expensive one.',
    async run(bench) {
      // Each text is the id of one order and a key of the order before it.
      const orders = characters.map((orderId, place) =>
        newOrder({ orderId, record: { place }, keys: [characters[(place + 1) % characters.length] ?? ''] }),
      )
      await severalAtOnce(characters, async (text) => {
        const [byId, byKey] = [await bench.store.read({ orderId: text }), await bench.store.read({ key: text })]
        const name = JSON.stringify(text)
        must(!byId.order && !byKey.order, `read of ${name} gives an order, though none was ever written`)
      })
      await severalAtOnce(orders, (order) => add(bench, order))
      await severalAtOnce(orders, async (order) => {
        const name = JSON.stringify(order.orderId)
        await mustBeStored(bench, { ...order, version: 1 }, `the order ${name}`)
        for (const key of order.keys) {
          mustEqual(await ownerOf(bench, key), order.orderId, `the order of the key ${JSON.stringify(key)}`)
        }
      })
      mustEqual((await bench.store.list({ limit: 1_000 })).length, orders.length, 'how many orders there are')
    },
  },
]
