import type { OrderView, Payment } from '../checkout/payment.ts'
import type { OrdersPage } from '../checkout/people.ts'
import { nepalTime } from '../nepal/writing.ts'
import type { Visit } from './visit.ts'

/** Orders that are read at once. */
const limit = 200

const columns: [name: string, cell: (order: OrderView, payment: Payment) => string][] = [
  ['order', ({ id }) => id],
  ['name', (_, { orderName }) => orderName],
  ['pidx', (_, { pidx }) => pidx],
  ['transaction_id', (_, { transactionId = '' }) => transactionId],
  ['method', (_, { method }) => method],
  ['state', (_, { state }) => state],
  ['hold_reason', (_, { holdReason = '' }) => holdReason],
  ['amount', (_, { amount }) => rupees(amount)],
  ['received', (_, { receivedAmount }) => rupees(receivedAmount)],
  ['refunded', (_, payment) => refundedOf(payment)],
  ['fee', (_, { fee }) => rupees(fee)],
  ['created_at', (_, { createdAt }) => nepalTime(createdAt)],
  ['paid_at', (_, { receivedAt }) => (receivedAt ? nepalTime(receivedAt) : '')],
  ['handed_out_at', (_, { fulfilledAt }) => (fulfilledAt ? nepalTime(fulfilledAt) : '')],
  ['changed_at', ({ changedAt }) => nepalTime(changedAt)],
  ['attention', ({ attention }) => attention.join(' ')],
]

/** `GET orders.csv`: a line for each payment of each order, the newest change first, sent as it is read. */
export async function ordersCsv({ desk, query }: Visit): Promise<Response> {
  const attention = query.get('attention') === '1' || undefined
  const pages = pagesOf((after) => desk.checkout.orders({ attention, limit, after }))
  // A list that cannot be read must fail now, not in the middle of a file.
  const first = await pages.next()
  const encoder = new TextEncoder()
  let waiting: typeof first | undefined = first
  let isGone = false
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(`\uFEFF${line(columns.map(([name]) => name))}`)),
    async pull(controller) {
      try {
        const { done, value = [] } = waiting ?? (await pages.next())
        waiting = undefined
        // Who goes away while the list is read has closed the file themselves.
        if (isGone) return
        if (done) return controller.close()
        controller.enqueue(encoder.encode(value.map(linesOf).join('')))
      } catch (error) {
        desk.report(error)
        controller.error(error)
      }
    },
    cancel() {
      isGone = true
    },
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="orders-${nepalTime(new Date()).slice(0, 10)}.csv"`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    },
  })
}

/** An order that changes meanwhile moves to the front, past where we read: at the end those are read that we have not seen. */
async function* pagesOf(
  ask: (after: string | undefined) => Promise<OrdersPage>,
): AsyncGenerator<OrderView[], undefined> {
  const seen = new Set<string>()
  const fresh = (orders: OrderView[]) => orders.filter(({ id }) => !seen.has(id) && seen.add(id))
  let begun: Date | undefined
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    const page = await ask(after)
    begun ??= page.orders[0]?.changedAt
    yield fresh(page.orders)
    after = page.next
  }
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    const page = await ask(after)
    const later = page.orders.filter(({ changedAt }) => begun === undefined || changedAt > begun)
    yield fresh(later)
    after = later.length === page.orders.length ? page.next : undefined
  }
  return undefined
}

function linesOf(order: OrderView): string {
  return order.payments.map((payment) => line(columns.map(([, cell]) => cell(order, payment)))).join('')
}

function line(cells: string[]): string {
  return `${cells.map(quoted).join(',')}\r\n`
}

/** What spreadsheets would run as a formula, also in the wide letters of East Asia. */
const formula = /^[\s\0]*[=+\-@＝＋－＠]|^[\t\r\n]/

/** One cell by RFC 4180; a text that a spreadsheet would run begins with an apostrophe. */
function quoted(text: string): string {
  const harmless = formula.test(text) ? `'${text}` : text
  return /[",;\r\n\t]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** A number that spreadsheets can add up. */
function rupees(paisa: number | undefined): string {
  return paisa === undefined ? '' : (paisa / 100).toFixed(2)
}

function refundedOf({ refundExtent, refundedAmount }: Payment): string {
  if (refundExtent === undefined) return '0.00'
  return refundedAmount === undefined ? 'unknown' : rupees(refundedAmount)
}
