import type { PaymentLink, PaymentStatusAnswer } from '../checkout/answers.ts'
import { askRoute, attempt } from './ask-route.ts'
import { isolated } from './isolated.ts'
import { type PageCallbacks, PaymentMachine, patienceMs } from './payment-machine.ts'
import type { PageState } from './payment-state.ts'
import { assertPaymentUrl } from './payment-url.ts'

/** How to get to Khalti's page. */
type OpenPage = (paymentUrl: string) => unknown

/** Options of {@link createKhalti}. */
export interface KhaltiOptions extends PageCallbacks {
  /** Whether `initiate` goes to Khalti's page itself. Default: true. */
  autoRedirect?: boolean | undefined
  /**
   * How to get to Khalti's page. Default: `location.assign`. Where it gives a promise (an in-app browser that closes
   * again), the status is asked after it, and again while that is pending.
   */
  open?: OpenPage | undefined
  /** Origins of yours, beside Khalti's, that a payment URL may have: a simulator that is not on loopback. */
  allowedOrigins?: readonly string[] | undefined
}

/** What a page shows of a payment that it starts. */
export type KhaltiState = PageState

/** What a page can do; these functions never change. */
export interface KhaltiActions {
  /**
   * Asks the shop for a payment link and goes there. `input` is what `readOrder` reads; the shop prices the order.
   * Resolves to the route's answer; to undefined when that failed, or when a payment is being started already. Where
   * `open` gives a promise, it resolves after that and the first check.
   */
  initiate: (input: object) => Promise<PaymentLink | undefined>
  /**
   * Asks the shop once how a payment stands; undefined when that failed, or while a payment is being started. Where `open`
   * gives no promise, call it when the customer is back.
   */
  checkPaymentStatus: (pidx: string) => Promise<PaymentStatusAnswer | undefined>
  /** Back to `idle`; what is under way is aborted. */
  reset: () => void
}

/** A payment that a page starts, without a framework. */
export interface Khalti extends KhaltiActions {
  /** What to show now. The same object until it changes. */
  get: () => KhaltiState
  /** Calls `listener` with every new state, until the function that it returns is called. What it throws is reported, and stops nothing. */
  subscribe: (listener: (state: KhaltiState) => void) => () => void
}

/**
 * Starts payments with the shop's checkout and leaves for Khalti's page: what `useKhalti` is made of, for Vue, Svelte,
 * Solid, Angular, or no framework at all.
 *
 * @example
 * ```ts
 * import { createKhalti } from 'khalti-kit/browser'
 *
 * const khalti = createKhalti({ endpoint: 'https://api.shop.example/api/khalti' })
 * khalti.subscribe(({ phase }) => console.log(phase)) // starting, leaving
 * await khalti.initiate({ orderId: 'A-42' })
 * ```
 */
export function createKhalti(options: KhaltiOptions = {}): Khalti {
  const { get, subscribe, actions } = readingKhalti(() => options)
  return { get, subscribe: (listener) => subscribe(isolated(() => listener(get()))), ...actions }
}

/** A {@link Khalti} in two parts. */
export interface ReadingKhalti extends Pick<Khalti, 'get'> {
  subscribe(listener: () => void): () => void
  actions: KhaltiActions
}

/** {@link createKhalti} with options that may be others at every call, as a hook's are. */
export function readingKhalti(read: () => KhaltiOptions): ReadingKhalti {
  const store = new PaymentMachine(idle, read, () => () => {
    globalThis.removeEventListener?.('pageshow', onPageShow)
    stop()
  })
  const { get, subscribe } = store
  /** The state in which the browser is leaving for Khalti and no request is open. */
  let left: KhaltiState | undefined

  function stop() {
    store.stop()
    if (get().isLoading) store.set(idle)
  }

  const isStarting = () => get().isLoading && get().phase !== 'checking'

  /** The back button shows the page as it was left, with a button that would wait for ever. */
  function onPageShow({ persisted }: PageTransitionEvent) {
    if (persisted && isStarting()) stop()
  }

  const actions: KhaltiActions = {
    async initiate(input) {
      const body = JSON.stringify(input)
      if (get().isLoading) return undefined
      stop()
      // The same listener counts once. React Native has no such events.
      globalThis.addEventListener?.('pageshow', onPageShow)
      const link = await store.run(
        { phase: 'starting' },
        (signal) =>
          askRoute<PaymentLink>(
            {
              path: '/initiate',
              body,
              accept: ({ payment_url: url }) => url && assertPaymentUrl(url, read().allowedOrigins),
            },
            read(),
            signal,
          ),
        (initiationError) => ({ phase: 'failed', initiationError }),
      )
      if (!link || get().phase !== 'starting') return undefined
      if (read().autoRedirect === false) store.set({ phase: 'idle', pidx: link.pidx })
      else left = await leave(link, store, read().open)
      return link
    },
    async checkPaymentStatus(pidx) {
      // A check may overtake a check, and be made once the page is left, but never while a payment is being started.
      if (isStarting() && get() !== left) return undefined
      store.stop()
      return store.check(pidx)
    },
    reset() {
      store.stop()
      store.set(idle)
    },
  }

  return { get, subscribe, actions }
}

const idle = { phase: 'idle' } as const

/** Opens Khalti's page. Where it has been closed again, the customer is back, and the status is asked; else gives the state that waits for it. */
async function leave(
  { payment_url, pidx }: PaymentLink,
  store: PaymentMachine,
  open: OpenPage = (url) => location.assign(url),
) {
  const go = () => (open(payment_url) as Promise<unknown> | undefined)?.then?.(() => true) ?? false
  const isBack = await store.run(
    { phase: 'leaving', pidx },
    () => attempt(go, 'open', 'open failed'),
    (initiationError) => ({ phase: 'failed', pidx, initiationError }),
  )
  const now = store.get()
  if (isBack) await store.watch(pidx)
  if (isBack !== false) return undefined
  setTimeout(() => store.get() === now && store.set(idle), patienceMs)
  return now
}
