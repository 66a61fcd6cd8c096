import type { JsonObject } from '../checkout/payment-store.ts'
import {
  add,
  due,
  found,
  instant,
  longLease,
  must,
  mustBeStored,
  mustEqual,
  newOrder,
  type StoreFact,
} from './bench.ts'

const depth = 40
const longText = 200_000

/** What JSON can say and databases like to read in their own way. */
function awkwardRecord(): JsonObject {
  return {
    text: 'नेपाल 👟 "quoted" \\ \n \t \u2028 </script> \'; drop table orders; --',
    empty: '',
    blank: ' ',
    numbers: [0, -1, 0.1, 1e-7, 1e21, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
    looksLikeOther: ['1', 'true', 'null', '2026-07-01T00:00:00.000Z', '$record', '$$NOW', '$$ROOT', '{}'],
    flags: [true, false, null],
    nothing: null,
    empties: [[], {}, [[]], [{}], [null]],
    nested: [[1, [2, [3, []]]], { a: [{ b: null }] }],
    deep: deepObject(depth),
    names: awkwardNames(),
    $set: { version: 9 },
    snake_case: { inner_name: 1 },
    camelCase: { innerName: 2 },
    'dotted.name': { 'a.b.c': 1, '.': 2 },
  }
}

/** From text, since only so `__proto__` is a field like others. */
function awkwardNames(): JsonObject {
  const names = [
    '__proto__',
    'constructor',
    'toString',
    'toJSON',
    '_id',
    '_bsontype',
    '$literal',
    '$oid',
    '$date',
    '$',
    '.',
  ]
  const alike = ['a', 'A', 'a ', '\u00e9', 'e\u0301', '0', '10', '9', '', 'नाम', '👟', 'order', 'version', 'record']
  return JSON.parse(
    `{${[...names, ...alike].map((name) => `${JSON.stringify(name)}:${JSON.stringify(`$${name}`)}`).join()}}`,
  )
}

function deepObject(levels: number): JsonObject {
  return levels === 0 ? { bottom: true } : { in: deepObject(levels - 1) }
}

/** What is kept of an order. */
export const recordFacts: StoreFact[] = [
  {
    title: 'A record comes back as it was written, whatever JSON can say',
    why: 'A link that is lost from the record is paid, and nobody ever learns of it. An amount that is rounded pays for another cart.',
    async run(bench) {
      const record = awkwardRecord()
      await mustBeStored(bench, await add(bench, { record }), 'the order')
      const long: JsonObject = { long: 'अ'.repeat(longText), end: true }
      mustEqual(await bench.store.write(newOrder({ version: 1, record: long })), true, 'a write of a long record')
      await mustBeStored(bench, newOrder({ version: 2, record: long }), 'the order with a long record')
      await add(bench, { orderId: 'two', record: { said: 1, unsaid: undefined } })
      const { said, unsaid } = (await found(bench, 'two')).record
      mustEqual([said, unsaid], [1, undefined], 'the fields of a record of which one was undefined')
    },
  },
  {
    title: 'A write replaces the record, the dates and the flag as a whole',
    why: 'A claim that was given up stays in the record, and the order is never fulfilled; or a person sees no end of what wants attention.',
    async run(bench) {
      const first = await add(bench, {
        record: { kept: 1, claim: { token: 'a', until: 5 } },
        dueAt: instant(1),
        attention: true,
      })
      const second = {
        orderId: 'order',
        version: 1,
        record: { kept: 1, claim: {} },
        keys: [],
        attention: false,
        changedAt: instant(2),
      }
      mustEqual(await bench.store.write(second), true, 'the second write')
      await mustBeStored(bench, { ...second, version: 2 })
      mustEqual('dueAt' in second, false, 'whether a write adds a field to what it was given')
      mustEqual(await bench.store.write({ ...first, version: 2, dueAt: instant(3) }), true, 'the third write')
      await mustBeStored(bench, { ...first, version: 3, dueAt: instant(3) })
    },
  },
  {
    title: 'Nobody changes the store by changing what they gave it, or what it gave them',
    why: 'A rule that only tries something out has changed the order for everybody, without a write.',
    async run(bench) {
      const order = newOrder({ record: { list: [1], inner: { a: 1 } }, keys: ['key'], dueAt: instant(-1) })
      const expected = { ...structuredClone(order), version: 1 }
      await bench.store.write(order)
      mustEqual(order, { ...expected, version: 0 }, 'the order that was given to write')
      spoil(order)
      await mustBeStored(bench, expected, 'the order, after what was given to write was changed')
      const { order: byKey } = await bench.store.read({ key: 'key' })
      const listed = await bench.store.list({ limit: 1 })
      for (const given of [await found(bench), byKey, ...listed]) if (given) spoil(given)
      await mustBeStored(bench, expected, 'the order, after what was read was changed')
      const { orders } = await bench.store.due(1, longLease)
      must(orders.length === 1, 'an order whose time has come must be due')
      for (const given of orders) spoil(given)
      mustEqual((await found(bench)).record, expected.record, 'the record, after what was due was changed')
      mustEqual(await due(bench), [], 'what is due, after what was due was changed,')
    },
  },
]

function spoil(order: ReturnType<typeof newOrder>): void {
  order.record.added = true
  const { list } = order.record
  if (Array.isArray(list)) list.push(2)
  order.keys.push('added')
  order.changedAt.setTime(0)
  order.dueAt?.setTime(0)
}
