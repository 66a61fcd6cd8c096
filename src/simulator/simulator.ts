import type { PaymentStatus } from '../wire/status.ts'
import { createFaultQueue, type Fault } from './faults.ts'
import { createLedger, type LedgerEntry, type PayOptions, type RefundOutcome } from './ledger.ts'
import { paymentUrl } from './payment-url.ts'
import { redirectUrl } from './redirect-url.ts'
import { filled, fromZero, type Rule, requireFit, requireKnown, text } from './require-known.ts'
import { createRoutes } from './routes.ts'
import { readOptions, type SimulatorOptions } from './simulator-options.ts'

/** One payment of the simulator, as {@link Simulator.payments} lists it. */
export interface SimulatedPayment {
  /** The payment's id. */
  pidx: string
  /** The shop's id of the order. */
  purchase_order_id: string
  /** The order's name. */
  purchase_order_name: string
  /** Paisa. */
  amount: number
  /** What a lookup would say now. */
  status: PaymentStatus | (string & {})
  /** The id a refund needs; null until the payment was made. */
  transaction_id: string | null
  /** Its page. */
  payment_url: string
  /** What paid; null until the payment was made. */
  instrument: 'wallet' | 'bank' | null
  /** Who paid; null until the payment was made. */
  mobile: string | null
  /** Paisa given back so far. */
  refundedAmount: number
  /** When it was initiated. */
  createdAt: Date
  /** When its link expires, or was made to. */
  expiresAt: Date
  /** The body of the initiate request, as received. */
  request: Record<string, unknown>
}

/** Khalti in a closure: a gateway to test against, with verbs for what customers and Khalti do. */
export interface Simulator {
  /** Where its payment page lives; with a function as `origin`, where it would live without. */
  readonly origin: string
  /**
   * Answers as Khalti does, on any host: the API by path, the payment page at `/` and `/wallet/`, and at `/payments` a list of
   * what happened. Any other path is a 404. It works detached, honours `signal`, never follows a redirect, and rejects only
   * where a connection would break or the signal is aborted.
   */
  readonly fetch: typeof globalThis.fetch
  /**
   * The customer pays, also after the link expired or was canceled: late completions happen. Paying twice changes nothing.
   *
   * @returns where the customer is sent: `return_url` with its query.
   */
  pay(pidx: string, options?: PayOptions): string
  /**
   * The customer cancels. Throws for a payment that was paid.
   *
   * @returns where the customer is sent.
   */
  cancel(pidx: string): string
  /** The link expires now. Throws for a payment that was paid. */
  expire(pidx: string): void
  /**
   * Lookups say this status, seen before or not, until another verb says otherwise: with HTTP 400 for `Expired`,
   * `User canceled` and `Canceled` in just this spelling, capitals included, else with 200.
   */
  answerWith(pidx: string, status: PaymentStatus | (string & {})): void
  /**
   * Khalti's dashboard gives back `amount` paisa, or all that is left: Partially Refunded, then Refunded once all is back.
   * Throws where that is not possible.
   */
  refund(pidx: string, amount?: number): void
  /** The next request fails like this. Faults asked for earlier strike first. */
  failNext(fault: Fault): void
  /** Copies of the payments so far, oldest first. */
  payments(): SimulatedPayment[]
}

/**
 * Makes a simulator of Khalti's web checkout, without network, keys or side effects.
 *
 * @example
 * ```ts
 * import { KhaltiClient } from 'khalti-kit'
 * import { createSimulator } from 'khalti-kit/testing'
 *
 * const simulator = createSimulator()
 * const client = new KhaltiClient({ secretKey: 'anything', fetch: simulator.fetch })
 * const { pidx } = await client.initiate({
 *   return_url: 'https://shop.example/return',
 *   website_url: 'https://shop.example',
 *   amount: 1300,
 *   purchase_order_id: 'order-1',
 *   purchase_order_name: 'Tea',
 * })
 * simulator.pay(pidx)
 * const verdict = await client.verify({ pidx, amount: 1300 }) // verdict.outcome is 'paid'
 * ```
 */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const settings = readOptions(options)
  const ledger = createLedger(settings)
  const faults = createFaultQueue()
  const answer = createRoutes({ settings, ledger, faults })

  const find = (pidx: string): LedgerEntry => {
    const entry = ledger.find(pidx)
    if (entry) return entry
    throw new Error(`This simulator has no payment "${pidx}". Was it initiated here?`)
  }

  return {
    origin: settings.origin,
    async fetch(input, init) {
      const request = requestOf(input, init)
      // The caller's own signal: the one of a copied Request is lost when the copy is collected.
      const signal = init?.signal ?? (isRequest(input) ? input.signal : undefined)
      signal?.throwIfAborted()
      const response = await answer(request, signal)
      signal?.throwIfAborted()
      return response
    },
    pay(pidx, payOptions = {}) {
      requireKnown('pay', payOptions, payRules)
      return redirectUrl(ledger.pay(find(pidx), payOptions), settings)
    },
    cancel: (pidx) => redirectUrl(ledger.cancel(find(pidx)), settings),
    expire: (pidx) => void ledger.expire(find(pidx)),
    answerWith(pidx, status) {
      requireFit('status', status, text)
      ledger.answerWith(find(pidx), status)
    },
    refund(pidx, amount) {
      const entry = find(pidx)
      if (amount !== undefined && !(Number.isSafeInteger(amount) && amount > 0)) {
        throw new TypeError(`amount is ${amount}. It is in paisa: give a whole number from 1.`)
      }
      const result = ledger.refund(entry, amount)
      if (result !== 'refunded') throw new Error(refundProblem(entry, ledger.statusOf(entry), result))
    },
    failNext: (fault) => faults.add(fault),
    payments: () =>
      ledger.entries().map((entry) => describe(entry, ledger.statusOf(entry), paymentUrl(entry, settings))),
  }
}

const payRules: Record<keyof PayOptions, Rule> = {
  instrument: [(value) => value === 'wallet' || value === 'bank', 'Give wallet or bank.'],
  mobile: filled,
  transactionId: filled,
  txnId: filled,
  completionDelayMs: [fromZero, 'Give milliseconds, from 0.'],
}

type Input = Parameters<typeof globalThis.fetch>[0]

const isRequest = (input: Input): input is Request => typeof input === 'object' && 'headers' in input

/**
 * The global `Request` can copy only its own instances. A request of undici, or of a server with its own class, is rebuilt from
 * its method, headers and body.
 */
function requestOf(input: Input, init: RequestInit | undefined): Request {
  if (!isRequest(input) || Object.getPrototypeOf(input) === Request.prototype) return new Request(input, init)
  const { url, method, headers, body } = input
  const parts: RequestInit & { duplex: 'half' } = { method, headers, body, duplex: 'half' }
  return new Request(new Request(url, parts), init)
}

function refundProblem({ pidx, settlement }: LedgerEntry, status: string, result: RefundOutcome): string {
  if (result === 'too-much') return `Payment ${pidx} has less than that left to refund.`
  if (result === 'nothing-left') return `Payment ${pidx} was refunded in full already.`
  if (settlement === null) return `Payment ${pidx} was not paid, so there is nothing to refund. Call pay() first.`
  return `A lookup of payment ${pidx} says ${status}. Only a Completed payment can be refunded.`
}

function describe(entry: LedgerEntry, status: string, url: string): SimulatedPayment {
  const { pidx, order, settlement, createdAt, expiresAt } = entry
  return {
    pidx,
    purchase_order_id: order.purchase_order_id,
    purchase_order_name: order.purchase_order_name,
    amount: order.amount,
    status,
    transaction_id: settlement?.transactionId ?? null,
    payment_url: url,
    instrument: settlement?.instrument ?? null,
    mobile: settlement?.mobile ?? null,
    refundedAmount: entry.refunded,
    createdAt: new Date(createdAt),
    expiresAt: new Date(expiresAt),
    request: structuredClone(entry.request),
  }
}
