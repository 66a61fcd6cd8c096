import { afterAll, describe, expect, it } from 'vitest'
import { deedPairs, deedWorlds, pairs, playSmallWorlds, type ShopKind, smallWorlds } from './small-worlds.ts'

const sum = { states: 0, histories: 0, ends: 0 }

function count(seen: typeof sum): void {
  for (const what of ['states', 'histories', 'ends'] as const) sum[what] += seen[what]
  expect(seen.ends).toBeGreaterThan(0)
}

/** Tests of every two operations in shops of this kind. */
export function playPairsIn(shop: ShopKind): void {
  describe(`every order of events on ${shop.name}`, () => {
    it.each(pairs)(
      `Every order of events on ${shop.name} keeps every promise where %s meets %s`,
      { timeout: 3_600_000 },
      async (...pair) => {
        count(await playSmallWorlds(shop.settings, smallWorlds(pair, shop), { isFresh: false }))
      },
    )
  })
}

/** Tests of every two deeds after the sale. */
export function playDeeds(): void {
  describe('every order of events after the sale', () => {
    it.each(deedPairs)(
      'Every order of events after the sale keeps every promise where %s meets %s',
      { timeout: 3_600_000 },
      async (...pair) => {
        count(await playSmallWorlds({}, deedWorlds(pair), { isFresh: true }))
      },
    )
  })
}

/** Says how many states the tests of this file have seen. */
export function sayStates(): void {
  afterAll(() => {
    console.log(`${sum.states} states, reached in ${sum.histories} histories with ${sum.ends} different ends`)
  })
}
