import type { ErrorPlace } from './checkout-options.ts'
import type { CheckoutOperations } from './create-checkout.ts'

/** What the pages of the shop's people see of a checkout. */
export interface AdminDesk {
  /** The checkout's operations. */
  readonly checkout: CheckoutOperations
  /** Where the pages are, as a path that people reach: `/api/khalti/admin`. */
  readonly base: string
  /** What the request asks for behind it: nothing, or such as `/order`. */
  readonly path: string
  /** What a form has sent. @throws CheckoutRefusal: 400, 413 or 415. */
  readForm(): Promise<Record<string, unknown>>
  /** Tells the shop's `onError` of an error. */
  report(error: unknown, about?: Omit<ErrorPlace, 'route'>): void
}

/** Pages for the shop's people: `adminPages` of `khalti-kit/admin` makes them. */
export interface AdminPages {
  /**
   * Answers a GET, HEAD or POST at the admin route or below. It decides who may. A POST from a page of another origin never
   * gets this far.
   */
  answer(request: Request, desk: AdminDesk): Promise<Response>
}
