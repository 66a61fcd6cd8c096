import { plausibleId } from '../wire/ids.ts'
import { type QueryPair, readQuery } from './callback-query.ts'

/**
 * What the query of a redirect says. Anyone can write such a query: use the `pidx` to find your own record of the
 * payment and look it up; believe nothing else.
 */
export interface CallbackClaim {
  /** The payment's id, where it could be one. */
  pidx?: string
  /** What the redirect calls the payment's state. Untrusted. */
  status?: string
  /** A sentence, where Khalti could not even begin the payment; such a redirect has no pidx. */
  message?: string
  /** From `transaction_id`, else `tidx`; never `txnId`, which is a bank's. Untrusted. */
  transactionId?: string
  /** From `purchase_order_id`. Untrusted. */
  orderId?: string
  /** From `purchase_order_name`. Untrusted. */
  orderName?: string
  /** Paisa, from `amount`, else `total_amount`. Untrusted. */
  amount?: number
  /** The payer's number as Khalti masks it. */
  mobile?: string
  /** All other parameters, your own and `merchant_*` among them. Untrusted. */
  extra: Record<string, string>
}

/**
 * Reads the query Khalti sends a customer back with. Never throws on a query; repairs the two malformed forms that have
 * been seen (`?a=b/?status=…` and `?a=b?pidx=…`). The first value of a parameter wins, an empty one counts as absent.
 *
 * @param source - An address, a query, a `Request`, or the parsed query of a framework.
 *
 * @see https://docs.khalti.com/khalti-epayment/#success-callback
 *
 * @example
 * ```ts
 * import { parseCallback } from 'khalti-kit'
 *
 * const { pidx } = parseCallback('https://shop.example/return?pidx=HT6o6PEZRWFJ5ygavzHWd5&status=Completed')
 * ```
 */
export function parseCallback(
  source: string | URL | URLSearchParams | Request | Record<string, unknown>,
): CallbackClaim {
  const values = readQuery(pairsOf(source))
  const take = (name: string): string | undefined => {
    const value = values.get(name)
    values.delete(name)
    return value
  }
  const [pidx, transactionId, tidx] = [take('pidx'), take('transaction_id'), take('tidx')]
  const [amount, totalAmount] = [readPaisa(take('amount')), readPaisa(take('total_amount'))]
  const claim = {
    pidx: pidx !== undefined && plausibleId.test(pidx) ? pidx : undefined,
    status: take('status'),
    message: take('message'),
    transactionId: transactionId ?? tidx,
    orderId: take('purchase_order_id'),
    orderName: take('purchase_order_name'),
    amount: amount ?? totalAmount,
    mobile: take('mobile'),
  }
  const present = Object.fromEntries(Object.entries(claim).filter(([, value]) => value !== undefined))
  return { ...(present as Omit<CallbackClaim, 'extra'>), extra: Object.fromEntries(values) }
}

function pairsOf(source: unknown): QueryPair[] {
  if (typeof source === 'string') return [...new URLSearchParams(queryOf(source))]
  if (typeof source !== 'object' || source === null) return []
  if (source instanceof URLSearchParams) return [...source]
  if (source instanceof URL) return [...new URLSearchParams(source.search)]
  if ('url' in source && 'headers' in source && typeof source.url === 'string') return pairsOf(source.url)
  return Object.entries(source).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).filter(isScalar).map((item): QueryPair => [name, String(item)]),
  )
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** The query of an address, or the text itself where it is a query without its `?`. */
function queryOf(text: string): string {
  const [address = ''] = text.split('#', 1)
  const mark = address.indexOf('?')
  const before = mark === -1 ? address : address.slice(0, mark)
  const isQuery = before.includes('=') && !/^([a-z][a-z\d+.-]*:\/)?\//i.test(before)
  if (isQuery) return address
  return mark === -1 ? '' : address.slice(mark + 1)
}

function readPaisa(text: string | undefined): number | undefined {
  const amount = text !== undefined && /^\d+(\.0+)?$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(amount) ? amount : undefined
}
