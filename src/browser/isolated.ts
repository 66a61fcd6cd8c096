/** A listener as one of an event: what it throws is reported, and stops neither the payment nor the other listeners. */
export function isolated(listener: () => void): () => void {
  return () => {
    try {
      listener()
    } catch (error) {
      report(error)
    }
  }
}

function report(error: unknown): void {
  // Node and React Native have no reportError; what a timer throws is reported in the same way.
  const { reportError = throwLater } = globalThis
  reportError(error)
}

function throwLater(error: unknown): void {
  setTimeout(() => {
    throw error
  })
}
