import { plausibleId } from '../wire/ids.ts'
import { readQuery } from './callback-query.ts'
import { pairsOf } from './callback-source.ts'

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
 * Reads the query Khalti sends a customer back with. Never throws, whatever it is given; repairs the two malformed forms
 * that have been seen (`?a=b/?status=…` and `?a=b?pidx=…`). The first value of a parameter wins, an empty one counts as
 * absent. Of an address that names no payment, the query within the `#` of a hash router is read too.
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
    pidx: readId(pidx),
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

/** An id that could be one. A slash behind it comes from servers that end every address with one. */
function readId(text: string | undefined): string | undefined {
  const id = text?.endsWith('/') ? text.slice(0, -1) : text
  return id?.match(plausibleId)?.[0]
}

function readPaisa(text: string | undefined): number | undefined {
  const amount = Number(text?.match(/^(\d+)(?:\.0+)?$/)?.[1])
  return Number.isSafeInteger(amount) ? amount : undefined
}
