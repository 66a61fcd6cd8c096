import type { KhaltiClient } from '../core/client.ts'
import { errorLines } from '../core/error-text.ts'
import { KhaltiConfigError } from '../core/errors.ts'
import type { AdminPages } from './admin-pages.ts'
import type { Aside } from './aside.ts'
import type { CheckoutOptions, ErrorPlace, ErrorRoute } from './checkout-options.ts'
import { type SharedLooks, sharedLooks } from './look.ts'
import { readAdmin, requireClient, requirePayments } from './parts.ts'
import type { PaymentStore } from './payment-store.ts'
import { readSite, type Site } from './site.ts'
import type { Together } from './together.ts'
import { withoutSecrets } from './without-secrets.ts'

/** What an error is about. */
type About = Omit<ErrorPlace, 'route'>

/** What all parts of a checkout share. Its getters throw a KhaltiConfigError where the options cannot work. */
export interface Shop {
  readonly options: CheckoutOptions
  readonly client: KhaltiClient
  readonly payments: PaymentStore
  readonly site: Site
  readonly cronSecret: string | undefined
  readonly admin: AdminPages | undefined
  readonly looks: SharedLooks
  /** Where reconcile has callbacks called. Elsewhere they are called, and waited for, where the news comes up. */
  readonly aside?: Aside | undefined
  /** Where reconcile has orders written, if the store takes several at once. */
  readonly together?: Together | undefined
  /** Whether this is said for the first time, by this checkout. */
  isFirstTime(what: string): boolean
  /** Tells the shop of an error that no customer sees. */
  report(error: unknown, route: ErrorRoute, about?: About): void
  /** The outcome of `run`. An error is reported, and the result is undefined. */
  tryOrReport<Result>(route: ErrorRoute, about: About, run: () => Promise<Result>): Promise<Result | undefined>
}

/** Reads the options when they are first needed: while a site is built, the server's variables are missing. */
export function openShop(options: CheckoutOptions): Shop {
  if (Object(options) !== options)
    throw new KhaltiConfigError('createCheckout needs its options: createCheckout({ client, payments, … }).')
  let site: Site | undefined
  const report = reporterOf(options)
  const said = new Set<string>()
  return {
    options,
    get client() {
      return requireClient(options.client)
    },
    looks: sharedLooks(),
    get payments() {
      return requirePayments(options.payments)
    },
    get site() {
      site ??= readSite(options)
      return site
    },
    get cronSecret() {
      return readSecret(options.cronSecret)
    },
    get admin() {
      return readAdmin(options.admin)
    },
    isFirstTime(what) {
      // Not without end: payments are said too.
      if (said.size > 1_000) said.clear()
      return said.size < said.add(what).size
    },
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

/** The secret, trimmed as in a header. @throws KhaltiConfigError for one that is too short or that no header can carry. */
function readSecret(cronSecret: string | null | undefined): string | undefined {
  if (cronSecret === undefined || cronSecret === null) return undefined
  const secret = String(cronSecret).trim()
  if (secret.length < 16) throw new KhaltiConfigError('cronSecret is too short. Use 16 random characters or more.')
  if (/^[ -~]+$/.test(secret)) return secret
  throw new KhaltiConfigError('cronSecret has letters that no header carries. Use letters and digits of ASCII.')
}

function reporterOf({ client, onError }: Pick<CheckoutOptions, 'client' | 'onError'>): Shop['report'] {
  const log = (error: unknown, place: ErrorPlace) =>
    console.error(withoutSecrets(`${placeText(place)}: ${indented(errorLines(error))}`, client))
  return (error, route, { pidx, orderId } = {}) => {
    const place = { route, pidx, orderId }
    // An error handler that throws, now or later, must not make a good payment fail.
    const told = async () => (onError ?? log)(error, place)
    told()
      .catch((cause: unknown) => {
        log(error, place)
        log(new Error('onError has failed itself', { cause }), place)
      })
      .catch(() => {})
  }
}

function placeText({ route, pidx, orderId }: ErrorPlace): string {
  const where = ['khalti-kit checkout', route, pidx && `payment ${pidx}`, orderId && `order ${orderId}`]
  return escaped(where.filter(Boolean).join(', '))
}

/** Escapes control characters and line breaks, so that no input can forge a line of the log. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
  const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g
  return text.replace(controls, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Keeps the lines of a stack, all indented, so that none of them passes for a line of the log. */
function indented(text: string): string {
  return text
    .split('\n')
    .map((line, index) => (index === 0 ? '' : '    ') + escaped(index === 0 ? line : line.trimStart()))
    .join('\n')
}
