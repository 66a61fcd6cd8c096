import { useEffect, useState, useSyncExternalStore } from './react.ts'

/** What {@link useReading} can show: a state that can be listened to. */
interface Readable<State> {
  get(): State
  subscribe(listener: () => void): () => void
  /** Whether the options ask for something else now. */
  look?(): void
}

/** Makes a payment with its component, lets it read the latest options, and shows its state. */
export function useReading<Options, State, Made extends Readable<State>>(
  make: (read: () => Options) => Made & Readable<State>,
  options: Options,
): [State, Made] {
  const [latest] = useState({ options })
  const [made] = useState(() => make(() => latest.options))
  // Before the subscription, which asks at once.
  useEffect(() => {
    latest.options = options
    made.look?.()
  })
  return [useSyncExternalStore(made.subscribe, made.get, made.get), made]
}
