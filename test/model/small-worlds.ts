import { explore, type Seen } from './explore.ts'
import { type Face, faces } from './gateway.ts'
import { isLong, referenceWorld, tell } from './settings.ts'
import { type Act, acts, beginSmallWorlds, openSmallWorld, type SmallWorld } from './small-world.ts'
import { inWorldTime } from './time.ts'
import type { WorldSettings } from './world.ts'

/** What a payment may become that stands so at Khalti. */
const changes: Record<Face, Face[]> = {
  Initiated: ['Completed', 'User canceled'],
  Pending: ['Completed', 'Expired'],
  Completed: ['Refunded', 'Partially Refunded', 'Pending'],
  Expired: ['Completed'],
  'User canceled': ['Completed', 'Initiated'],
  Refunded: ['Completed'],
  'Partially Refunded': ['Refunded', 'Completed'],
  'wrong amount': ['Completed', 'Refunded'],
  Ambiguous: ['Completed', 'Initiated'],
  'unknown pidx': ['Completed', 'Initiated'],
}

/** Every two operations. */
export const pairs = acts.flatMap((first, index) => acts.slice(index).map((second): [Act, Act] => [first, second]))

/** Two deeds of the shop's people, or one beside what customers do, on an order that is paid or sold. */
export const deedPairs: [Act, Act][] = [
  ['refund', 'refund'],
  ['refund a part', 'refund another part'],
  ['refund', 'reconcile'],
  ['mark as paid', 'mark as paid'],
  ['mark as paid', 'settle'],
  ['mark as paid', 'initiate'],
  ['accept', 'settle'],
]

/** One kind of shop, and the faces with which its small worlds are played where a step may go wrong. */
export interface ShopKind {
  name: string
  settings: Partial<WorldSettings>
  failing: readonly Face[]
}

/** The shops: in CI two, and with a mishap only on one face for each thing that can come of it. */
export const shops: ShopKind[] = [
  {
    name: 'a store with transactions',
    settings: { transactions: true, asksForOrder: true },
    failing: isLong ? faces : ['Completed', 'Expired', 'wrong amount'],
  },
  {
    name: 'a store without transactions',
    settings: { transactions: false, asksForOrder: false },
    failing: isLong ? faces : ['Completed'],
  },
  ...(isLong ? longShops() : []),
]

function longShops(): ShopKind[] {
  return [
    { name: 'a shop without orderOf', settings: { asksForOrder: false }, failing: faces },
    { name: 'a store without transactions, and orderOf', settings: { transactions: false }, failing: faces },
    { name: 'a shop that is out of stock', settings: { isOutOfStock: true }, failing: ['Completed'] },
  ]
}

/** The small worlds of two operations: each face with each change of it, and with a step that goes wrong. */
export function smallWorlds([first, second]: [Act, Act], { failing }: ShopKind): SmallWorld[] {
  const base = { first, second, together: false }
  // In CI one is interrupted once; MODEL=long interleaves every step, with a change and a mishap in one history.
  if (isLong) {
    return [false, true].flatMap((together) =>
      faces.map((face) => ({ ...base, together, face, changes: changes[face], mishaps: 1 })),
    )
  }
  return [
    ...faces.map((face) => ({ ...base, face, changes: changes[face], mishaps: 0, switches: 1 })),
    ...failing.map((face) => ({ ...base, face, changes: [], mishaps: 1, switches: 1 })),
  ]
}

/** Worlds of the shop's people. */
export function deedWorlds([first, second]: [Act, Act]): SmallWorld[] {
  const base = { first, second, together: false, changes: [], mishaps: 1, switches: isLong ? 9 : 1 }
  const isSold = first.startsWith('refund')
  return [{ ...base, face: 'Completed', isSold }]
}

/** Plays small worlds, from a common beginning or each from the first day on. @throws Error with the story of a broken promise. */
export async function playSmallWorlds(
  settings: Partial<WorldSettings>,
  worlds: readonly SmallWorld[],
  { isFresh }: { isFresh: boolean },
): Promise<Omit<Seen, 'broken'>> {
  const whole = referenceWorld({ stepMs: 0, ...settings })
  const sum = { states: 0, histories: 0, ends: 0 }
  await inWorldTime(async () => {
    const genesis = isFresh ? undefined : await beginSmallWorlds(whole)
    for (const small of worlds) {
      const { states, histories, ends, broken } = await explore(() => openSmallWorld(whole, small, genesis))
      if (broken) throw new Error(`${small.face}: ${broken.violation.message}\n${tell(broken.story, broken.ids)}`)
      sum.states += states
      sum.histories += histories
      sum.ends += ends
    }
  })
  return sum
}
