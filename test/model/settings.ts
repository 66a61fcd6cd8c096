import { createCheckout } from 'khalti-kit/checkout'
import { type LockingStore, referenceStore } from './reference-store.ts'
import type { WorldSettings } from './world.ts'

/** How much is tried: what CI has time for, or all of it (`MODEL=long`). */
export const isLong = process.env.MODEL === 'long'

/** A world over the reference store. */
export function referenceWorld(
  change: Partial<WorldSettings> = {},
  spoil: (store: LockingStore) => LockingStore = (store) => store,
): WorldSettings {
  const transactions = change.transactions ?? true
  return {
    createCheckout,
    openDatabase(now, orders) {
      const store = spoil(referenceStore({ now, transactions, orders }))
      return { store, isLocked: store.isLocked, exclusive: false, open: new Set() } as never
    },
    asksForOrder: true,
    isOutOfStock: false,
    stepMs: 1,
    ...change,
    transactions,
  }
}

/** A broken promise, as a story of numbered steps. */
export function tell(story: readonly string[], ids: readonly string[]): string {
  const named = (line: string) => ids.reduce((text, id, index) => text.replaceAll(id, `L${index + 1}`), line)
  return story.map((line, index) => `${index + 1}. ${named(line)}`).join('\n')
}
