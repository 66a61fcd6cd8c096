import type { KhaltiEnvironment } from '../wire/endpoints.ts'
import type { CustomerInfo, PaymentRequest } from '../wire/initiate.ts'
import { type FieldErrors, KhaltiInputError } from './errors.ts'
import { isPrivateHost } from './hosts.ts'

const minimum = 1000
const bankMinimum = 10_000
const bankModes = new Set(['EBANKING', 'MOBILE_BANKING'])
const longestUrl = 255

/** What is wrong with one field; undefined where nothing is. */
type Fault = string | undefined

/**
 * The request as it is sent: checked, and without blank optional fields, which Khalti refuses. The caller's object is
 * left as it is.
 *
 * @throws KhaltiInputError with the faults of all fields at once.
 */
export function checkPaymentRequest(request: PaymentRequest, environment: KhaltiEnvironment): PaymentRequest {
  const faults = Object.entries(faultsOf(request, environment)).filter(([, fault]) => fault !== undefined)
  if (faults.length > 0) {
    const fields: FieldErrors = Object.fromEntries(faults.map(([field, fault]) => [field, [String(fault)]]))
    throw new KhaltiInputError('initiate was not sent', fields)
  }
  const { customer_info: customer, ...rest } = request
  return customer ? { ...rest, customer_info: withoutBlanks(customer) } : rest
}

function faultsOf(request: PaymentRequest, environment: KhaltiEnvironment): Record<string, Fault> {
  if (typeof request !== 'object' || request === null) return { request: 'is missing; pass { amount, return_url, … }.' }
  return {
    return_url: urlFault(request.return_url, environment),
    website_url: urlFault(request.website_url, environment),
    amount: amountFault(request),
    purchase_order_id: textFault(request.purchase_order_id),
    purchase_order_name: textFault(request.purchase_order_name),
    'customer_info.name': customerFault(request.customer_info),
    ...breakdownFaults(request),
    ...productFaults(request.product_details),
    request: jsonFault(request),
  }
}

function urlFault(value: unknown, environment: KhaltiEnvironment): Fault {
  if (typeof value !== 'string' || value.trim() === '') {
    return 'is missing; pass an absolute address such as https://shop.example/.'
  }
  if (!/^https?:\/\/[^\s/]/i.test(value) || /\s/.test(value) || !URL.canParse(value)) {
    return 'is not an absolute http(s) address; begin it with https://.'
  }
  if (value.length > longestUrl) return `is ${value.length} characters long; Khalti takes at most ${longestUrl}.`
  if (environment === 'production' && isPrivateHost(new URL(value).hostname)) {
    return 'is on this machine or a private network; the live API answers that with an empty 500. Use the public address.'
  }
  return undefined
}

function amountFault({ amount, modes }: PaymentRequest): Fault {
  const unit = 'amount is in paisa: Rs 10 is 1000'
  if (typeof amount !== 'number') return `is ${typeof amount}, not a number; ${unit}.`
  if (!Number.isSafeInteger(amount)) return `is ${amount}, not a whole number; ${unit}, and rupees(19.99) gives 1999.`
  const viaBank = Array.isArray(modes) && modes.some((mode) => bankModes.has(String(mode).toUpperCase()))
  if (viaBank && amount < bankMinimum) return `is ${amount}; ${unit}. Bank payments begin at ${bankMinimum} (Rs 100).`
  return amount < minimum ? `is ${amount}; ${unit}, and that is the least.` : undefined
}

function textFault(value: unknown): Fault {
  if (typeof value !== 'string')
    return `is ${value === null ? 'null' : typeof value}; pass text, such as String(order.id).`
  return value.trim() === '' ? 'is blank; Khalti needs it.' : undefined
}

function wholeFault(value: unknown): Fault {
  return Number.isSafeInteger(value) ? undefined : `is ${String(value)}; pass a whole number of paisa.`
}

function customerFault(customer: unknown): Fault {
  if (customer === undefined || customer === null) return undefined
  const { name } = customer as Partial<CustomerInfo>
  if (typeof name === 'string' && name.trim() !== '') return undefined
  return 'is missing; Khalti needs a name when customer_info is sent. Give one, or leave customer_info out.'
}

function breakdownFaults({ amount, amount_breakdown: rows }: PaymentRequest): Record<string, Fault> {
  if (rows === undefined || rows === null) return {}
  if (!Array.isArray(rows)) return { amount_breakdown: 'is not a list; pass [{ label, amount }, …].' }
  const sum = rows.reduce((total, row) => total + Number(row?.amount), 0)
  const mismatch = Number.isSafeInteger(sum) && sum !== amount
  const faults = rows.flatMap((row, index) => [
    [`amount_breakdown.${index}.label`, textFault(row?.label)],
    [`amount_breakdown.${index}.amount`, wholeFault(row?.amount)],
  ])
  return {
    ...Object.fromEntries(faults),
    ...(mismatch && {
      amount_breakdown: `adds up to ${sum} paisa, but amount is ${amount}; the rows must add up to it.`,
    }),
  }
}

function productFaults(products: unknown): Record<string, Fault> {
  if (products === undefined || products === null) return {}
  if (!Array.isArray(products)) return { product_details: 'is not a list; pass [{ identity, name, … }].' }
  return Object.fromEntries(
    products.flatMap((product, index) => [
      [`product_details.${index}.total_price`, wholeFault(product?.total_price)],
      [`product_details.${index}.unit_price`, wholeFault(product?.unit_price)],
    ]),
  )
}

function jsonFault(request: PaymentRequest): Fault {
  try {
    JSON.stringify(request)
    return undefined
  } catch (error) {
    return `cannot be written as JSON: ${error instanceof Error ? error.message : String(error)}.`
  }
}

function withoutBlanks(customer: CustomerInfo): CustomerInfo {
  const entries = Object.entries(customer).filter(([, value]) => value !== null && String(value).trim() !== '')
  return Object.fromEntries(entries) as CustomerInfo
}
