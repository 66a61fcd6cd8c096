import { Chance, shrink } from './chance.ts'
import { LargeWorld } from './large-world.ts'
import { tell } from './settings.ts'
import { inWorldTime } from './time.ts'
import type { World, WorldSettings } from './world.ts'

/** A history that broke a promise, as short as it could be made. */
export interface Broken {
  seed: number
  promise: string
  story: string
}

/** What the histories were made of. */
export interface Played {
  histories: number
  steps: number
  broken?: Broken | undefined
}

/** Which histories. */
export interface Seeds {
  from: number
  count: number
  /** Empties the database. */
  beforeEach?: () => Promise<void>
}

const decisions = 90

/** Plays histories by their seeds, until one breaks a promise. */
export async function playHistories(settings: (seed: number) => WorldSettings, seeds: Seeds): Promise<Played> {
  const { from, count, beforeEach = async () => {} } = seeds
  const played: Played = { histories: 0, steps: 0 }
  for (let seed = from; seed < from + count; seed += 1) {
    const play = async (chance: Chance) => {
      await beforeEach()
      return inWorldTime(() => new LargeWorld(settings(seed), chance).play())
    }
    const chance = new Chance({ seed, length: decisions })
    const world = await play(chance)
    played.histories += 1
    played.steps += world.story.length
    const { violation } = world.inspector
    if (violation === undefined) continue
    const { promise } = violation
    return { ...played, broken: { seed, promise, story: await shorten(play, promise, chance.drawn) } }
  }
  return played
}

async function shorten(
  play: (chance: Chance) => Promise<World>,
  promise: string,
  drawn: readonly number[],
): Promise<string> {
  const breaks = async (list: readonly number[]) =>
    (await play(new Chance(list))).inspector.violation?.promise === promise
  const { story, gateway } = await play(new Chance(await shrink(drawn, breaks)))
  return tell(story, [...gateway.truths.keys()])
}
