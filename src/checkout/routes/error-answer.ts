import { type AnyKhaltiError, type FieldErrors, isKhaltiError } from '../../core/errors.ts'
import { maskMobiles } from '../../core/redact.ts'
import { readEnv } from '../../core/settings.ts'
import type { RouteErrorBody } from '../answers.ts'
import { CheckoutRefusal, isRefusal } from '../checkout-refusal.ts'
import { orderField } from '../order.ts'
import { json } from './answer.ts'

/** An error as a route's answer. */
export function errorAnswer(error: unknown): Response {
  const { status, body } = describe(error)
  return json(status, { ...body, ...hintFor(error) }, status === 401 ? { 'www-authenticate': 'Bearer' } : undefined)
}

/** The answer to a method that a route does not take. */
export function wrongMethod(takes: readonly string[], allow: string): Response {
  const answer = errorAnswer(new CheckoutRefusal(405, `This takes ${takes.join(' or ')}.`, 'method'))
  answer.headers.set('allow', allow)
  return answer
}

/** An error for the shop's log whose text says everything, so it has no stack. */
export function advice(text: string): Error {
  const error = new Error(text)
  error.stack = String(error)
  return error
}

/** What the shop's developer should know of an error of ours. Only under `NODE_ENV=development`. */
function hintFor(error: unknown): Pick<RouteErrorBody, 'hint'> {
  if (readEnv('NODE_ENV') !== 'development' || !isKhaltiError(error)) return {}
  return { hint: maskMobiles(error.message) }
}

const inShop = 'Something went wrong in the shop. Please try again.'

function describe(error: unknown): { status: number; body: RouteErrorBody } {
  if (isRefusal(error)) return { status: error.status, body: { error: error.message, code: error.code } }
  if (!isKhaltiError(error) || error.code === 'config')
    return { status: 500, body: { error: inShop, code: 'internal' } }
  if (error.code === 'input' || (error.code === 'api' && isAboutCustomer(error.fields))) {
    return { status: 400, body: inputAnswer(error.fields) }
  }
  return error.code === 'connection' && error.reason === 'timeout'
    ? { status: 504, body: { error: 'Khalti did not answer in time. Please try again.', code: 'timeout' } }
    : { status: 502, body: { error: gatewaySentence(error), code: 'gateway' } }
}

/** Trying again does not help where Khalti refuses the shop's key or what the shop has sent. */
function gatewaySentence(error: AnyKhaltiError): string {
  const isRefused = error.code === 'api' && (error.kind === 'authentication' || error.kind === 'validation')
  return isRefused
    ? 'The shop cannot use Khalti right now. Please tell the shop.'
    : 'Khalti cannot be reached right now. Please try again.'
}

/** A customer can check what they typed. The rest is a mistake of the shop, such as an order that `readOrder` did not find. */
function inputAnswer(faults: FieldErrors): RouteErrorBody {
  const fields = Object.entries(faults).map(([field, messages]) => [orderField(field), messages] as const)
  return {
    error: fields.some(([field]) => field.startsWith('customer')) ? 'Please check your details.' : inShop,
    code: 'input',
    fields: Object.fromEntries(fields.filter(([field]) => isForPage(field))),
  }
}

/** What is wrong with the order itself is for the shop's developer, and no page of a shop in production has it. */
const isForPage = (field: string) => readEnv('NODE_ENV') !== 'production' || field.startsWith('customer.')

/** Whether Khalti refused what the customer typed, and nothing else. */
function isAboutCustomer(fields: FieldErrors): boolean {
  const names = Object.keys(fields)
  return names.length > 0 && names.every((name) => name.startsWith('customer_info'))
}
