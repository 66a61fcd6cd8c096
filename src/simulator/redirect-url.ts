import type { LedgerEntry, Settlement, SimulatedOrder } from './ledger.ts'
import type { SimulatorSettings } from './simulator-options.ts'

type Query = [name: string, value: string][]

/**
 * Where the customer is sent after paying or canceling: `return_url` with Khalti's query. Order and encoding of the
 * parameters follow recorded redirects (2024-01 to 2026-04).
 */
export function redirectUrl(entry: LedgerEntry, settings: SimulatorSettings): string {
  const { order, settlement } = entry
  if (settings.messageOnlyReturn) {
    return append(order.return_url, 'message=Could%20not%20process%20the%20payment.', settings.queryJoin)
  }
  const wallet = settings.redirectVariant === 'wallet'
  const query = settlement === null ? unpaidQuery(entry, settings) : paidQuery(entry, settlement, settings)
  const encode = wallet ? encodeAsBrowser : encodeAsPython
  const pairs = [...query, ...merchantFields(order)].map(([name, value]) => `${encode(name)}=${encode(value)}`)
  return append(order.return_url, pairs.join('&'), settings.queryJoin)
}

function paidQuery(entry: LedgerEntry, settlement: Settlement, settings: SimulatorSettings): Query {
  if (settings.redirectVariant === 'wallet') return walletQuery(entry, settlement)
  return serverQuery(entry, settlement, settings.redirectVariant === 'server-txn')
}

function walletQuery({ pidx, order }: LedgerEntry, { transactionId, txnId, mobile }: Settlement): Query {
  return [
    ['pidx', pidx],
    ['transaction_id', transactionId],
    ['tidx', transactionId],
    ['txnId', txnId],
    ['amount', String(order.amount)],
    ['total_amount', String(order.amount)],
    ['mobile', masked(mobile)],
    ['status', 'Completed'],
    ...orderFields(order),
  ]
}

function serverQuery({ pidx, order }: LedgerEntry, settlement: Settlement, short: boolean): Query {
  const { transactionId, token, mobile } = settlement
  const transaction: Query = short
    ? [['txn', transactionId]]
    : [
        ['t', 'txn'],
        ['idx', transactionId],
      ]
  return [
    ['status', 'Completed'],
    ...transaction,
    ['token', token],
    ['bank_reference', 'None'],
    ['amount', String(order.amount)],
    ['mobile', masked(mobile)],
    ['transaction_id', transactionId],
    ['tidx', transactionId],
    ['total_amount', String(order.amount)],
    ...orderFields(order),
    ['pidx', pidx],
  ]
}

/** Canceled; or the status it was made to answer with: no such redirect was recorded, its form is that of a canceled one. */
function unpaidQuery({ pidx, order, answer }: LedgerEntry, { canceledHasTxnId }: SimulatorSettings): Query {
  return [
    ['pidx', pidx],
    ['transaction_id', ''],
    ['tidx', ''],
    ...(canceledHasTxnId ? ([['txnId', '']] satisfies Query) : []),
    ['amount', String(order.amount)],
    ['total_amount', String(order.amount)],
    ['mobile', ''],
    ['status', answer ?? 'User canceled'],
    ...orderFields(order),
  ]
}

function orderFields(order: SimulatedOrder): Query {
  return [
    ['purchase_order_id', order.purchase_order_id],
    ['purchase_order_name', order.purchase_order_name],
  ]
}

function merchantFields(order: SimulatedOrder): Query {
  return Object.entries(order.merchant).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
}

/** "9800000005" as redirects show it: "98XXXXX005". */
function masked(mobile: string): string {
  return mobile.length < 6 ? mobile : `${mobile.slice(0, 2)}${'X'.repeat(mobile.length - 5)}${mobile.slice(-3)}`
}

/** As the wallet's page in the browser. A lone half of a surrogate pair cannot be encoded and is replaced. */
function encodeAsBrowser(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
}

/** As Python's `urlencode`, which builds the server's redirects. */
function encodeAsPython(text: string): string {
  const escaped = (letter: string) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeAsBrowser(text)
    .replace(/[!'()*]/g, escaped)
    .replaceAll('%20', '+')
}

/** A header holds ASCII only: what is not, is encoded as Django's `iri_to_uri` does it, in the host too. */
function append(returnUrl: string, query: string, join: string): string {
  const [address = '', ...fragment] = returnUrl.replace(/[^!-~]+/g, encodeAsBrowser).split('#')
  const hash = fragment.length > 0 ? `#${fragment.join('#')}` : ''
  return `${address}${address.includes('?') ? join : '?'}${query}${hash}`
}
