import { type FieldErrors, KhaltiInputError } from '../core/errors.ts'
import type { Paisa } from '../core/money.ts'
import { checkPaymentRequest } from '../core/payment-request.ts'
import type { KhaltiEnvironment } from '../wire/endpoints.ts'
import type { AmountBreakdownRow, CustomerInfo, PaymentRequest, ProductDetail } from '../wire/initiate.ts'

/** Who pays, prefilled on Khalti's page. Without a name Khalti takes none of it, so that it is left out. */
export interface OrderCustomer {
  name?: string | undefined
  email?: string | undefined
  phone?: string | undefined
}

/** What is to be paid, as `readOrder` gives it: checked and priced by the shop, never by the browser. */
export interface Order {
  /** The shop's id of the order. It is paid once; another purchase needs another id. */
  id: string
  /** What the customer reads as the order's name. */
  name: string
  /** What it costs: `rupees(1250)`, or `paisa(125000)` from a database. */
  amount: Paisa
  /** Who pays. */
  customer?: OrderCustomer | undefined
  /** How the amount is made up, in paisa; a discount may be negative. The rows must add up to `amount`. */
  breakdown?: AmountBreakdownRow[] | undefined
  /** What is bought, in Khalti's names. */
  products?: ProductDetail[] | undefined
  /** Khalti gives it back in the redirect's query. A key without `merchant_` gets it. */
  extra?: Record<string, string> | undefined
}

/** Where Khalti sends the customer, and for which shop. */
export interface RequestAddresses {
  return_url: string
  website_url: string
}

/** The names in Khalti's request, and the names in an order that they come from. */
const orderFields: [requestField: string, orderField: string][] = [
  ['purchase_order_id', 'id'],
  ['purchase_order_name', 'name'],
  ['customer_info', 'customer'],
  ['amount_breakdown', 'breakdown'],
  ['product_details', 'products'],
]

/**
 * An order as Khalti is asked for its link: checked, so that nothing is reserved for an order that cannot be paid.
 *
 * @throws KhaltiInputError with the faults of all fields at once, in the order's own names.
 */
export function toPaymentRequest(
  order: Order,
  addresses: RequestAddresses,
  environment: KhaltiEnvironment,
): PaymentRequest {
  if (typeof order !== 'object' || order === null) {
    throw new KhaltiInputError('There is no order', {
      order: ['is missing; readOrder returns { id, name, amount, … }.'],
    })
  }
  const customer = customerInfo(order.customer)
  const request: PaymentRequest = {
    ...addresses,
    amount: order.amount,
    purchase_order_id: order.id,
    purchase_order_name: order.name,
    ...(customer && { customer_info: customer }),
    ...(order.breakdown && { amount_breakdown: order.breakdown }),
    ...(order.products && { product_details: order.products }),
    ...merchantFields(order.extra),
  }
  try {
    return checkPaymentRequest(request, environment)
  } catch (error) {
    throw error instanceof KhaltiInputError
      ? new KhaltiInputError('This order cannot be paid', inOrderFields(error.fields))
      : error
  }
}

/** Faults by the names of Khalti's request, as faults by the names of an order: `customer_info.phone` is `customer.phone`. */
export function inOrderFields(fields: FieldErrors): FieldErrors {
  return Object.fromEntries(Object.entries(fields).map(([field, messages]) => [orderField(field), messages]))
}

/**
 * A digest of what is bought: amount, name, breakdown and products. It changes when the cart changes, and not with the
 * order in which an object's fields stand.
 */
export async function fingerprintOf(order: Order): Promise<string> {
  const { amount, name, breakdown = [], products = [] } = order
  const text = JSON.stringify(canonical([amount, name, breakdown, products]))
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.map(([key, inner]) => [key, canonical(inner)])
}

function customerInfo(customer: OrderCustomer | undefined): CustomerInfo | undefined {
  const name = customer?.name
  return typeof name === 'string' && name.trim() !== '' ? { ...customer, name } : undefined
}

function merchantFields(extra: Record<string, string> | undefined): Record<`merchant_${string}`, string> {
  const fields = Object.entries(extra ?? {}).map(([key, value]) => [
    key.startsWith('merchant_') ? key : `merchant_${key}`,
    value,
  ])
  return Object.fromEntries(fields)
}

function orderField(field: string): string {
  const [, own = undefined] = orderFields.find(([theirs]) => field === theirs) ?? []
  if (own !== undefined) return own
  const [theirs, nested] = orderFields.find(([prefix]) => field.startsWith(`${prefix}.`)) ?? []
  return theirs === undefined || nested === undefined ? field : nested + field.slice(theirs.length)
}
