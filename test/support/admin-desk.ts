import { type AdminPagesOptions, adminPages } from 'khalti-kit/admin'
import type { Checkout, OrderEvent, OrderView, Payment, Refund } from 'khalti-kit/checkout'
import { wordsOf } from './admin.ts'

/** Noon in Nepal. */
export const noon = new Date('2026-11-23T06:15:00Z')

/** A payment of Rs 850 that was handed out. What is changed to undefined is not there. */
export const paymentWith = (change: Partial<Payment> = {}): Payment => ({
  pidx: 'one',
  method: 'khalti',
  orderId: 'topi',
  orderName: 'Dhaka topi',
  amount: 85_000 as Payment['amount'],
  fingerprint: 'any',
  environment: 'sandbox',
  paymentUrl: 'https://pay.example/one',
  transactionId: 'T1',
  state: 'paid',
  receivedAmount: 85_000 as Payment['amount'],
  receivedAt: noon,
  createdAt: noon,
  expiresAt: noon,
  fulfilledAt: noon,
  ...change,
})

/** A refund of Rs 100 of that payment. */
export const refundWith = (change: Partial<Refund> = {}): Refund => ({
  id: 'back',
  pidx: 'one',
  amount: 10_000 as Payment['amount'],
  state: 'done',
  askedAt: noon,
  ...change,
})

/** A line of a history. */
export const eventWith = (what: OrderEvent['what'], change: Partial<OrderEvent> = {}): OrderEvent => ({
  at: noon,
  what,
  pidx: 'one',
  ...change,
})

/** An order with that payment. */
export function viewWith(change: Partial<OrderView> = {}): OrderView {
  const payments = change.payments ?? [paymentWith()]
  const fulfilledAt = payments.find((payment) => payment.fulfilledAt)?.fulfilledAt
  return {
    id: 'topi',
    name: 'Dhaka topi',
    amount: 85_000 as Payment['amount'],
    refunds: [],
    events: [],
    attention: [],
    reasons: [],
    changedAt: noon,
    ...(fulfilledAt && { fulfilledAt }),
    ...change,
    payments,
  }
}

interface DeskSettings {
  /** The orders that there are. */
  views?: OrderView[]
  /** What the checkout does, beside finding these orders. */
  checkout?: Partial<Checkout>
  options?: Partial<AdminPagesOptions>
}

/** The pages on a checkout that is made up: every state of an order can be shown, and what is called is written down. */
export function openDesk({ views = [viewWith()], checkout = {}, options = {} }: DeskSettings = {}) {
  const pages = adminPages({ authorize: () => ({ name: 'Gita' }), ...options })
  const calls: unknown[][] = []
  const reports: unknown[][] = []
  const known: Partial<Checkout> = {
    order: async (id) => views.find((view) => view.id === id || view.payments.some(({ pidx }) => pidx === id)),
    orders: async () => ({ orders: views }),
    settle: async () => ({ outcome: 'paid', payment: undefined }) as never,
    attended: async () => views[0] as OrderView,
    resolveRefund: async () => undefined as never,
    refund: async (_pidx, given) => refundWith({ id: given?.id ?? 'made up' }),
    accept: async () => ({ outcome: 'paid', payment: undefined }) as never,
    ...checkout,
  }
  const written = Object.entries(known).map(([name, run]) => [
    name,
    (...given: unknown[]) => {
      calls.push([name, ...given])
      return (run as (...given: unknown[]) => unknown)(...given)
    },
  ])
  /** Asks for a page; with fields, as a form does. */
  const ask = (address: string, form?: Record<string, unknown>, init: RequestInit = {}) => {
    const url = new URL(`https://shop.example/api/khalti/admin${address}`)
    const request = new Request(url, { method: form === undefined ? 'GET' : 'POST', ...init })
    return pages.answer(request, {
      checkout: Object.fromEntries(written),
      base: '/api/khalti/admin',
      path: url.pathname.replace('/api/khalti/admin', ''),
      readForm: async () => form ?? {},
      report: (...report) => void reports.push(report),
    })
  }
  /** What a page says, without markup. */
  const read = async (...asked: Parameters<typeof ask>) => wordsOf(await (await ask(...asked)).text())
  /** What was called, beside the questions for orders. */
  const acts = () => calls.filter(([name]) => name !== 'order' && name !== 'orders')
  return { ask, read, acts, calls, reports }
}

/**
 * Where a page leads behind the admin route: its forms, with what they carry in hidden fields, and its links; with the name that a
 * screen reader says, or a link's words.
 */
export function waysOf(page: string): string[] {
  const main = /<main[\s\S]*<\/main>/.exec(page)?.[0] ?? ''
  const ways = main.match(/<form [\s\S]*?<\/form>|<a [^>]*href="\/api\/khalti\/admin[^>]*>[^<]*/g) ?? []
  return ways.flatMap((way) =>
    way.startsWith('<a') ? [wayOfLink(way)] : [wayOfForm(way), ...waysOf(`<main>${way.slice(5)}</main>`)],
  )
}

function wayOfForm(form: string): string {
  const [, method, action] = /method="(\w+)" action="\/api\/khalti\/admin([^"]*)"/.exec(form) ?? []
  const fields = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
  const said = fields.map(([, name, value]) => `${name}=${value?.replaceAll('&quot;', '"')}`)
  const [, label] = /<button[^>]* aria-label="([^"]*)"/.exec(form) ?? []
  return [method, action, ...said, label].filter((part) => part !== undefined).join(' ')
}

function wayOfLink(link: string): string {
  const [, href, label, words] =
    /href="\/api\/khalti\/admin([^"]*)"(?: aria-label="([^"]*)")?[^>]*>([^<]*)/.exec(link) ?? []
  return `${href?.replaceAll('&amp;', '&')} ${label ?? words}`
}
