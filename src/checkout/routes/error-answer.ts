import { type FieldErrors, isKhaltiError } from '../../core/errors.ts'
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

function describe(error: unknown): { status: number; body: RouteErrorBody } {
  if (isRefusal(error)) return { status: error.status, body: { error: error.message, code: error.code } }
  if (!isKhaltiError(error) || error.code === 'config') {
    return { status: 500, body: { error: 'Something went wrong in the shop. Please try again.', code: 'internal' } }
  }
  if (error.code === 'input' || (error.code === 'api' && isAboutCustomer(error.fields))) {
    const fields = Object.entries(error.fields)
      .map(([field, messages]) => [orderField(field), messages] as const)
      .filter(([field]) => isForPage(field))
    return {
      status: 400,
      body: { error: 'Please check your details.', code: 'input', fields: Object.fromEntries(fields) },
    }
  }
  const timedOut = error.code === 'connection' && error.reason === 'timeout'
  return timedOut
    ? { status: 504, body: { error: 'Khalti did not answer in time. Please try again.', code: 'timeout' } }
    : { status: 502, body: { error: 'Khalti cannot be reached right now. Please try again.', code: 'gateway' } }
}

/** What is wrong with the order itself is for the shop's developer, and no page of a shop in production has it. */
const isForPage = (field: string) => readEnv('NODE_ENV') !== 'production' || field.startsWith('customer.')

/** Whether Khalti refused what the customer typed, and nothing else. */
function isAboutCustomer(fields: FieldErrors): boolean {
  const names = Object.keys(fields)
  return names.length > 0 && names.every((name) => name.startsWith('customer_info'))
}
