import { afterAll, describe, expect, it } from 'vitest'
import { deedPairs, deedWorlds, pairs, playSmallWorlds, shops, smallWorlds } from './small-worlds.ts'

const sum = { states: 0, histories: 0, ends: 0 }

function count(seen: typeof sum): void {
  for (const what of ['states', 'histories', 'ends'] as const) sum[what] += seen[what]
  expect(seen.ends).toBeGreaterThan(0)
}

describe.each(shops)('every order of events on $name', (shop) => {
  it.each(pairs)(
    `Every order of events on ${shop.name} keeps every promise where %s meets %s`,
    { timeout: 3_600_000 },
    async (...pair) => {
      count(await playSmallWorlds(shop.settings, smallWorlds(pair, shop), { isFresh: false }))
    },
  )
})

describe('every order of events after the sale', () => {
  it.each(deedPairs)(
    'Every order of events after the sale keeps every promise where %s meets %s',
    { timeout: 3_600_000 },
    async (...pair) => {
      count(await playSmallWorlds({}, deedWorlds(pair), { isFresh: true }))
    },
  )
})

afterAll(() => {
  console.log(`${sum.states} states, reached in ${sum.histories} histories with ${sum.ends} different ends`)
})
