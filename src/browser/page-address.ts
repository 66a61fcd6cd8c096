// Some of Khalti's redirects carry a malformed query (`?a=b?pidx=…`, `?pidx=…/?status=…`), and shops pass queries on.
const pidxInQuery = /[?&]pidx=([\w-]{1,64})(?![^&?/])/

// Where the browser tells of no `pushState`, the address is looked at: comparing two strings costs nothing.
const glanceMs = 250

/** The `?pidx=` of the page's own address; a hash router's page has it behind the hash: `#/thanks?pidx=…`. */
export function pidxInAddress(): string | undefined {
  if (typeof location === 'undefined') return undefined
  const { hash, search } = location
  return (pidxInQuery.exec(hash) ?? pidxInQuery.exec(search))?.[1]
}

/** Calls `look` whenever the page's address may have changed without a new page, until the returned function is called. */
export function followAddress(look: () => void): () => void {
  if (typeof location === 'undefined' || typeof addEventListener !== 'function') return () => {}
  const { navigation } = globalThis as { navigation?: EventTarget }
  // Of `pushState`, which routers use for their links, only the Navigation API tells.
  if (navigation) {
    navigation.addEventListener('currententrychange', look)
    return () => navigation.removeEventListener('currententrychange', look)
  }
  const timer = setInterval(look, glanceMs)
  addEventListener('popstate', look)
  return () => {
    clearInterval(timer)
    removeEventListener('popstate', look)
  }
}
