import { maskMobiles } from '../core/redact.ts'
import { readEnv } from '../core/settings.ts'
import type { CheckoutOptions, ErrorFacts } from './checkout-options.ts'

/** Tells the shop of an error. Never throws: a broken logger must not break a payment. */
export function report(onError: CheckoutOptions['onError'], error: unknown, facts: ErrorFacts): void {
  try {
    const told: unknown = (onError ?? logError)(error, facts)
    if (told instanceof Promise) told.catch(() => {})
  } catch {
    // Dropped: see above.
  }
}

function logError(error: unknown, { route, pidx, orderId }: ErrorFacts): void {
  const what = [route, orderId && `order ${orderId}`, pidx && `payment ${pidx}`].filter(Boolean).join(', ')
  console.error(`khalti-kit (${what}): ${redacted(describe(error))}`)
}

function describe(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return String(error)
  const text = error.stack?.includes(error.message) ? error.stack : `${error.name}: ${error.message}`
  const hasCause = error.cause !== undefined && depth < 3
  return hasCause ? `${text}\ncaused by ${describe(error.cause, depth + 1)}` : text
}

/** Without mobile numbers, the secret key, other keys, and passwords in addresses such as a database's. */
function redacted(text: string): string {
  const key = readEnv('KHALTI_SECRET_KEY')
  return maskMobiles(key ? text.replaceAll(key, '[redacted]') : text)
    .replace(/\b(live|test)_secret_key_\w+/g, '[redacted]')
    .replace(/\b(Key|Bearer)\s+[\w.-]{8,}/gi, '$1 [redacted]')
    .replace(/(\w:\/\/[^\s:/@]*):[^\s/@]+@/g, '$1:[redacted]@')
}
