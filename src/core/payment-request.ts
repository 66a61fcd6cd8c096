import type { KhaltiEnvironment } from '../wire/endpoints.ts'
import type { CustomerInfo, PaymentRequest } from '../wire/initiate.ts'
import { type FieldErrors, faultOf, KhaltiInputError } from './errors.ts'
import { isPrivateHost } from './hosts.ts'
import { show } from './show.ts'

const minimum = 1000
const bankMinimum = 10_000
const bankModes = new Set(['EBANKING', 'MOBILE_BANKING'])
const longestUrl = 255

/** What is wrong with one field; undefined where nothing is. */
type Fault = string | undefined

/**
 * The request as it is sent: checked, and without blank or null optional fields, which Khalti refuses. The caller's object is
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
  const { customer_info: customer, amount_breakdown: rows, product_details: products, ...rest } = request
  return {
    ...rest,
    ...(customer && { customer_info: withoutBlanks(customer) }),
    ...(rows && { amount_breakdown: rows }),
    ...(products && { product_details: products }),
  }
}

function faultsOf(request: PaymentRequest, environment: KhaltiEnvironment): Record<string, Fault> {
  if (typeof request !== 'object' || request === null) {
    return { request: 'request is missing. Pass { amount, return_url, … }.' }
  }
  return {
    return_url: urlFault('return_url', request.return_url, environment),
    website_url: urlFault('website_url', request.website_url, environment),
    amount: amountFault(request),
    purchase_order_id: textFault('purchase_order_id', request.purchase_order_id, ', such as String(order.id)'),
    purchase_order_name: textFault('purchase_order_name', request.purchase_order_name),
    'customer_info.name': customerFault(request.customer_info),
    ...breakdownFaults(request),
    ...productFaults(request.product_details),
    request: jsonFault(request),
  }
}

/** What Khalti refuses of an address; undefined where nothing. */
export function urlFault(field: string, value: unknown, environment: KhaltiEnvironment): Fault {
  if (value === undefined || value === null || value === '') {
    return `${field} is missing. Pass an absolute address such as https://shop.example/.`
  }
  if (typeof value !== 'string') return textFault(field, value, ', such as the href of a URL')
  if (!/^https?:\/\/[^\s/]/i.test(value) || /\s/.test(value) || !URL.canParse(value)) {
    return `${field} is not an absolute http(s) address. Begin it with https://, and encode blanks.`
  }
  if (value.length > longestUrl) {
    return `${field} is ${value.length} characters long. Khalti takes at most ${longestUrl}.`
  }
  if (environment === 'production' && isPrivateHost(new URL(value).hostname)) {
    return `${field} is on this machine or a private network, which Khalti refuses. Use the public address.`
  }
  return undefined
}

function amountFault({ amount, modes }: PaymentRequest): Fault {
  if (typeof amount !== 'number') {
    return `amount is ${show(amount)}, not a number. Amounts are in paisa: Rs 10 is 1000.`
  }
  if (!Number.isSafeInteger(amount)) {
    return `amount is ${amount}. Pass a whole number of paisa: Rs 10 is 1000, and rupees(19.99) gives 1999.`
  }
  const viaBank = Array.isArray(modes) && modes.some((mode) => bankModes.has(String(mode).toUpperCase()))
  if (viaBank && amount < bankMinimum) {
    return `amount is ${amount}. Amounts are in paisa: Rs 100 is ${bankMinimum}, the least Khalti takes through a bank.`
  }
  if (amount >= minimum) return undefined
  const meant = amount < 10 ? '' : ` Rs ${amount} is rupees(${amount}).`
  return `amount is ${amount}. Amounts are in paisa: Rs 10 is ${minimum}, the least Khalti takes.${meant}`
}

function textFault(field: string, value: unknown, such = ''): Fault {
  if (typeof value !== 'string') return `${field} is ${show(value)}, not text. Pass text${such}.`
  return value.trim() === '' ? `${field} is blank. Khalti needs it.` : undefined
}

function wholeFault(field: string, value: unknown): Fault {
  return Number.isSafeInteger(value) ? undefined : `${field} is ${show(value)}. Pass a whole number of paisa.`
}

function customerFault(customer: unknown): Fault {
  if (customer === undefined || customer === null) return undefined
  const { name } = customer as Partial<CustomerInfo>
  if (typeof name === 'string' && name.trim() !== '') return undefined
  return 'customer_info.name is missing. Give one, or leave customer_info out.'
}

function breakdownFaults({ amount, amount_breakdown: rows }: PaymentRequest): Record<string, Fault> {
  if (rows === undefined || rows === null) return {}
  if (!Array.isArray(rows)) return { amount_breakdown: 'amount_breakdown is not a list. Pass [{ label, amount }, …].' }
  const sum = rows.reduce((total, row) => total + Number(row?.amount), 0)
  const mismatch = Number.isSafeInteger(sum) && sum !== amount
  const faults = rows.flatMap((row, index) => {
    const path = `amount_breakdown.${index}`
    return [
      [`${path}.label`, textFault(`${path}.label`, row?.label)],
      [`${path}.amount`, wholeFault(`${path}.amount`, row?.amount)],
    ]
  })
  return {
    ...Object.fromEntries(faults),
    ...(mismatch && {
      amount_breakdown: `amount_breakdown adds up to ${sum} paisa, but amount is ${show(amount)}. The rows must add up to it.`,
    }),
  }
}

function productFaults(products: unknown): Record<string, Fault> {
  if (products === undefined || products === null) return {}
  if (!Array.isArray(products))
    return { product_details: 'product_details is not a list. Pass [{ identity, name, … }].' }
  const faults = products.flatMap((product, index) => {
    return ['total_price', 'unit_price'].map((field) => {
      const path = `product_details.${index}.${field}`
      return [path, wholeFault(path, product?.[field])]
    })
  })
  return Object.fromEntries(faults)
}

function jsonFault(request: PaymentRequest): Fault {
  const [why] = faultOf(() => JSON.stringify(request))
  return why && `request cannot be written as JSON: ${why}.`
}

function withoutBlanks(customer: CustomerInfo): CustomerInfo {
  const entries = Object.entries(customer).filter(([, value]) => String(value ?? '').trim() !== '')
  return Object.fromEntries(entries) as CustomerInfo
}
