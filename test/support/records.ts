import type { Verdict } from '../../src/core/judge.ts'
import { paisa } from '../../src/core/money.ts'
import {
  type Claim,
  type EventEntry,
  type Link,
  newRecord,
  type OrderRecord,
  type RefundEntry,
  type Ruling,
  type Untold,
} from '../../src/rules/record.ts'

/** Now, by the store's clock of these tests. */
export const now = Date.parse('2026-11-23T06:15:00Z')
export const second = 1_000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

/** What each field must be where the entry is not of the ordinary. A field that is undefined is left out. */
export type Change<Entry> = { [Field in keyof Entry]?: Entry[Field] | undefined }

function entry<Entry extends object>(ordinary: Entry, change: Change<Entry>): Entry {
  const all = { ...ordinary, ...change }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Entry
}

/** A link that was made ten minutes ago and lives for twenty more. */
export function link(change: Change<Link> = {}): Link {
  const ordinary: Link = {
    pidx: 'a',
    method: 'khalti',
    orderName: 'Dhaka topi',
    amount: paisa(85_000),
    fingerprint: 'cart-1',
    paymentUrl: 'https://pay.example/?pidx=a',
    state: 'pending',
    createdAt: now - 10 * minute,
    expiresAt: now + 20 * minute,
    since: now - 10 * minute,
  }
  return entry(ordinary, change)
}

/** A link that was paid a minute ago, and is not handed out. */
export function paidLink(change: Change<Link> = {}): Link {
  const received = { at: now - minute, amount: 85_000 }
  return link({ state: 'paid', paid: true, received, transactionId: 'txn-a', since: now - minute, ...change })
}

/** A link that was paid and handed out. */
export const fulfilledLink = (change: Change<Link> = {}): Link => paidLink({ fulfilledAt: now - minute, ...change })

/** A refund of 10,000 paisa that was sent a minute ago. */
export function refund(change: Change<RefundEntry> = {}): RefundEntry {
  return entry<RefundEntry>(
    { id: 'r1', pidx: 'a', amount: paisa(10_000), state: 'sent', askedAt: now - minute },
    change,
  )
}

/** The right to fulfil link `a`, for four more minutes. */
export function claimOf(change: Change<Claim> = {}): Claim {
  return entry<Claim>({ pidx: 'a', token: 'mine', attempt: 1, until: now + 4 * minute }, change)
}

/** What the shop has still to be told of link `a`; its time has come. */
export function untold(change: Change<Untold> = {}): Untold {
  return entry<Untold>(
    { id: 'hold:a', what: 'hold', pidx: 'a', previous: link(), at: now, until: now, failures: 0 },
    change,
  )
}

/** The record of an order with these links. */
export function record(links: Link[] = [link()], change: Change<OrderRecord> = {}): OrderRecord {
  return entry({ ...newRecord('topi', 'sandbox'), links }, change)
}

/** A record that throws where anything in it is written: a rule must leave what it was given as it was. */
export function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) frozen(inner)
  }
  return value
}

/** The verdict of a lookup of link `a` that costs 85,000 paisa. */
export function verdict<Outcome extends Verdict['outcome']>(
  outcome: Outcome,
  { lookup, ...facts }: Record<string, unknown> = {},
): Extract<Verdict, { outcome: Outcome }> {
  const answer = { pidx: 'a', status: outcome, total_amount: 85_000, transaction_id: 'txn-a', ...(lookup as object) }
  return { outcome, ...facts, lookup: answer } as unknown as Extract<Verdict, { outcome: Outcome }>
}

/** Fields of a record that a rule has changed, and lines that are new in its history. */
export interface Changes extends Omit<Partial<OrderRecord>, 'links' | 'events'> {
  /** Not there where they are as they were, as with every field. */
  links: [Link, ...Link[]]
  events: Omit<EventEntry, 'at'>[]
}

/** What a rule has changed of a record. */
export function changes(before: OrderRecord, { record: after }: Pick<Ruling<unknown>, 'record'>): Changes {
  const fields = Object.entries(after).filter(
    ([name, value]) => name !== 'events' && JSON.stringify(value) !== JSON.stringify(before[name as keyof OrderRecord]),
  )
  const gone = Object.keys(before).filter((name) => !(name in after))
  const events = after.events.slice(before.events.length).map(({ at, ...line }) => {
    if (at !== now) throw new Error(`A line of the history says ${at}, and it is ${now}.`)
    return line
  })
  return { ...Object.fromEntries([...fields, ...gone.map((name) => [name, undefined])]), events }
}
