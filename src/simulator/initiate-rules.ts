import {
  type Checked,
  char,
  type Field,
  integer,
  isDictionary,
  list,
  number,
  optional,
  required,
  rows,
  shape,
} from './drf-fields.ts'
import { parsedUrl, url } from './drf-url.ts'
import { isBankMode, type SimulatedOrder } from './ledger.ts'

/** Paisa. The minimum is inclusive although the message says "greater": payments of 1000 were recorded six times. */
const minimum = 1000
/** Paisa, where `modes` names a bank mode. */
const bankMinimum = 10_000

const amount: Field<number> = (value) => {
  const paisa = integer(value)
  if (!paisa.ok || paisa.value >= minimum) return paisa
  return { ok: false, errors: ['Amount should be greater than Rs. 10, that is 1000 paisa.'] }
}

const fieldsWith = (price: Field<number>) =>
  shape({
    return_url: required(url),
    website_url: required(url),
    amount: required(amount),
    purchase_order_id: required(char),
    purchase_order_name: required(char),
    customer_info: optional(shape({ name: required(char), email: optional(char), phone: optional(char) })),
    amount_breakdown: optional(rows(shape({ label: required(char), amount: required(integer) }))),
    product_details: optional(
      rows(
        shape({
          identity: required(char),
          name: required(char),
          total_price: required(price),
          quantity: required(price),
          unit_price: required(price),
        }),
      ),
    ),
    modes: optional(list(char)),
    bank: optional(char),
    ttl: optional(integer),
  })

// Khalti's own WooCommerce plugin sends a unit_price of 99999.5, and nobody knows what becomes of it.
const lenientFields = fieldsWith(number)
const strictFields = fieldsWith(integer)

/**
 * Checks an initiate request as Khalti's server does, with its messages: every field at once, then the rules that need
 * several fields.
 */
export function checkInitiate(body: unknown, wholeProductNumbers: boolean): Checked<SimulatedOrder> {
  const checked = (wholeProductNumbers ? strictFields : lenientFields)(body)
  if (!checked.ok) return checked
  const { modes = [], amount_breakdown: breakdown = [], ...order } = checked.value

  if (modes.some(isBankMode) && order.amount < bankMinimum) {
    return { ok: false, errors: { amount: ['Amount should be greater than Rs. 100, that is 10000 paisa.'] } }
  }
  const sum = breakdown.reduce((total, row) => total + row.amount, 0)
  if (breakdown.length > 0 && sum !== order.amount) {
    return { ok: false, errors: { amount: ['Amount Breakdown mismatch.'] } }
  }
  const { return_url, website_url, purchase_order_id, purchase_order_name, ttl } = order
  const named = { return_url, website_url, purchase_order_id, purchase_order_name }
  return { ok: true, value: { ...named, amount: order.amount, modes, ttl, merchant: merchantFields(body) } }
}

function merchantFields(body: unknown): Record<string, unknown> {
  if (!isDictionary(body)) return {}
  return Object.fromEntries(Object.entries(body).filter(([name]) => name.startsWith('merchant_')))
}

/** Whether the live API answers these addresses with an empty HTTP 500 instead of a message. */
export function breaksLiveApi(body: unknown): boolean {
  if (!isDictionary(body)) return false
  return [body.return_url, body.website_url].some((value) => typeof value === 'string' && breaksLive(value.trim()))
}

function breaksLive(address: string): boolean {
  if (address === '') return false
  if (address.length > 255 || !/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) return true
  return isPrivate(parsedUrl(address)?.hostname ?? '')
}

function isPrivate(hostname: string): boolean {
  if (/^(\d+\.){3}\d+$/.test(hostname)) {
    return /^(0|10|127|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\./.test(hostname)
  }
  return /^(.+\.)?localhost$|^\[(::1?|f[cd].*|fe[89ab].*)\]$/.test(hostname)
}
