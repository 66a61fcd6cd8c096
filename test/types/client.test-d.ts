import {
  isKhaltiError,
  type KhaltiClient,
  type Paisa,
  type PaymentInitiateResponse,
  type PaymentLookupResponse,
  type PaymentRequest,
  paisa,
  rupees,
  type Verdict,
} from 'khalti-kit'

declare const client: KhaltiClient
declare const request: PaymentRequest
declare const verdict: Verdict

// What is written to Khalti's docs compiles: plain numbers, its own names, merchant_ fields.
export const documented: PaymentRequest = {
  return_url: 'https://example.com/payment/',
  website_url: 'https://example.com/',
  amount: 1300,
  purchase_order_id: 'test12',
  purchase_order_name: 'test',
  customer_info: { name: 'Khalti Bahadur', email: 'example@gmail.com', phone: '9800000123' },
  amount_breakdown: [{ label: 'Mark Price', amount: 1300 }],
  product_details: [{ identity: '1', name: 'Khalti logo', total_price: 1300, quantity: 1, unit_price: 1300 }],
  merchant_username: 'merchant_name',
}
export const answer: Promise<PaymentInitiateResponse> = client.initiate({ ...request, amount: rupees(13) })

// A bare number is no Paisa, and rupees and paisa give one.
export const price: Paisa = rupees(13)
export const stored: Paisa = paisa(1300)
// @ts-expect-error a number says nothing of its unit
export const bare: Paisa = 1300

// Unknown fields of an answer pass at run time, but a name that is mistyped does not compile.
declare const lookup: PaymentLookupResponse
declare const link: PaymentInitiateResponse
export const named: string | undefined = lookup.purchase_order_id
// @ts-expect-error it is transaction_id
export const mistyped = lookup.transactionId
// @ts-expect-error it is payment_url
export const mistypedUrl = link.paymentUrl

client.verify({ pidx: 'b', amount: 1000, orderId: 'order-1' })
// @ts-expect-error what we expect of a payment is in our words: orderId
client.verify({ pidx: 'b', amount: 1000, purchase_order_id: 'order-1' })

// @ts-expect-error an order must be named
client.initiate({ amount: 1000, return_url: '', website_url: '' })
// @ts-expect-error only Khalti's two lists of banks exist
client.banks('cards')

/** Every outcome must be handled: the compiler knows when one is missing. */
export function handled(): string {
  switch (verdict.outcome) {
    case 'paid':
      return verdict.transactionId
    case 'pending':
      return verdict.lookup.status
    case 'unpaid':
      return verdict.reason
    case 'refunded':
      return verdict.extent
    case 'hold':
      return verdict.reason
    default:
      return verdict satisfies never
  }
}

export function forgotten(): string {
  switch (verdict.outcome) {
    case 'paid':
    case 'pending':
    case 'unpaid':
    case 'refunded':
      return verdict.outcome
    default:
      // @ts-expect-error hold is not handled
      return verdict satisfies never
  }
}

// @ts-expect-error a transaction id exists only once it is paid
export const id: string = verdict.transactionId

export function narrowed(error: unknown): string | undefined {
  if (!isKhaltiError(error)) return undefined
  switch (error.code) {
    case 'api':
      return error.kind satisfies 'authentication' | 'not-found' | 'rate-limit' | 'server' | 'validation'
    case 'connection':
      return error.reason
    case 'response':
      return error.excerpt
    case 'input':
      return Object.keys(error.fields).join()
    case 'config':
      return error.message
  }
}
