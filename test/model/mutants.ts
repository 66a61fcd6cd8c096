import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { createCheckout } from 'khalti-kit/checkout'
import type { LockingStore } from './reference-store.ts'
import type { SmallWorld } from './small-world.ts'

/** A deliberate mistake, and the promise that it breaks. */
export interface Mutant {
  name: string
  /** The file in `src`, what stands there, and what stands there by mistake. */
  patch?: [file: string, right: string, wrong: string]
  /** What is wrong with the store. */
  spoil?(store: LockingStore): LockingStore
  breaks: string
  /** Where it shows. */
  world: Pick<SmallWorld, 'first' | 'second' | 'face'> & Partial<SmallWorld>
  transactions?: boolean
  asksForOrder?: boolean
}

const paidTwice = { first: 'settle', second: 'settle', face: 'Completed' } as const

/** One mistake or more for each promise. */
export const mutants: Mutant[] = [
  {
    name: 'a claim that does not heed the claim of another',
    patch: [
      'rules/claim.ts',
      '!mayBeFulfilled(record, link) || isLive(record.claim, now)',
      '!mayBeFulfilled(record, link)',
    ],
    breaks: 'claims one at a time',
    world: paidTwice,
  },
  {
    name: 'a claim for an order that is fulfilled',
    patch: [
      'rules/claim.ts',
      'isPaid && !isOnItsWayBack(record, link) && fulfilledLink(record) === undefined',
      'isPaid && !isOnItsWayBack(record, link)',
    ],
    breaks: 'fulfils once',
    world: paidTwice,
  },
  {
    name: 'a completion that does not look for refunds',
    patch: ['rules/claim.ts', "if (done.transactional && isOnItsWayBack(record, link)) return 'refunded'", ''],
    breaks: 'fulfils nothing refunded',
    world: { ...paidTwice, changes: ['Refunded'] },
  },
  {
    name: 'a claim for money that went back',
    patch: ['rules/claim.ts', 'isPaid && !isOnItsWayBack(record, link) && ', 'isPaid && '],
    breaks: 'fulfils nothing refunded',
    world: { first: 'settle', second: 'refund', face: 'Completed', mishaps: 2 },
    transactions: false,
  },
  {
    name: 'a late answer that is believed',
    patch: [
      'rules/learn.ts',
      'if (isMoney || (isNewer && !contradictsMoney(link, verdict)))',
      'if (isMoney || !contradictsMoney(link, verdict))',
    ],
    breaks: 'never goes back',
    world: { first: 'settle', second: 'settle', face: 'User canceled', changes: ['Initiated'] },
  },
  {
    name: 'money that a later Pending takes back',
    patch: [
      'rules/learn.ts',
      'if (link.refundExtent !== undefined || link.paid) return true',
      'if (link.refundExtent !== undefined || link.paid) return false',
    ],
    breaks: 'never goes back',
    world: { ...paidTwice, changes: ['Pending'] },
  },
  {
    name: 'a hold that nobody is told of',
    patch: ['rules/link-moves.ts', "text}`)\n  draft.tell({ what: 'hold', previous })", 'text}`)'],
    breaks: 'tells everything',
    world: { first: 'settle', second: 'status', face: 'wrong amount' },
  },
  {
    name: 'a callback for what is over',
    patch: [
      'rules/news.ts',
      "return link?.state === 'unpaid' && fulfilledLink(record) === undefined && !isPaid(record)",
      'return true',
    ],
    breaks: 'tells what is so',
    world: { first: 'settle', second: 'settle', face: 'Expired', changes: ['Completed'], mishaps: 1 },
  },
  {
    name: 'a telling that is forgotten with its process',
    patch: ['rules/due.ts', '...untold.map(({ until }) => until),', ''],
    breaks: 'forgets nothing',
    world: { ...paidTwice, face: 'Refunded' },
  },
  {
    name: 'a paid order that nobody comes back to',
    patch: [
      'rules/due.ts',
      "if (link.state === 'paid') return untilFulfilled(record, link)",
      "if (link.state === 'paid') return undefined",
    ],
    breaks: 'forgets nothing',
    world: { ...paidTwice, mishaps: 1 },
  },
  {
    name: 'a second link beside a payment that is on its way',
    patch: ['rules/reserve.ts', "return link.state === 'pending' && link.status === 'pending'", 'return false'],
    breaks: 'one payable link',
    world: { first: 'changed cart', second: 'status', face: 'Pending' },
  },
  {
    name: 'a link for an order that is fulfilled',
    patch: [
      'rules/reserve.ts',
      "if (fulfilled) return fulfilled.refundExtent === 'full' && !isPaid(record) ? 'refunded' : 'already-paid'",
      '',
    ],
    breaks: 'one payable link',
    world: { first: 'initiate', second: 'settle', face: 'Refunded', isSold: true },
  },
  {
    name: 'goods that are not handed out in the transaction',
    patch: [
      'checkout/fulfil.ts',
      'const context = { attempt, signal: lease.signal, transaction }',
      'const context = { attempt, signal: lease.signal }',
    ],
    breaks: 'gives a transaction',
    world: paidTwice,
  },
  {
    name: 'a second refund while the first is under way',
    patch: ['rules/refund.ts', "if (refundsUnderWay(record).length > 0) return 'refund-in-progress'", ''],
    breaks: 'refunds one at a time',
    world: { first: 'refund a part', second: 'refund another part', face: 'Completed', isSold: true },
  },
  {
    name: 'a store that writes whatever version it is given',
    spoil: (store) => ({
      ...store,
      async write(order, transaction) {
        const { order: current } = await store.read({ orderId: order.orderId }, transaction)
        return store.write({ ...order, version: current?.version ?? 0 }, transaction)
      },
    }),
    breaks: 'never goes back',
    world: paidTwice,
  },
  {
    name: 'a store whose transactions are not rolled back',
    spoil: (store) => ({
      ...store,
      read: (by) => store.read(by),
      write: (order) => store.write(order),
    }),
    breaks: 'answers what is so',
    world: { ...paidTwice, mishaps: 1 },
  },
]

/** The checkout with a mistake in its source: a patched copy, below `.tmp`. */
export async function importMutant([file, right, wrong]: [string, string, string], name: string) {
  const copy = resolve('.tmp', 'mutants', name.replaceAll(' ', '-'))
  rmSync(copy, { recursive: true, force: true })
  for (const room of ['nepal', 'wire', 'transport', 'core', 'rules', 'checkout']) {
    mkdirSync(resolve(copy, room), { recursive: true })
    cpSync(resolve('src', room), resolve(copy, room), { recursive: true })
  }
  cpSync(resolve('src', 'checkout.ts'), resolve(copy, 'checkout.ts'))
  const source = readFileSync(resolve(copy, file), 'utf8')
  if (source.split(right).length !== 2) throw new Error(`src/${file} does not have once: ${right}`)
  writeFileSync(
    resolve(copy, file),
    source.replace(right, () => wrong),
  )
  const door = (await import(pathToFileURL(resolve(copy, 'checkout.ts')).href)) as {
    createCheckout: typeof createCheckout
  }
  return door.createCheckout
}
