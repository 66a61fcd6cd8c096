import { vi } from 'vitest'

/**
 * As much of a page as the package looks at, so that a test needs no browser: an address, a tab that can be hidden, and
 * the events of both. `test/browser` has real ones.
 */
export function stubPage() {
  let address = new URL('https://shop.example/')
  const events = new EventTarget()
  const tab = Object.assign(new EventTarget(), { hidden: false })
  vi.stubGlobal('document', tab)
  vi.stubGlobal('addEventListener', events.addEventListener.bind(events))
  vi.stubGlobal('removeEventListener', events.removeEventListener.bind(events))
  vi.stubGlobal('location', {
    get origin() {
      return address.origin
    },
    get search() {
      return address.search
    },
    get hash() {
      return address.hash
    },
  })
  return {
    /** As a router's link does: without a new page, and without an event. */
    goTo(path: string) {
      address = new URL(path, address)
    },
    /** As the back button does. */
    goBackTo(path: string) {
      address = new URL(path, address)
      events.dispatchEvent(new Event('popstate'))
    },
    turnTo(state: DocumentVisibilityState) {
      tab.hidden = state === 'hidden'
      tab.dispatchEvent(new Event('visibilitychange'))
    },
    events,
    tab,
  }
}
