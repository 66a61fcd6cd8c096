import { anything, fromZero, type Rule, requireKnown } from './require-known.ts'

/**
 * How {@link createSimulator} behaves. Where public evidence about Khalti is split, the likelier behaviour is the default
 * and an option brings the other.
 */
export interface SimulatorOptions {
  /** The one key that is accepted. Default: any key that is not empty. */
  secretKey?: string | undefined
  /**
   * Where the payment page lives: the beginning of every `payment_url`. A function is asked with each initiate request, for
   * a simulator that is reached under several names. Default: `https://test-pay.khalti.com`.
   */
  origin?: string | ((request: Request) => string) | undefined
  /** The clock that links expire by. Default: the real time. */
  now?: (() => Date) | undefined
  /**
   * Chance, from 0 up to but not including 1, by which ids are minted: a seeded one makes every run the same. Default:
   * `crypto.getRandomValues`.
   */
  random?: (() => number) | undefined
  /**
   * Payments that are kept; where there are more, the oldest are forgotten, and their pidx is unknown from then on. For
   * simulators that run for long. Default: all.
   */
  keep?: number | undefined
  /** Khalti's fee in paisa, by the amount of the payment: what a lookup of a paid one says. Default: 0. */
  fee?: number | ((amount: number) => number) | undefined
  /**
   * Whether prices and quantities in `product_details` have to be whole. Khalti's own WooCommerce plugin sends fractions,
   * and nobody knows what becomes of them. Default: false, any number is taken.
   */
  wholeProductNumbers?: boolean | undefined
  /**
   * Seconds a link lives. Default: 1800, as every recording of the sandbox says; 3600 with `live`, as documented for production.
   */
  expiresIn?: number | undefined
  /** Whether the request's `ttl` is the life of its link, in seconds. Default: false; nothing public says that it is honoured. */
  honourTtl?: boolean | undefined
  /**
   * Behaves like the live API towards addresses it cannot use: a `return_url` or `website_url` that is longer than 255
   * characters, has no scheme, or names localhost or a private network draws HTTP 500 with an empty body. Default: false.
   */
  live?: boolean | undefined
  /** Treats the merchant as one without KYC: Rs 200 and more is refused with "Amount must be less than 200." Default: false. */
  kycCap?: boolean | undefined
  /**
   * The form of `payment_url`: `pidx` is `<origin>/?pidx=…`, `wallet` is `<origin>/wallet/?pidx=…&return_url=…&mode=wallet`
   * (official mobile SDKs since June 2026), `pidx-slash` ends in a slash (docs of 2022). Default: `pidx`.
   */
  paymentUrlForm?: 'pidx' | 'wallet' | 'pidx-slash' | undefined
  /**
   * The recorded form of the redirect to `return_url`: `wallet` (pidx first, spaces as `%20`), `server` (status first,
   * `t=txn&idx=…&token=…&bank_reference=None`, spaces as `+`, pidx behind), or `server-txn` (the same with `txn=…`, seen
   * in 2025). Default: `wallet`.
   */
  redirectVariant?: 'wallet' | 'server' | 'server-txn' | undefined
  /** What joins the redirect's parameters to a `return_url` that has a query already; `/?` was recorded once. Default: `&`. */
  queryJoin?: '&' | '/?' | '?' | undefined
  /**
   * Every redirect carries nothing but `message=Could not process the payment.`, as documented until February 2024. The
   * payment itself ends as the verb or the page says: a redirect is not evidence. Default: false.
   */
  messageOnlyReturn?: boolean | undefined
  /** Whether the redirect of a canceled payment has an empty `txnId`. Default: true, as recorded; the docs leave it out. */
  canceledHasTxnId?: boolean | undefined
  /** Whether the lookup of a canceled payment has `refunded: false`. Default: true, as recorded in 2026 and documented. */
  canceledHasRefunded?: boolean | undefined
  /** Whether a lookup answered with HTTP 400 has `error_key: 'khalti_error'`. Default: true, as recorded; the docs leave it out. */
  lookupErrorKey?: boolean | undefined
  /** Whether `total_amount` is 0 while a payment is Pending or canceled, as after an abandoned bank redirect. Default: false. */
  zeroAmountWhenUnpaid?: boolean | undefined
  /** The HTTP status for a pidx that does not exist. Default: 404. */
  notFoundStatus?: 404 | 400 | undefined
  /** The spelling of a partial refund; one page of the docs has both. Default: `Partially Refunded`. */
  partialRefundStatus?: 'Partially Refunded' | 'Partially refunded' | undefined
  /** Milliseconds, by `now`, from the redirect until a lookup says Completed. Default: 0. */
  completionDelayMs?: number | undefined
  /** What a lookup says during `completionDelayMs`. Default: `Pending`. */
  statusUntilCompleted?: 'Pending' | 'Initiated' | undefined
  /** Banks on one page of the bank list. Default: 5, so that paging is exercised. */
  banksPerPage?: number | undefined
}

/** The options as the simulator reads them: every default filled in. */
export type SimulatorSettings = {
  readonly [Option in keyof Omit<SimulatorOptions, 'secretKey' | 'origin' | 'random'>]-?: NonNullable<
    SimulatorOptions[Option]
  >
} & {
  readonly secretKey: string | undefined
  readonly random: (() => number) | undefined
  /** Where the page of the payment that this request makes will live. */
  readonly originOf: (request: Request) => string
  /** The origin where it is one and the same, else the default. */
  readonly origin: string
}

const khaltiPage = 'https://test-pay.khalti.com'

const defaults = {
  keep: Number.POSITIVE_INFINITY,
  fee: 0,
  wholeProductNumbers: false,
  honourTtl: false,
  live: false,
  kycCap: false,
  paymentUrlForm: 'pidx',
  redirectVariant: 'wallet',
  queryJoin: '&',
  messageOnlyReturn: false,
  canceledHasTxnId: true,
  canceledHasRefunded: true,
  lookupErrorKey: true,
  zeroAmountWhenUnpaid: false,
  notFoundStatus: 404,
  partialRefundStatus: 'Partially Refunded',
  completionDelayMs: 0,
  statusUntilCompleted: 'Pending',
  banksPerPage: 5,
} as const

const rules: Record<keyof SimulatorOptions, Rule> = {
  secretKey: anything,
  origin: anything,
  now: anything,
  random: anything,
  ...(Object.fromEntries(Object.keys(defaults).map((name) => [name, anything])) as Record<keyof typeof defaults, Rule>),
  expiresIn: [fromZero, 'Give the seconds that a link lives, from 0.'],
  keep: [(value) => Number(value) >= 1, 'Give a number of payments, from 1.'],
  fee: [
    (value) => typeof value === 'function' || fromZero(value),
    'Give paisa, from 0, or a function that gives them.',
  ],
  completionDelayMs: [fromZero, 'Give milliseconds, from 0.'],
  banksPerPage: [(value) => Number.isInteger(value) && Number(value) >= 1, 'Give a whole number of banks, from 1.'],
}

/**
 * Fills in the defaults; an option that is `undefined` counts as left out. Throws for a name that is no option, for an
 * `origin` that is no http(s) address, and for a number that is of no use.
 */
export function readOptions(options: SimulatorOptions): SimulatorSettings {
  requireKnown('createSimulator', options, rules)
  const { origin = khaltiPage, ...rest } = options
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  const fixed = readOrigin(typeof origin === 'string' ? origin : khaltiPage)
  return {
    ...defaults,
    now: () => new Date(),
    expiresIn: options.live ? 3600 : 1800,
    ...given,
    secretKey: options.secretKey,
    random: options.random,
    origin: fixed,
    originOf: typeof origin === 'string' ? () => fixed : (request) => readOrigin(origin(request)),
  }
}

function readOrigin(origin: string): string {
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.origin
  throw new TypeError(`origin "${origin}" is no http(s) address. Give one such as "http://127.0.0.1:8787".`)
}
