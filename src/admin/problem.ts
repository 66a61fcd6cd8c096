import type { Texts } from './language.ts'
import type { Visit } from './visit.ts'

/** What went wrong, for the person who pressed the button. */
export interface Problem {
  status: number
  text: string
}

/** What is known of the checkout's errors. They are recognized by name, so that no class is loaded here. */
interface KnownError {
  name: string
  code: string
  message: string
  status?: number
  fields?: object
  kind?: string
}

/** An error in words, none of them a developer's. What the shop's people cannot mend is reported to the shop. */
export function problemOf({ desk, texts }: Visit, error: unknown, about?: { orderId: string }): Problem {
  const { name, code, message, status = 400, fields = {}, kind } = error as KnownError
  if (name === 'CheckoutRefusal') return { status, text: texts.refusals[code] ?? message }
  if (name === 'KhaltiInputError') return { status: 400, text: 'amount' in fields ? texts.tooMuch : texts.unreadable }
  desk.report(error, about)
  return awayErrors.has(name) ? { status: 502, text: saidOfKhalti(texts, kind) } : { status: 500, text: texts.broken }
}

const awayErrors: ReadonlySet<string> = new Set(['KhaltiApiError', 'KhaltiConnectionError', 'KhaltiResponseError'])

/** What no second try mends has words of its own. */
function saidOfKhalti(texts: Texts, kind: string | undefined): string {
  if (kind === 'not-found') return texts.khaltiDoesNotKnow
  return kind === 'authentication' ? texts.keyRefused : texts.khaltiAway
}
