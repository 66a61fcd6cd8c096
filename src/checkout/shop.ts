import { KhaltiConfigError } from '../core/errors.ts'
import { isPrivateHost } from '../core/hosts.ts'
import { readEnv } from '../core/settings.ts'
import type { CheckoutClient, CheckoutHooks, CheckoutOptions, ErrorFacts } from './checkout-options.ts'
import { memoryPayments } from './memory-payments.ts'
import type { Payment, PaymentStore } from './payment-store.ts'
import { report } from './report.ts'

/** A checkout's options, checked and with their defaults: what its parts work with. */
export interface Shop {
  client: CheckoutClient
  payments: PaymentStore
  hooks: CheckoutHooks
  fulfil: CheckoutOptions['fulfil']
  readOrder: CheckoutOptions['readOrder']
  landing: CheckoutOptions['landing']
  /** Without a slash at its end. */
  siteUrl: string
  /** `siteUrl`'s own origin and all others that are allowed. */
  origins: ReadonlySet<string>
  /** Begins with a slash and has none at its end; empty for the root. */
  basePath: string
  cronSecret: string | undefined
  now(): Date
  report(error: unknown, facts: ErrorFacts): void
  /** How often this process has tried to fulfil a payment, for stores that do not count. */
  attempts: Map<string, number>
}

/** @throws KhaltiConfigError where an option cannot be. */
export function openShop<Transaction>(options: CheckoutOptions<Transaction>): Shop {
  const siteUrl = readSiteUrl(options)
  return {
    client: options.client,
    payments: (options.payments as PaymentStore | undefined) ?? developmentPayments(options.now),
    hooks: options.on ?? {},
    fulfil: (payment, context) => options.fulfil(payment, context as Parameters<typeof options.fulfil>[1]),
    readOrder: (input, request) => options.readOrder(input, request),
    landing: (arrival) => options.landing(arrival),
    siteUrl,
    origins: new Set([new URL(siteUrl).origin, ...(options.origins ?? []).map(readOrigin)]),
    basePath: readBasePath(options.basePath),
    cronSecret: readCronSecret(options.cronSecret),
    now: () => options.now?.() ?? new Date(),
    report: (error, facts) => report(options.onError, error, facts),
    attempts: new Map(),
  }
}

/** @throws KhaltiConfigError for a payment of another environment: a sandbox payment must not buy real goods. */
export function refuseOtherEnvironment(shop: Shop, { pidx, environment }: Payment): void {
  const own = shop.client.environment
  if (environment === own) return
  throw new KhaltiConfigError(
    `Payment ${pidx} was made in ${environment}, but this checkout is in ${own}. Nothing is done about it. Keep the payments of each environment in a store of their own.`,
  )
}

function developmentPayments(now: (() => Date) | undefined): PaymentStore {
  if (readEnv('NODE_ENV') !== 'production') return memoryPayments({ now })
  throw new KhaltiConfigError(
    'NODE_ENV is production, and createCheckout has no `payments`. Memory would forget every payment with the next restart. Pass a store, such as postgresPayments(pool) from khalti-kit/postgres.',
  )
}

function readSiteUrl({ siteUrl, client }: Pick<CheckoutOptions, 'siteUrl' | 'client'>): string {
  const url = webAddress(siteUrl)
  if (url === undefined || url.search !== '' || url.hash !== '') {
    throw new KhaltiConfigError(
      `siteUrl is ${show(siteUrl)}. It is the shop's own address, such as https://shop.example, without a query.`,
    )
  }
  const isPrivate = isPrivateHost(url.hostname)
  if (client.environment === 'production' && isPrivate) {
    throw new KhaltiConfigError(
      `siteUrl is ${url.origin}, which Khalti's production gateway refuses. Use the shop's public address.`,
    )
  }
  if (url.protocol === 'http:' && !isPrivate && !url.hostname.endsWith('.test')) {
    throw new KhaltiConfigError(
      `siteUrl is ${url.origin}. Customers come back by it, so it begins with https://; only a development host may be http.`,
    )
  }
  return url.href.replace(/\/+$/, '')
}

function readOrigin(origin: string): string {
  const url = webAddress(origin)
  if (url !== undefined && url.pathname === '/' && url.search === '' && url.hash === '') return url.origin
  throw new KhaltiConfigError(
    `origins has ${show(origin)}. Each is an origin, such as https://app.shop.example or http://localhost:5173, without a path.`,
  )
}

function webAddress(text: unknown): URL | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:'
  return isWeb && url.username === '' && url.password === '' ? url : undefined
}

function readBasePath(basePath = '/api/khalti'): string {
  const path = `/${String(basePath)}`.replace(/\/+/g, '/').replace(/\/$/, '')
  if (!/[?#\s]/.test(path)) return path
  throw new KhaltiConfigError(`basePath is ${show(basePath)}. It is a path such as /api/khalti.`)
}

function readCronSecret(secret: string | undefined): string | undefined {
  if (secret === undefined || secret.length >= 16) return secret
  throw new KhaltiConfigError(
    `cronSecret has ${secret.length} characters. It is 16 or more, or undefined to close the reconcile route; make one with \`openssl rand -hex 32\`.`,
  )
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : String(value)
}
