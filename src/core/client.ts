import type { Bank, BankPaymentType } from '../wire/banks.ts'
import type { KhaltiEnvironment } from '../wire/endpoints.ts'
import type { PaymentInitiateResponse, PaymentRequest } from '../wire/initiate.ts'
import type { PaymentLookupResponse } from '../wire/lookup.ts'
import type { RefundRequest, RefundResponse } from '../wire/refund.ts'
import { banks } from './banks.ts'
import { KhaltiConfigError } from './errors.ts'
import { Gateway } from './gateway.ts'
import type { KhaltiHooks } from './hooks.ts'
import { initiate } from './initiate.ts'
import type { ExpectedPayment, Verdict } from './judge.ts'
import { lookup } from './lookup.ts'
import { refund } from './refund.ts'
import { type RequestOptions, resolveLimits } from './request-options.ts'
import { requireOptions } from './require-options.ts'
import type { SecretKeySource } from './secret-key.ts'
import { verify } from './verify.ts'
import { type WaitOptions, waitForPayment } from './wait-for-payment.ts'

/** How a {@link KhaltiClient} reaches Khalti. All of it is optional and read at the first call, never at construction. */
export interface KhaltiClientOptions {
  /** The secret key, or a function that is asked for it on every call. Default: the variable `KHALTI_SECRET_KEY`. */
  secretKey?: SecretKeySource | undefined
  /**
   * Test money or real money. Default: the variable `KHALTI_ENVIRONMENT`, else `'sandbox'`; where `NODE_ENV` is
   * `production` it must be said, since anyone can pay in the sandbox with the published wallets.
   */
  environment?: KhaltiEnvironment | undefined
  /**
   * Another origin, for the simulator or a proxy: https, or http on this machine. A host of Khalti's must be of the
   * `environment`, and `production` refuses this machine. Default: the variable `KHALTI_BASE_URL`, else Khalti's own.
   */
  baseUrl?: string | undefined
  /**
   * Lets `baseUrl` be http on another host, for a simulator in a container or behind a service name
   * (`http://simulator:8787`). In the sandbox only, and never for Khalti's own hosts. Default: false.
   */
  allowInsecureBaseUrl?: boolean | undefined
  /** Milliseconds for one try, until its answer is read. Default: 10 000. */
  timeoutMs?: number | undefined
  /** How many times what is safe to repeat is repeated. Default: 2. */
  maxRetries?: number | undefined
  /**
   * Carries the requests. Default: on Node undici, with the dispatcher that your app has set (`setGlobalDispatcher`, a
   * proxy) or connections of its own; the global `fetch` elsewhere. Under msw: `(...a) => globalThis.fetch(...a)`.
   */
  fetch?: typeof globalThis.fetch | undefined
  /** For logs, metrics and traces; they see neither the key nor whole mobile numbers. */
  hooks?: KhaltiHooks | undefined
  /** Allows a client in a browser or in React Native, where everyone can read its key. For tests only. Default: false. */
  dangerouslyAllowBrowser?: boolean | undefined
}

const inside = Symbol.for('khalti-kit.client')

/** What a checkout must know of its client and a shop need not. */
export interface ClientFacts {
  options: KhaltiClientOptions
  /** The key that it has used last. */
  lastKey: string | undefined
}

/** The facts of a client, whichever copy of this package made it; undefined for what is none. */
export function factsOf(client: unknown): ClientFacts | undefined {
  try {
    return (client as KhaltiClient)[inside]()
  } catch {
    return undefined
  }
}

/**
 * Khalti's web checkout for server code: make a payment link, and later ask what became of it.
 *
 * @see https://docs.khalti.com/khalti-epayment/
 *
 * @example
 * ```ts
 * import { KhaltiClient, rupees } from 'khalti-kit'
 *
 * const khalti = new KhaltiClient() // KHALTI_SECRET_KEY, sandbox
 * const { pidx, payment_url } = await khalti.initiate({
 *   amount: rupees(1250),
 *   purchase_order_id: 'order-1',
 *   purchase_order_name: 'Dhaka topi',
 *   return_url: 'https://shop.example/return',
 *   website_url: 'https://shop.example',
 * })
 * // store pidx, order and amount; send the customer to payment_url; when they are back:
 * const verdict = await khalti.verify({ pidx, amount: rupees(1250) })
 * ```
 */
export class KhaltiClient {
  readonly #gateway: Gateway
  readonly #options: KhaltiClientOptions

  /** @throws KhaltiConfigError in a browser or in React Native, unless `dangerouslyAllowBrowser` is set; otherwise never. */
  constructor(options: KhaltiClientOptions = {}) {
    if (options.dangerouslyAllowBrowser !== true) refuseBrowser()
    this.#options = { ...options }
    this.#gateway = new Gateway(this.#options)
  }

  /**
   * Which of Khalti's gateways is meant.
   *
   * @throws KhaltiConfigError where nothing says so under `NODE_ENV=production`, or where `baseUrl` contradicts it.
   */
  get environment(): KhaltiEnvironment {
    return this.#gateway.settings.environment
  }

  /** The default timeout of this client's calls, in milliseconds for one try. */
  get timeoutMs(): number {
    return resolveLimits(this.#options).timeoutMs
  }

  /**
   * Makes a payment link. Repeated only where the request provably never left, since Khalti has no idempotency key.
   *
   * @param request - The order; amounts in paisa.
   * @returns The payment's id and the address to send the customer to.
   * @throws KhaltiInputError with all faults at once, before anything is sent; KhaltiApiError where Khalti refuses;
   * KhaltiConnectionError or KhaltiResponseError, whose `mayHaveBeenProcessed` says whether a link may exist all the same.
   * @see https://docs.khalti.com/khalti-epayment/#initiating-a-payment-request
   */
  async initiate(request: PaymentRequest, options?: RequestOptions): Promise<PaymentInitiateResponse> {
    return this.#gateway.run(initiate, request, resolveLimits(this.#options, options))
  }

  /**
   * Asks for the state of a payment. An expired or canceled payment is an answer and no error. Safe to repeat, and repeated.
   *
   * @param pidx - The payment's id, from initiate.
   * @throws KhaltiInputError for what cannot be a pidx; KhaltiApiError (`kind: 'not-found'` for an unknown pidx), KhaltiConnectionError, KhaltiResponseError.
   * @see https://docs.khalti.com/khalti-epayment/#payment-verification-lookup
   */
  async lookup(pidx: string, options?: RequestOptions): Promise<PaymentLookupResponse> {
    return this.#gateway.run(lookup, pidx, resolveLimits(this.#options, options))
  }

  /**
   * Looks a payment up and judges the answer against what you expect: the way to decide whether to fulfil an order.
   *
   * @param expected - From your own record, never from the query string; `amount` in paisa.
   * @throws As {@link KhaltiClient.lookup}. Nothing is decided then; ask again later.
   */
  async verify(expected: ExpectedPayment, options?: RequestOptions): Promise<Verdict> {
    return this.#gateway.run(verify, expected, resolveLimits(this.#options, options))
  }

  /**
   * Looks until the verdict is final (anything but pending) or the deadline passes, with growing pauses. After a failure
   * that may pass it looks again.
   *
   * @param expected - As for {@link KhaltiClient.verify}.
   * @param options - `deadlineMs` (default 300 000) and `intervalMs` (default 2 000), beside the usual.
   * @returns The final verdict, or the last one at the deadline.
   * @throws The last failure where no look succeeded until the deadline; a failure that will not pass at once. Once the
   * client is closed, a KhaltiConfigError in place of the next look.
   */
  async waitForPayment(expected: ExpectedPayment, options: WaitOptions = {}): Promise<Verdict> {
    requireOptions(options, 'waitForPayment did not begin')
    const limits = resolveLimits(this.#options, options)
    return waitForPayment(this.#gateway, expected, { ...options, limits })
  }

  /**
   * Gives money back, without any memory of it: two calls may give it back twice. A shop that has a checkout calls
   * `checkout.refund` instead, which writes the intent down first and never sends it twice. Sent once and never repeated
   * here. After an error with `mayHaveBeenProcessed`, look the payment up before you refund again.
   *
   * @param transactionId - The lookup's `transaction_id`; not the pidx.
   * @param request - `amount` in paisa for a part of it; `mobile` for payments made through a bank. Default: all of it.
   * @throws KhaltiInputError before anything is sent; KhaltiApiError where Khalti refuses; KhaltiConnectionError or
   * KhaltiResponseError, whose `mayHaveBeenProcessed` says whether the money may have gone back all the same.
   * @see https://docs.khalti.com/api/refund/
   */
  async refund(transactionId: string, request: RefundRequest = {}, options?: RequestOptions): Promise<RefundResponse> {
    return this.#gateway.run(refund, { transactionId, request }, resolveLimits(this.#options, options))
  }

  /**
   * The banks a customer can pay from, all pages of them, for initiate's `bank` and `modes`. Needs no key. Safe to repeat,
   * and repeated.
   *
   * @param paymentType - `'ebanking'` for `modes: ['EBANKING']`, `'mobilecheckout'` for `modes: ['MOBILE_BANKING']`.
   * @throws KhaltiInputError for another list; KhaltiApiError, KhaltiConnectionError, KhaltiResponseError.
   * @see https://docs.khalti.com/checkout/diy-banking/
   */
  async banks(paymentType: BankPaymentType, options?: RequestOptions): Promise<Bank[]> {
    return this.#gateway.run(banks, paymentType, resolveLimits(this.#options, options))
  }

  /**
   * Lets running calls finish, with their retries, and ends the client's own connections; those of a global dispatcher of
   * your app stay. Of {@link KhaltiClient.waitForPayment} the look that runs finishes, and no other follows. May be called
   * again. Later calls throw a KhaltiConfigError.
   */
  async close(): Promise<void> {
    await this.#gateway.close()
  }

  /** For the checkout. A function below a symbol: whatever prints, copies or lists a client does not come upon the key. */
  [inside](): ClientFacts {
    return { options: this.#options, lastKey: this.#gateway.lastKey }
  }

  /** For `await using khalti = new KhaltiClient()`: the same as {@link KhaltiClient.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

function refuseBrowser(): void {
  const { window, navigator } = globalThis as { window?: { document?: unknown }; navigator?: { product?: unknown } }
  if (!window?.document && navigator?.product !== 'ReactNative') return
  throw new KhaltiConfigError(
    'KhaltiClient does not run in a browser or app: whoever has it could read the secret key. Call it on your server.',
  )
}
