import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isKhaltiError } from 'khalti-kit'
import { expect } from 'vitest'

/** Whether the million is wanted: `FUZZ=full npx vitest run --project unit test/fuzz`. */
export const full = process.env.FUZZ === 'full'

/** Inputs of each target in the full run; together a million. */
const shares = {
  callback: 400_000,
  money: 250_000,
  answers: 200_000,
  routes: 90_000,
  admin: 30_000,
  sockets: 30_000,
} as const

/**
 * How a target is fuzzed: the same inputs at every run, a handful of them under `npm test`. FUZZ_SEED brings others. `part`
 * is how much of its target's inputs a property has.
 */
export function fuzzing(target: keyof typeof shares, { few, part = 1 }: { few: number; part?: number }) {
  return { seed: Number(process.env.FUZZ_SEED ?? 20_261_126), numRuns: full ? shares[target] * part : few }
}

/** Time for a whole target. */
export const timeout = full ? 3_600_000 : 120_000

/** What a function gives, or the KhaltiError that it throws; anything else that it throws fails the test. */
export function resultOf<Result>(run: () => Result): Result | { refused: string } {
  try {
    return run()
  } catch (error) {
    return refusalOf(error)
  }
}

/** The same for a promise. */
export async function resultOfAsync<Result>(run: () => Promise<Result>): Promise<Result | { refused: string }> {
  try {
    return await run()
  } catch (error) {
    return refusalOf(error)
  }
}

function refusalOf(error: unknown): { refused: string } {
  if (!isKhaltiError(error)) throw error
  // An error that cannot be shown or sent on is as good as none.
  expect([error.message, String(error.stack), JSON.stringify(error)].every((text) => typeof text === 'string')).toBe(
    true,
  )
  return { refused: error.code }
}

const untouched = snapshot()

/** What objects and lists begin with, so that nothing that was written there goes unseen. */
function snapshot(): string {
  const roots = [Object.prototype, Array.prototype, Function.prototype, String.prototype]
  return JSON.stringify(roots.map((root) => Reflect.ownKeys(root).map(String)))
}

/** Fails where an input has reached the prototypes that all objects share. */
export function expectNoPollution(): void {
  expect(snapshot()).toBe(untouched)
  expect(Object.keys({})).toEqual([])
}

/** Bytes of heap that are in use once what nobody holds is gone. */
export function heapInUse(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  for (let time = 0; time < 2; time += 1) collect()
}
