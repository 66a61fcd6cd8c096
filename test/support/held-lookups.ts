/** A gateway whose answers to lookups wait until they are let go, each as it was when it was asked for. */
export function heldLookups(gateway: { fetch: typeof globalThis.fetch }) {
  let isHolding = false
  const held: (() => void)[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const answer = await gateway.fetch(input, init)
    if (isHolding && String(input).includes('/lookup/')) {
      await new Promise<void>((resolve) => {
        held.push(resolve)
      })
    }
    return answer
  }
  return {
    fetch,
    /** From now on answers wait. */
    hold() {
      isHolding = true
    },
    /** From now on answers come at once; those that wait go on waiting. */
    pass() {
      isHolding = false
    },
    /** Lets all that wait go. */
    release() {
      for (const go of held.splice(0)) go()
    },
    /** How many wait. */
    get waiting() {
      return held.length
    },
  }
}
