import { reservedErrorKeys } from '../wire/error-body.ts'
import { type FieldErrors, KhaltiApiError, type KhaltiApiErrorKind } from './errors.ts'
import type { Answer } from './gateway.ts'
import { isRecord } from './is-record.ts'
import { maskMobiles, redactData, redactText } from './redact.ts'

/** Nesting of field errors that is followed; Khalti's goes two levels deep. */
const deepestField = 8

/** Characters of Khalti's words that go into the message; `fields` and `body` have all of them. */
const longestQuote = 1_000

/** A 4xx or 5xx answer as an error, whatever its body looks like. */
export function refusal(answer: Answer, read: { body: unknown; excerpt: string }): KhaltiApiError {
  const { call, key, status } = answer
  // Read before the key is taken out, which may be a part of the very names that are read.
  const parts = isRecord(read.body) ? read.body : {}
  const textOf = (part: unknown) => (typeof part === 'string' ? redactText(part, key) : undefined)
  const detail = textOf(parts.detail)
  const kind = kindOf(status, parts.detail)
  const fields = flatten(parts, key)
  const mayHaveBeenProcessed = call.changes && status >= 500
  const why = [detail, describeFields(fields)].filter(Boolean).join(' ')
  const said = why ? `: ${maskMobiles(why).slice(0, longestQuote)}` : '.'
  const did = kind === 'server' ? 'could not answer' : 'refused'
  return new KhaltiApiError(
    `Khalti ${did} ${call.operation} (HTTP ${status}, ${kind})${said} ${advice(answer, kind)}`.trim(),
    {
      status,
      kind,
      fields,
      errorKey: textOf(parts.error_key),
      body: read.body === undefined ? read.excerpt : redactData(read.body, key),
      retryAfterMs: parseRetryAfter(answer.header('retry-after')),
      mayHaveBeenProcessed,
      retryable: !mayHaveBeenProcessed && (status >= 500 || status === 429 || status === 408),
    },
  )
}

function kindOf(status: number, detail: unknown): KhaltiApiErrorKind {
  if (status === 401 || status === 403) return 'authentication'
  if (status === 429) return 'rate-limit'
  if (status >= 500) return 'server'
  const isNotFound = status === 404 || (typeof detail === 'string' && detail.trim() === 'Not found.')
  return isNotFound ? 'not-found' : 'validation'
}

const adviceByKind: Record<KhaltiApiErrorKind, string> = {
  authentication:
    'Is this the live_secret_key of the same environment? Sandbox keys come from test-admin.khalti.com, production keys from admin.khalti.com.',
  'not-found': 'Is the id of this environment and merchant? A refund takes the transaction_id.',
  'rate-limit': 'Ask less often.',
  server: 'Try later.',
  validation: '',
}

/** What is wrong with a key that Khalti refuses, where the key itself shows it. */
export function keyFault(key = ''): string | undefined {
  if (key.startsWith('test_')) {
    return 'The key begins with test_: that is of the older API (KPG-1). Take the live_secret_key, which the sandbox uses too.'
  }
  return key.includes('public_key') ? 'The key is a public key. Take the secret key.' : undefined
}

function advice({ call, key, text, status }: Answer, kind: KhaltiApiErrorKind): string {
  if (kind === 'authentication') return keyFault(key) ?? adviceByKind[kind]
  if (status === 500 && call.operation === 'initiate' && text.trim() === '') {
    return 'An empty 500 is how Khalti answers a return_url or website_url it cannot use (local, private or too long). A link may have been made.'
  }
  if (kind === 'server' && call.changes) return 'It may have gone through: look before you send it again.'
  return adviceByKind[kind]
}

/** The messages of all fields as one line: `amount: Too small.; return_url: Enter a valid URL.` */
function describeFields(fields: FieldErrors): string {
  return Object.entries(fields)
    .map(([field, messages]) => `${field}: ${messages.join(' ')}`)
    .join('; ')
}

/** Messages by dotted path. Rows of a list are counted: `amount_breakdown.1.label`. */
function flatten(body: Record<string, unknown>, key: string | undefined): FieldErrors {
  const fields = new Map<string, string[]>()
  for (const [field, message] of messagesIn(body, [])) {
    const path = redactText(field, key)
    const messages = fields.get(path) ?? []
    messages.push(redactText(message, key))
    fields.set(path, messages)
  }
  return Object.fromEntries(fields)
}

function messagesIn(value: unknown, path: string[]): [path: string, message: string][] {
  if (typeof value === 'string') return [[path.join('.'), value]]
  if (typeof value !== 'object' || value === null || path.length > deepestField) return []
  // A list of texts holds the messages of one field, a list of objects one entry a row.
  return Object.entries(value).flatMap(([key, item]) => {
    if (path.length === 0 && reservedErrorKeys.has(key)) return []
    return messagesIn(item, Array.isArray(value) && typeof item === 'string' ? path : [...path, key])
  })
}

/** Seconds or a date, as milliseconds from now. */
function parseRetryAfter(header = ''): number | undefined {
  const seconds = /^\s*\d+(\.\d+)?\s*$/.exec(header)?.[0]
  // A date of HTTP begins with a day. `Date.parse` takes much else for one, such as -1.
  const ms = /^\s*[a-z]/i.test(header) ? Date.parse(header) - Date.now() : Number(seconds) * 1000
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
