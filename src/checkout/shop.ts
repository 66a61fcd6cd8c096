import type { KhaltiClient } from '../core/client.ts'
import { KhaltiConfigError } from '../core/errors.ts'
import { maskMobiles } from '../core/redact.ts'
import type { CheckoutOptions, ErrorPlace } from './checkout-options.ts'
import type { PaymentStore } from './payment-store.ts'
import { webAddress } from './web-address.ts'

/** The shop's addresses. */
export interface Site {
  /** As it was given. */
  siteUrl: string
  /** Where Khalti sends customers back to. */
  returnUrl: string
  /** Its own origin and the further ones. */
  origins: ReadonlySet<string>
}

/** What all parts of a checkout share. Its getters throw a KhaltiConfigError where the options cannot work. */
export interface Shop<Transaction = unknown> {
  readonly options: CheckoutOptions<Transaction>
  readonly client: KhaltiClient
  readonly payments: PaymentStore<Transaction>
  readonly site: Site
  readonly basePath: string
  readonly cronSecret: string | undefined
  /** Attempts of `fulfil` that failed, by pidx, in this process. */
  readonly attempts: Map<string, number>
  now(): Date
  /** Tells the shop of an error that no customer sees. */
  report(error: unknown, route: ErrorPlace['route'], about?: About): void
  /** Runs what others must not fail by: its error is reported, and gives undefined. */
  tryOrReport<Result>(route: ErrorPlace['route'], about: About, run: () => Promise<Result>): Promise<Result | undefined>
}

/** What an error is about. */
type About = Omit<ErrorPlace, 'route'>

/** Reads the options when they are first needed, so that making a checkout never throws while a site is built. */
export function openShop<Transaction>(options: CheckoutOptions<Transaction>): Shop<Transaction> {
  let site: Site | undefined
  const report: Shop['report'] = (error, route, { pidx, orderId } = {}) => {
    const place: ErrorPlace = { route, pidx, orderId }
    try {
      if (options.onError) options.onError(error, place)
      else console.error(describe(error, place))
    } catch {
      // An error handler that throws must not turn a payment that went well into one that did not.
    }
  }
  const basePath = `/${(options.basePath ?? '/api/khalti').replace(/^\/+|\/+$/g, '')}`
  return {
    options,
    client: options.client,
    basePath,
    attempts: new Map(),
    get payments() {
      if (options.payments) return options.payments
      throw new KhaltiConfigError(
        'createCheckout has no `payments`. Give it a store, such as postgresPayments(pool), or memoryPayments() while you try things out.',
      )
    },
    get site() {
      site ??= readSite(options, basePath)
      return site
    },
    get cronSecret() {
      const { cronSecret } = options
      if (cronSecret === undefined || cronSecret.length >= 16) return cronSecret
      throw new KhaltiConfigError('cronSecret is too short. Use 16 random characters or more.')
    },
    now: () => options.now?.() ?? new Date(),
    report,
    async tryOrReport(route, about, run) {
      try {
        return await run()
      } catch (error) {
        report(error, route, about)
        return undefined
      }
    },
  }
}

function readSite({ siteUrl, origins = [] }: CheckoutOptions, basePath: string): Site {
  const own = originOf(siteUrl, 'siteUrl')
  return {
    siteUrl,
    returnUrl: `${own}${basePath}/return`,
    origins: new Set([own, ...origins.map((origin) => originOf(origin, 'origins'))]),
  }
}

function originOf(address: string, option: string): string {
  const url = webAddress(address)
  if (url && !url.search) return url.origin
  throw new KhaltiConfigError(
    `${option} has ${JSON.stringify(address)}. It is an address such as https://shop.example.`,
  )
}

function describe(error: unknown, { route, pidx, orderId }: ErrorPlace): string {
  const text = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error)
  const where = ['khalti-kit checkout', route, pidx && `payment ${pidx}`, orderId && `order ${orderId}`]
  return maskMobiles(`${where.filter(Boolean).join(', ')}: ${text}`)
}
