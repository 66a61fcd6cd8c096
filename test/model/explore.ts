import type { Violation } from './inspector.ts'
import { windDown } from './wind-down.ts'
import type { World } from './world.ts'

/** One thing that can happen next. */
export type Choice = () => Promise<void>

/** A world, and all that can happen next in it. */
export interface Exploration {
  world: World
  /** All that its future depends on. */
  key: string
  choices(): Choice[]
}

/** What an exploration saw. */
export interface Seen {
  /** Different states of the world. */
  states: number
  /** Worlds that were played, from their beginning. */
  histories: number
  /** Different ends, each followed by weeks of reconcile. */
  ends: number
  broken?: { violation: Violation; story: string[]; ids: string[] }
}

interface Fork {
  ways: number
  taken: number
}

/**
 * Plays every history that `make` can begin: depth first, each from its beginning, and no further than a state that was
 * seen before. Stops at the first broken promise.
 */
export async function explore(make: () => Exploration | Promise<Exploration>): Promise<Seen> {
  const seen: Seen = { states: 0, histories: 0, ends: 0 }
  const known = new Set<string>()
  const path: Fork[] = []
  do {
    seen.histories += 1
    const exploration = await make()
    await playOn(exploration, { path, known, seen })
    const { inspector, story, gateway } = exploration.world
    const { violation } = inspector
    if (violation) return { ...seen, states: known.size, broken: { violation, story, ids: [...gateway.truths.keys()] } }
  } while (turnBack(path))
  return { ...seen, states: known.size }
}

interface Map {
  path: Fork[]
  known: Set<string>
  seen: Seen
}

async function playOn(exploration: Exploration, map: Map): Promise<void> {
  const { world } = exploration
  for (let depth = 0; !world.inspector.violation; depth += 1) {
    const choices = exploration.choices()
    if (depth === map.path.length && !isNew(exploration, choices.length, map)) return
    if (choices.length === 0) return windDown(world)
    const fork = map.path[depth]
    if (fork?.ways !== choices.length) throw new Error(`This world is not repeatable: ${world.story.join('; ')}`)
    await choices[fork.taken]?.()
  }
}

/** Whether nobody has been here before; then here is a fork, or an end. */
function isNew(exploration: Exploration, ways: number, { path, known, seen }: Map): boolean {
  // Where there is one way only, the next fork is early enough to see that all this has been seen.
  const key = ways === 1 ? undefined : exploration.key
  if (key !== undefined && known.has(key)) return false
  if (key !== undefined) known.add(key)
  if (ways === 0) seen.ends += 1
  else path.push({ ways, taken: 0 })
  return true
}

/** The next way at the last fork that has one left. */
function turnBack(path: Fork[]): boolean {
  for (let fork = path.at(-1); fork; fork = path.at(-1)) {
    fork.taken += 1
    if (fork.taken < fork.ways) return true
    path.pop()
  }
  return false
}
