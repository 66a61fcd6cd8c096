import type { StoredOrder } from '../checkout/payment-store.ts'
import { add, type Bench, instant, mustBeStored, mustEqual, type StoreFact } from './bench.ts'

/** A language sorts them in another order than their characters do. */
const unlikeIds = ['A-1', 'a-2', 'B-3', 'b-4', 'C-5', 'c-6', 'Á-7', 'á-8', '_9', ' 10']

const unseen = 'An order that wants a person is in no list: money was taken, and nobody looks.'

async function listed(bench: Bench, query: Parameters<Bench['store']['list']>[0]): Promise<string[]> {
  return (await bench.store.list(query)).map(({ orderId }) => orderId)
}

/** Lists for people. */
export const listFacts: StoreFact[] = [
  {
    title: 'A list begins with the newest change, ends at its limit, and can be of those alone that want attention',
    why: unseen,
    async run(bench) {
      mustEqual(await bench.store.list({ limit: 5 }), [], 'the list of a store without orders')
      for (const [orderId, offset] of [
        ['b', 20],
        ['a', 30],
        ['d', 1],
        ['c', 10],
      ] as const) {
        await add(bench, { orderId, changedAt: instant(offset), attention: orderId > 'b' })
      }
      mustEqual(await listed(bench, { limit: 5 }), ['a', 'b', 'c', 'd'], 'the list')
      mustEqual(await listed(bench, { limit: 2 }), ['a', 'b'], 'the list up to 2')
      mustEqual(await listed(bench, { limit: 5, attention: true }), ['c', 'd'], 'the list of those that want attention')
      mustEqual(
        await listed(bench, { limit: 1, attention: true }),
        ['c'],
        'the list up to 1 of those that want attention',
      )
      const [last] = (await bench.store.list({ limit: 4 })).slice(-1)
      if (last)
        mustEqual(await bench.store.write({ ...last, changedAt: instant(40), attention: false }), true, 'a write')
      mustEqual(await listed(bench, { limit: 5 }), ['d', 'a', 'b', 'c'], 'the list after a write')
      mustEqual(
        await listed(bench, { limit: 5, attention: true }),
        ['c'],
        'the list of those that still want attention',
      )
    },
  },
  {
    title: 'Pages of a list neither lose nor double an order, also where many were changed in one instant',
    why: `${unseen} Or an order stands twice in the books.`,
    async run(bench) {
      const all: StoredOrder[] = []
      for (const orderId of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
        const changedAt = instant(orderId === 'a' ? 2 : orderId === 'g' ? -1 : 0)
        all.push(await add(bench, { orderId, changedAt, attention: orderId !== 'c' }))
      }
      for (const limit of [1, 2, 3]) {
        mustEqual(await pages(bench, limit), ['a', 'f', 'e', 'd', 'c', 'b', 'g'], `the pages of ${limit}`)
        mustEqual(
          await pages(bench, limit, true),
          ['a', 'f', 'e', 'd', 'b', 'g'],
          `the pages of ${limit}, attention only,`,
        )
      }
      for (const order of all) await mustBeStored(bench, order, 'an order after it was listed')
    },
  },
  {
    title: 'Pages of a list go on in the order in which it is sorted, whatever the ids',
    why: `A database sorts ids by a language, and compares them by their bytes. ${unseen}`,
    async run(bench) {
      for (const orderId of unlikeIds) await add(bench, { orderId, attention: true })
      const all = await listed(bench, { limit: unlikeIds.length })
      mustEqual([...all].sort(), [...unlikeIds].sort(), 'the ids of a list, sorted,')
      for (const limit of [1, 2, 3]) {
        mustEqual(await pages(bench, limit), all, `the pages of ${limit}`)
        mustEqual(await pages(bench, limit, true), all, `the pages of ${limit}, attention only,`)
      }
    },
  },
]

async function pages(bench: Bench, limit: number, attention?: boolean): Promise<string[]> {
  const ids: string[] = []
  let before: StoredOrder | undefined
  // More rounds than there can be pages, so that a list without an end ends.
  for (let page = 0; page < 20; page += 1) {
    const orders = await bench.store.list({ limit, ...(attention && { attention }), ...(before && { before }) })
    ids.push(...orders.map(({ orderId }) => orderId))
    before = orders.at(-1)
    if (!before) return ids
  }
  return ids
}
