import { Chance, shrink } from './chance.ts'
import { LargeWorld } from './large-world.ts'
import { tell } from './settings.ts'
import { inWorldTime } from './time.ts'
import type { WorldSettings } from './world.ts'

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

const decisions = 90

/** Plays histories by their seeds, until one breaks a promise. */
export async function playHistories(
  settings: (seed: number) => WorldSettings,
  { from, count }: { from: number; count: number },
): Promise<Played> {
  return inWorldTime(async () => {
    const played: Played = { histories: 0, steps: 0 }
    for (let seed = from; seed < from + count; seed += 1) {
      const chance = new Chance({ seed, length: decisions })
      const world = await new LargeWorld(settings(seed), chance).play()
      played.histories += 1
      played.steps += world.story.length
      const { violation } = world.inspector
      if (violation)
        return {
          ...played,
          broken: await shorten(settings(seed), { seed, promise: violation.promise, drawn: chance.drawn }),
        }
    }
    return played
  })
}

async function shorten(
  settings: WorldSettings,
  { seed, promise, drawn }: { seed: number; promise: string; drawn: readonly number[] },
): Promise<Broken> {
  const replay = (list: readonly number[]) => new LargeWorld(settings, new Chance(list)).play()
  const shortest = await shrink(drawn, async (list) => (await replay(list)).inspector.violation?.promise === promise)
  const { story, gateway } = await replay(shortest)
  return { seed, promise, story: tell(story, [...gateway.truths.keys()]) }
}
