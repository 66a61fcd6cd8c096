import { KhaltiInputError } from '../core/errors.ts'
import type { Paisa } from '../core/money.ts'
import { show } from '../core/show.ts'
import { plainMobile } from '../nepal/writing.ts'
import { clean } from '../rules/record.ts'
import type { CustomerInfo, PaymentRequest, ProductDetail } from '../wire/initiate.ts'

/** One product of an order. */
export interface OrderProduct {
  /** The shop's id of the product. It must tell variants apart, such as sizes. */
  id: string
  /** Its name, as the customer reads it. */
  name: string
  /** Paisa, for one piece. */
  unitPrice: Paisa
  /** Pieces. */
  quantity: number
  /** Paisa, for all pieces. Default: `unitPrice` times `quantity`. */
  totalPrice?: Paisa | undefined
}

/** What is to be paid, as the server knows it: the result of `readOrder`. */
export interface Order {
  /** The shop's id of the order; it is fulfilled once, however many links it gets. */
  id: string
  /** What the customer reads on Khalti's page. */
  name: string
  /** Paisa, by `rupees()` or `paisa()`: the server's price, never the browser's. At least 1000. */
  amount: Paisa
  /** Who pays, prefilled on Khalti's page. Blank fields are left out, all of it where there is no name. */
  customer?: { name?: string | undefined; email?: string | undefined; phone?: string | undefined } | undefined
  /** How the amount is made up, in paisa; the rows must add up to it, and a discount is negative. */
  breakdown?: { label: string; amount: number }[] | undefined
  /** What is bought, in our words or in Khalti's. */
  products?: (OrderProduct | ProductDetail)[] | undefined
  /** Passed back in the redirect's query, under names that begin with `merchant_` (put before where it is missing). */
  extra?: { [merchantKey: string]: string } | undefined
}

/** The order in Khalti's words. It is a copy, since the shop may change its own. */
export function requestOf(order: Order, site: { frontendUrl: string; returnUrl: string }): PaymentRequest {
  requireOrder(order)
  refuseLostId(order.id)
  const request: PaymentRequest = {
    return_url: site.returnUrl,
    website_url: site.frontendUrl,
    amount: order.amount,
    purchase_order_id: order.id,
    purchase_order_name: cleaned(order.name),
    customer_info: customerOf(order.customer),
  }
  if (order.breakdown?.length)
    request.amount_breakdown = order.breakdown.map(({ label, amount }) => ({ label: cleaned(label), amount }))
  if (order.products) request.product_details = order.products.map(cleanProduct)
  for (const [key, value] of Object.entries(order.extra ?? {})) {
    request[`merchant_${key.replace(/^merchant_/, '')}`] = value
  }
  return request
}

/** @throws KhaltiInputError for a value that is no order, or has rows that are none. */
export function requireOrder(order: unknown, title = 'The order cannot be paid'): asserts order is Order {
  if (!isObject(order)) {
    throw new KhaltiInputError(title, { order: ['The order is missing. It is { id, name, amount }.'] })
  }
  const { breakdown, products } = order as Partial<Order>
  const fields = {
    ...rowFaults('amount_breakdown', breakdown, 'such as { label, amount }'),
    ...rowFaults('product_details', products, 'such as { id, name, unitPrice, quantity }'),
  }
  if (Object.keys(fields).length > 0) throw new KhaltiInputError(title, fields)
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Faults of a value that is no list of rows, or cannot be written as JSON. */
function rowFaults(field: string, rows: unknown, such: string): Record<string, string[]> {
  if (rows === undefined || rows === null) return {}
  const isList = Array.isArray(rows) && rows.every((row) => isObject(row) && !hasBigint(row))
  return isList ? {} : { [field]: [`It is a list of rows, ${such}, with amounts that are numbers of paisa.`] }
}

const hasBigint = (row: object) => Object.values(row).some((value) => typeof value === 'bigint')

const longestId = 255

/** Whether it can be an order's id, which every database must take and tell apart from others. */
export function canBeOrderId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && clean(id, id.length) === id && [...id].length <= longestId
}

/** What `String()` makes of a value that is missing, or is no id. */
const lostId = /^\s*(?:undefined|null|NaN|true|false|\[object \w+\])\s*$/

/** All customers whose id went missing would share one order and its link: the first would pay for all of them. */
function refuseLostId(id: unknown): void {
  if (typeof id !== 'string' || !lostId.test(id)) return
  throw new KhaltiInputError('The order cannot be paid', {
    id: [
      `The id of the order is ${show(id)}: a missing value that was made text. Does the page post { orderId }? Look the order up, or throw a CheckoutRefusal.`,
    ],
  })
}

/** @throws KhaltiInputError for what cannot be the id of an order that is to be paid. */
export function requireOrderId(id: unknown): asserts id is string {
  refuseLostId(id)
  if (canBeOrderId(id)) return
  throw new KhaltiInputError('The order cannot be paid', {
    id: [`The id of an order is text of 1 to ${longestId} characters, without NUL and half surrogates.`],
  })
}

/**
 * A digest of what the customer pays for. It changes when the cart changes, but not with names, which may be in another
 * language the next time: a product counts by its id, and by its name only without one. A row of the breakdown has only its
 * label.
 */
export async function fingerprintOf({ amount, breakdown, products }: Order): Promise<string> {
  const content = JSON.stringify([
    amount,
    (breakdown ?? []).map((row) => [row.label, row.amount]),
    (products ?? []).map(productOf).map(({ identity, name, unit_price, quantity, total_price }) => {
      return [String(hasId(identity) ? identity : name), unit_price, quantity, total_price]
    }),
  ])
  const bytes = await digest(content)
  return Array.from(bytes.slice(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A shop's ids may be numbers, and one of them 0. */
const hasId = (identity: unknown) => identity !== undefined && identity !== null && identity !== ''

/** The SHA-256 digest of a text. */
export async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

const ours = new Map([
  ['customer_info', 'customer'],
  ['purchase_order_id', 'id'],
  ['purchase_order_name', 'name'],
  ['amount_breakdown', 'breakdown'],
  ['product_details', 'products'],
])

/** The name of a field of Khalti's as the order has it: `customer_info.phone` is `customer.phone`. */
export function orderField(field: string): string {
  return field.replace(/\w+/, (name) => ours.get(name) ?? name)
}

function customerOf(customer: Order['customer']): CustomerInfo | undefined {
  const [name, email, phone] = (['name', 'email', 'phone'] as const).map((field) => wordOf(customer?.[field], field))
  return name ? { name, email, phone: phone && plainMobile(phone) } : undefined
}

/** What a customer typed, trimmed. @throws KhaltiInputError where a request's JSON has something other than text. */
function wordOf(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value.trim()
  throw new KhaltiInputError('The order cannot be paid', {
    [`customer_info.${field}`]: [`The ${field} of the customer is not text.`],
  })
}

/** Removes characters that Khalti's JSON does not take, such as half of an emoji. */
const cleaned = <Value>(value: Value) => (typeof value === 'string' ? clean(value, value.length) : value) as Value

function cleanProduct(product: OrderProduct | ProductDetail): ProductDetail {
  const { identity, name, ...rest } = productOf(product)
  return { ...rest, identity: cleaned(identity), name: cleaned(name) }
}

function productOf(product: OrderProduct | ProductDetail): ProductDetail {
  if ('identity' in product) {
    const { identity, name, total_price, quantity, unit_price } = product
    return { ...product, identity, name, total_price, quantity, unit_price }
  }
  const { id, name, unitPrice, quantity, totalPrice } = product as OrderProduct
  return { identity: id, name, total_price: totalPrice ?? unitPrice * quantity, quantity, unit_price: unitPrice }
}
