import type { StoredOrder } from './payment-store.ts'

/**
 * Writes several orders in one step, each only where its stored version is `version`, and gives the ids of those that it
 * has stored. What is locked, or has other keys than before, is left out: it is written by itself.
 *
 * @throws Error, and nothing changes.
 */
export type WriteMany = (orders: StoredOrder[]) => Promise<string[]>

const writeMany = Symbol.for('khalti-kit.writeMany')

/** The `write` of a store that can write several orders at once. A store that puts its own `write` in front has none of this. */
export function withMany<Write extends object>(write: Write, many: WriteMany): Write {
  return Object.assign(write, { [writeMany]: many })
}

export function manyOf(write: object): WriteMany | undefined {
  return (write as { [writeMany]?: WriteMany })[writeMany]
}
