/** Ten digits, in ASCII or Devanagari, also as people in Nepal group them: 984-1234567, 9841-234567, 984 123 4567. */
const mobileNumber = new RegExp(
  '(?:(?<!d)|(?<=%d[0-9A-F]))(?:\\+|00)?(?:[9९][7७]{2}s?)?([9९][678६७८])(?:ds?d{3}s?d|dds?d{3}s?)(d{3})(?!d)'
    .replace(/s/g, '[-.\\s]')
    .replace(/d/g, '[\\d०-९]'),
  'g',
)

/** Mobile numbers as Khalti masks them in its own redirects: `98XXXXX005`. */
export function maskMobiles(text: string): string {
  return text.replace(mobileNumber, '$1XXXXX$2')
}

/** Text without the key and without mobile numbers. */
export function redactText(text: string, key: string | undefined): string {
  return maskMobiles(withoutKey(text, key))
}

/** JSON data, copied without the key and without mobile numbers. Too deep or circular data becomes a sentence. */
export function redactData(value: unknown, key: string | undefined, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value, key)
  if (typeof value === 'number') return maskNumber(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > 16) return '[nested too deeply]'
  if (Array.isArray(value)) return value.map((item) => redactData(item, key, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [withoutKey(name, key), redactData(item, key, depth + 1)]),
  )
}

const unshowable = '[a value that cannot be shown]'

/**
 * The cause of an error, as it is where that is harmless. Where it holds the key, or something whose inside cannot be
 * seen (a Request with its headers, say), a copy with only its name, message, code and causes.
 */
export function redactCause(cause: unknown, key: string | undefined): unknown {
  try {
    return isHarmless(cause, key, new Set()) ? cause : copyOf(cause, key, 0)
  } catch {
    return unshowable
  }
}

function maskNumber(value: number): number | string {
  const masked = maskMobiles(String(value))
  return masked === String(value) ? value : masked
}

/** What is shorter is nobody's secret but a word of tests, and to take it out would garble every text. */
const shortestSecret = 4

function withoutKey(text: string, key = ''): string {
  return key.length < shortestSecret ? text : text.replaceAll(key, '[redacted]')
}

function isHarmless(value: unknown, key: string | undefined, seen: Set<unknown>): boolean {
  if (typeof value === 'string') return !key || !value.includes(key)
  if (typeof value === 'function') return false
  if (typeof value !== 'object' || value === null || seen.has(value)) return true
  seen.add(value)
  if (seen.size > 100 || !isTransparent(value)) return false
  try {
    return Reflect.ownKeys(value).every((name) => isHarmless((value as Record<PropertyKey, unknown>)[name], key, seen))
  } catch {
    return false
  }
}

/** Errors, arrays and plain objects show all that they hold. */
function isTransparent(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return value instanceof Error || Array.isArray(value) || prototype === Object.prototype || prototype === null
}

function copyOf(cause: unknown, key: string | undefined, depth: number): unknown {
  if (!(cause instanceof Error) || depth > 5) return redactText(safeString(cause), key)
  const copy = new Error(redactText(String(cause.message), key))
  copy.name = redactText(String(cause.name), key)
  copy.stack = redactText(String(cause.stack), key)
  const { code, errors } = cause as { code?: unknown; errors?: unknown }
  const facts: Record<string, unknown> = {}
  if (typeof code === 'string') facts.code = redactText(code, key)
  if (Array.isArray(errors)) facts.errors = errors.map((error) => copyOf(error, key, depth + 1))
  if (cause.cause !== undefined) facts.cause = copyOf(cause.cause, key, depth + 1)
  return Object.assign(copy, facts)
}

function safeString(value: unknown): string {
  try {
    return String(value)
  } catch {
    return unshowable
  }
}
