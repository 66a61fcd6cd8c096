import type { JsonObject, JsonValue, StoredOrder } from '../../../src/checkout/payment-store.ts'
import { Parts, type State } from './flawed-payments.ts'

type Flaw = (parts: Parts) => Partial<Parts>

const turn = () => Promise.resolve()

/** Changes each field of a record, at any depth. */
function mapped(
  value: JsonValue | undefined,
  change: (name: string, value: JsonValue) => [string, JsonValue][],
): JsonValue {
  if (Array.isArray(value)) return value.map((item) => mapped(item, change))
  if (typeof value !== 'object' || value === null) return value ?? null
  const fields = Object.entries(value).flatMap(([name, field]) => change(name, mapped(field, change)))
  return Object.fromEntries(fields)
}
const mapRecord = (record: JsonObject, change: Parameters<typeof mapped>[1]) => mapped(record, change) as JsonObject

const asDifferent = (order: StoredOrder, change: object) => ({ ...structuredClone(order), ...change }) as StoredOrder

const writing: Record<string, Flaw> = {
  'ignores the version': () => ({ isCurrent: () => true }),
  'begins an order with any version': () => ({ isCurrent: (stored, given) => stored === 0 || stored === given }),
  'takes a newer version than the stored one': () => ({ isCurrent: (stored, given) => given >= stored }),
  'gives an order the record of the one that is written beside it': () => ({ keep: keepTheFirst() }),
  'looks at the version, then writes': () => ({ locks: false, beforeWrite: turn }),
  'gives null where there is no order': () => ({ missing: null }),
  'says the time of the server, not its own': () => ({ says: () => new Date() }),
  'says the time as text': ({ now }) => ({ says: () => now().toISOString() as never }),
  'gives dates as text': () => ({ give: (order) => asDifferent(order, { changedAt: order.changedAt.toISOString() }) }),
  'gives null where nothing is due': () => ({ give: (order) => asDifferent(order, { dueAt: order.dueAt ?? null }) }),
  'gives versions as text': () => ({ give: (order) => asDifferent(order, { version: String(order.version) }) }),
  'gives flags as numbers': () => ({ give: (order) => asDifferent(order, { attention: Number(order.attention) }) }),
  'cuts milliseconds off': () => ({
    give: (order) => asDifferent(order, { changedAt: new Date(Math.floor(order.changedAt.getTime() / 1000) * 1000) }),
  }),
}

/** Keeps the first record of a moment for all that are written in it. */
function keepTheFirst(): Parts['keep'] {
  let first: JsonObject | undefined
  return (record) => {
    first ??= record
    setTimeout(() => {
      first = undefined
    })
    return structuredClone(first)
  }
}

const objectFind = (map: Map<string, StoredOrder>, id: string) => Object.assign({}, Object.fromEntries(map))[id]

const comparing: Record<string, Flaw> = {
  'compares without case': () => ({ form: (text) => text.toLowerCase() }),
  'cuts blanks at the end': () => ({ form: (text) => text.replace(/ +$/, '') }),
  'takes two forms of one letter for one': () => ({ form: (text) => text.normalize('NFC') }),
  'cuts what is longer than 255 bytes': () => ({ form: (text) => Buffer.from(text).subarray(0, 255).toString() }),
  'keeps orders in a plain object': () => ({ findOrder: (state, id) => objectFind(state.orders, id) }),
  'reads a number where text looks like one': () => ({
    form: (text) => (/^[\d.]+$/.test(text) ? String(Number(text)) : text),
  }),
  'lets a key belong to the last that wants it': () => ({ moveKeys: stealKeys }),
  'finds a key taken after it has moved others': () => ({ moveKeys: moveOneByOne }),
  'keeps keys that were given up': (parts) => ({ moveKeys: (state, order) => parts.moveKeys(state, order) }),
  'takes the id of an order for a key': () => ({ findOwner: (state, key) => state.owners.get(key) ?? key }),
  'takes a key for the id of an order': () => ({
    findOrder: (state, id) => state.orders.get(id) ?? state.orders.get(state.owners.get(id) ?? id),
  }),
  'finds an order by its first five keys alone': (parts) => ({
    moveKeys: (state, order, stored) => parts.moveKeys(state, { ...order, keys: order.keys.slice(0, 5) }, stored),
  }),
}

function stealKeys(state: State, order: StoredOrder, stored?: StoredOrder): void {
  for (const key of stored?.keys ?? []) state.owners.delete(key)
  for (const key of order.keys) state.owners.set(key, order.orderId)
}

function moveOneByOne(state: State, order: StoredOrder, stored?: StoredOrder): void {
  for (const key of stored?.keys ?? []) state.owners.delete(key)
  for (const key of order.keys) {
    if (state.owners.has(key)) throw new Error('A key is taken.')
    state.owners.set(key, order.orderId)
  }
}

const upper = (_: string, letter: string) => letter.toUpperCase()

const keeping: Record<string, Flaw> = {
  'keeps the record that it was given': () => ({ keep: (record) => record }),
  'gives the record that it keeps': () => ({ give: (order) => ({ ...order }) }),
  'drops names that begin with $': () => ({
    keep: (record) => mapRecord(record, (name, value) => (name.startsWith('$') ? [] : [[name, value]])),
  }),
  'writes names with dots in another way': () => ({
    keep: (record) => mapRecord(record, (name, value) => [[name.replaceAll('.', '_'), value]]),
  }),
  'turns names of a record into camel case': () => ({
    keep: (record) =>
      Object.fromEntries(
        Object.entries<JsonValue>(JSON.parse(JSON.stringify(record))).map(([name, value]) => [
          name.replace(/_([a-z])/g, upper),
          value,
        ]),
      ),
  }),
  'reads values that begin with $ as expressions': () => ({
    keep: (record) => mapRecord(record, (name, value) => (String(value).startsWith('$') ? [] : [[name, value]])),
  }),
  'reads text that looks like a date as a date': () => ({
    keep: (record) =>
      JSON.parse(JSON.stringify(record), (_, value) =>
        typeof value === 'string' && /^\d{4}-.*Z$/.test(value) ? value.slice(0, 10) : value,
      ),
  }),
  'gives text that looks like a date as a Date': () => ({
    keep: (record) =>
      JSON.parse(JSON.stringify(record), (_, value) =>
        typeof value === 'string' && /^\d{4}-.*Z$/.test(value) ? new Date(value) : value,
      ),
  }),
  'drops nulls': () => ({
    keep: (record) => mapRecord(record, (name, value) => (value === null ? [] : [[name, value]])),
  }),
  'keeps null for what is undefined': () => ({
    keep: (record) => JSON.parse(JSON.stringify(record, (_, value) => value ?? null)),
  }),
  'rounds large numbers': () => ({
    keep: (record) =>
      JSON.parse(JSON.stringify(record), (_, value) => (typeof value === 'number' ? Math.fround(value) : value)),
  }),
  'cuts what is longer than 64 kB': () => ({
    keep: (record) =>
      JSON.parse(JSON.stringify(record), (_, value) => (typeof value === 'string' ? value.slice(0, 65_535) : value)),
  }),
  'merges the record with the one before': () => {
    let last: JsonObject = {}
    return { keep: (record) => (last = { ...last, ...JSON.parse(JSON.stringify(record)) }) }
  },
}

const scheduling: Record<string, Flaw> = {
  'looks at what is due, then takes the lease': () => ({ locks: false, beforeLease: turn }),
  'does not move what it hands out': () => ({ takeLease: () => {} }),
  'never hands out again': (parts) => ({
    takeLease: (order, now) => parts.takeLease(order, now, 1e12),
  }),
  'hands out the shortest due first': () => ({ dueOrder: (one, other) => other.getTime() - one.getTime() }),
  'hands out what is due in the order in which it was written': () => ({ dueOrder: () => 0 }),
  'hands out more than the limit': () => ({ dueLimit: () => 1_000 }),
  'hands out what is not due yet': () => ({ isDue: () => true }),
  'raises the version of what it hands out': (parts) => ({
    takeLease: (order, now, leaseMs) => {
      parts.takeLease(order, now, leaseMs)
      order.version += 1
    },
  }),
  'lists the oldest change first': (parts) => ({ listOrder: (one, other) => -parts.listOrder(one, other) }),
  'loses what was changed in the same instant': () => ({
    isAfter: (order, before) => order.changedAt < before.changedAt,
  }),
  'doubles what was changed in the same instant': () => ({
    isAfter: (order, before) => order.changedAt <= before.changedAt,
  }),
  'sorts a list by the language of ids, and goes on by their bytes': ({ isAfter }) => ({
    listOrder: (one, other) =>
      other.changedAt.getTime() - one.changedAt.getTime() || other.orderId.localeCompare(one.orderId, 'en'),
    isAfter,
  }),
  'lists those that want no attention too': () => ({ isListed: () => true }),
  'lists more than the limit': () => ({ listLimit: () => 1_000 }),
}

const transacting: Record<string, Flaw> = {
  'keeps what a failed transaction wrote': (parts) => ({ rollBack: parts.commit }),
  'keeps the keys of a failed transaction': () => ({
    rollBack: ({ draft }, state) => ({ orders: state.orders, owners: draft?.owners ?? state.owners }),
  }),
  'writes outside of the transaction': () => ({ ignoresTransaction: true, readsLocked: false }),
  'has one connection for transactions and all others': () => ({ locks: false, outside: 'draft', readsLocked: true }),
  'puts back all orders where a transaction fails': () => ({ locks: false, rollBack: ({ before }) => before }),
  'shows what is not committed': () => ({ outside: 'draft when read' }),
  'reads an old copy in a transaction': () => ({ readsLocked: false }),
  'locks nothing that a transaction has read': () => ({ locks: false, commit: mergeAll }),
  'writes the version of a transaction over that of another': () => ({ locks: false }),
  'swallows what the function of a transaction throws': () => ({ rethrow: () => {} }),
  'wraps what the function of a transaction throws': () => ({
    rethrow: (error) => {
      throw new Error('The transaction failed.', { cause: error })
    },
  }),
  'gives nothing of the function of a transaction': () => ({ giveResult: () => undefined as never }),
  'is broken after a failed transaction': () => brokenAfterFailure(),
}

/** Keeps of both what is newer. */
function mergeAll({ draft, before }: { draft?: State; before: State }, state: State): State {
  if (!draft) return state
  const changed = [...draft.orders].filter(([id, order]) => order.version !== before.orders.get(id)?.version)
  return {
    orders: new Map([...state.orders, ...changed]),
    owners: new Map([...state.owners, ...draft.owners]),
  }
}

function brokenAfterFailure(): Partial<Parts> {
  let isBroken = false
  return {
    rollBack: (_, state) => {
      isBroken = true
      return state
    },
    isCurrent: (stored, given) => {
      if (isBroken) throw new Error('The connection is closed.')
      return stored === given
    },
  }
}

const all: Record<string, Flaw> = { ...writing, ...comparing, ...keeping, ...scheduling, ...transacting }

/** Mistakes that people make in a payment store; one at a time. */
export const mistakes = Object.keys(all)

/** The parts of a store with one of them, or none. */
export function partsWith(now: () => Date, mistake?: string): Parts {
  const parts = new Parts(now)
  const flaw = mistake === undefined ? undefined : all[mistake]
  return Object.assign(parts, flaw?.(new Parts(now)))
}
