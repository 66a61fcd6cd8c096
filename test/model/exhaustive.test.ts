import { describe, expect, it } from 'vitest'
import { explore, type Seen } from './explore.ts'
import type { Face } from './gateway.ts'
import { isLong, referenceWorld, tell } from './settings.ts'
import { type Act, acts, beginSmallWorlds, openSmallWorld } from './small-world.ts'
import { inWorldTime } from './time.ts'
import type { WorldSettings } from './world.ts'

/** How a payment may stand, and what it may become: once, at any moment. */
const turns: [face: Face, changes: Face[]][] = [
  ['Initiated', ['Completed', 'User canceled']],
  ['Pending', ['Completed', 'Expired']],
  ['Completed', ['Refunded', 'Partially Refunded', 'Pending']],
  ['Expired', ['Completed']],
  ['User canceled', ['Completed', 'Initiated']],
  ['Refunded', ['Completed']],
  ['Partially Refunded', ['Refunded', 'Completed']],
  ['wrong amount', ['Completed', 'Refunded']],
  ['Ambiguous', ['Completed', 'Initiated']],
  ['unknown pidx', ['Completed', 'Initiated']],
]

const pairs = acts.flatMap((first, index) => acts.slice(index).map((second): [Act, Act] => [first, second]))

/** Which worlds: where the shop is asked for its order, the changed cart meets it; else the record alone knows of it. */
const shops: [name: string, settings: Partial<WorldSettings>][] = [
  ['a store with transactions', { transactions: true, asksForOrder: true }],
  ['a store without transactions', { transactions: false, asksForOrder: false }],
  ...(isLong
    ? ([
        ['a store with transactions, and no orderOf', { transactions: true, asksForOrder: false }],
        ['a store without transactions, and orderOf', { transactions: false, asksForOrder: true }],
        ['a store with transactions, and steps of no time', { stepMs: 0 }],
        ['a shop that is out of stock', { isOutOfStock: true }],
      ] as [string, Partial<WorldSettings>][])
    : []),
]

const sum = { states: 0, histories: 0, ends: 0 }

async function exploreAll(settings: WorldSettings, [first, second]: [Act, Act]): Promise<Seen[]> {
  const seen: Seen[] = []
  const genesis = await beginSmallWorlds(settings)
  for (const together of isLong ? [false, true] : [false]) {
    for (const [face, changes] of turns) {
      const small = { first, second, face, changes, together }
      const found = await explore(() => openSmallWorld(settings, small, genesis))
      seen.push(found)
      if (found.broken) throw new Error(`${face}: ${found.broken.violation.message}\n${found.broken.story.join('\n')}`)
    }
  }
  return seen
}

describe.each(shops)('every order of events on %s', (_, settings) => {
  it.each(pairs)('keeps every promise where %s meets %s', { timeout: 600_000 }, async (first, second) => {
    const seen = await inWorldTime(() => exploreAll(referenceWorld(settings), [first, second]))
    for (const { states, histories, ends } of seen) {
      sum.states += states
      sum.histories += histories
      sum.ends += ends
    }
    expect(seen.length).toBeGreaterThan(0)
  })
})
