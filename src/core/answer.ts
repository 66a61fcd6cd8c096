import * as z from 'zod/mini'
import { KhaltiResponseError } from './errors.ts'
import type { Answer } from './gateway.ts'
import { redactText } from './redact.ts'
import { refusal } from './refusal.ts'

const excerptLength = 500

/**
 * Reads an answer by its schema. It accepts 2xx, and one more status where `also` names it.
 *
 * @throws KhaltiApiError for 4xx and 5xx, KhaltiResponseError for what cannot be read.
 */
export function readAnswer<T>(answer: Answer, schema: z.ZodMiniType<T>, also?: number): T {
  if (isSuccess(answer.status) || answer.status === also) {
    const read = z.safeParse(schema, parseJson(answer))
    if (read.success) return read.data
  }
  throw failureOf(answer)
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

function parseJson({ text, truncated }: Answer): unknown {
  if (truncated) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function failureOf(answer: Answer): Error {
  const body = parseJson(answer)
  const excerpt = redactText(answer.text, answer.key).slice(0, excerptLength)
  return answer.status >= 400 ? refusal(answer, { body, excerpt }) : unreadable(answer, excerpt)
}

function unreadable({ call, status, truncated }: Answer, excerpt: string): KhaltiResponseError {
  const what = truncated ? 'an answer over 1 MiB' : describeUnread(status, excerpt)
  const advice = call.changes ? 'It may have gone through: look before you send it again.' : 'Try again.'
  return new KhaltiResponseError(
    `${call.operation} got ${what} (HTTP ${status}), which says neither yes nor no. ${advice}`,
    {
      status,
      excerpt,
      retryable: !call.changes,
      mayHaveBeenProcessed: call.changes,
    },
  )
}

function describeUnread(status: number, excerpt: string): string {
  if (!isSuccess(status)) return 'a redirect'
  if (excerpt.trim() === '') return 'an empty answer'
  return /^\s*</.test(excerpt) ? 'a web page' : 'an answer that is not what Khalti documents'
}
