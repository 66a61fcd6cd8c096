import { type FieldErrors, isKhaltiError, type KhaltiApiError } from '../../core/errors.ts'
import { isRefusal, type RefusalCode } from '../checkout-refusal.ts'
import { inOrderFields } from '../order.ts'

/** What scripts tell errors apart by. */
export type ProblemCode =
  | RefusalCode
  | 'body'
  | 'input'
  | 'origin'
  | 'unauthorized'
  | 'not-found'
  | 'method'
  | 'too-large'
  | 'content-type'
  | 'internal'
  | 'gateway'
  | 'timeout'

const statuses = {
  body: 400,
  input: 400,
  unauthorized: 401,
  origin: 403,
  'not-found': 404,
  method: 405,
  'too-large': 413,
  'content-type': 415,
  internal: 500,
  gateway: 502,
  timeout: 504,
} satisfies Record<Exclude<ProblemCode, RefusalCode>, number>

/** An error as the customer's side reads it: nothing of the shop's inside. */
export interface Problem {
  status: number
  body: { error: string; code: ProblemCode; fields?: FieldErrors }
  headers?: Record<string, string>
}

/** A request that a route refuses. */
export class RouteError extends Error {
  override readonly name = 'RouteError'
  readonly problem: Problem

  constructor(
    code: keyof typeof statuses,
    message: string,
    more: { fields?: FieldErrors; headers?: Record<string, string> } = {},
  ) {
    super(message)
    const { fields, headers } = more
    this.problem = {
      status: statuses[code],
      body: { error: message, code, ...(fields && { fields }) },
      ...(headers && { headers }),
    }
  }
}

/** What a customer's side is told of any error. */
export function problemOf(error: unknown): Problem {
  if (error instanceof RouteError) return error.problem
  if (isRefusal(error)) return refusal(error.status, error.message, error.code)
  if (!isKhaltiError(error)) return internal()
  switch (error.code) {
    case 'input':
      return input(error.fields)
    case 'api':
      return isAboutCustomer(error) ? input(inOrderFields(error.fields)) : gateway()
    case 'connection':
      return error.reason === 'timeout' ? timeout() : gateway()
    case 'response':
      return gateway()
    case 'config':
      return internal()
  }
}

function refusal(status: number, error: string, code: RefusalCode): Problem {
  const isErrorStatus = Number.isInteger(status) && status >= 400 && status <= 599
  return { status: isErrorStatus ? status : 400, body: { error, code } }
}

function input(fields: FieldErrors): Problem {
  return problem('input', 'Some details cannot be used; see fields.', fields)
}

function gateway(): Problem {
  return problem('gateway', 'Khalti cannot be reached or did not accept the request. Try again in a moment.')
}

function timeout(): Problem {
  return problem('timeout', 'Khalti did not answer in time. Try again in a moment.')
}

function internal(): Problem {
  return problem('internal', 'Something went wrong in this shop. Try again in a moment.')
}

function problem(code: keyof typeof statuses, error: string, fields?: FieldErrors): Problem {
  return { status: statuses[code], body: { error, code, ...(fields && { fields }) } }
}

/** What a customer typed, such as a phone number: Khalti's words about it help them. All else is the shop's to put right. */
function isAboutCustomer({ kind, fields }: KhaltiApiError): boolean {
  const names = Object.keys(fields)
  return kind === 'validation' && names.length > 0 && names.every((name) => /^customer_info(\.|$)/.test(name))
}
