import type { KhaltiState, KhaltiStore, StoreOptions } from './khalti-store.ts'
import { useEffect, useState, useSyncExternalStore } from './react.ts'

/** What {@link useStore} gives: what the component shows, and what it was made with. */
export type Using<Made> = [state: KhaltiState, made: Made]

/** Makes a store with its component, hands it the latest options, and shows its state. */
export function useStore<Options extends StoreOptions, Made extends { store: KhaltiStore<Options> }>(
  make: (options: Options) => Made,
  options: Options,
): Using<Made> {
  const [made] = useState(() => make(options))
  const { store } = made
  useEffect(() => {
    store.options = options
  })
  return [useSyncExternalStore(store.subscribe, store.get, store.get), made]
}
