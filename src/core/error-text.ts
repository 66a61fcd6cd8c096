import { isKhaltiError } from './errors.ts'

const deepest = 3

/**
 * What an error says, and what it says of its cause: on one line, for people. Whatever was thrown, this throws nothing.
 */
export function errorText(error: unknown, depth = 0): string {
  try {
    return typeof error === 'object' && error !== null ? wordsOf(error, depth) : String(error)
  } catch {
    return 'something that cannot be shown'
  }
}

function wordsOf(error: object, depth: number): string {
  const { message, name, cause, errors } = error as Record<string, unknown>
  const own = [message, error instanceof Error ? name : JSON.stringify(error)].find(isWords) ?? 'an object'
  // Ours say it all.
  if (isKhaltiError(error) || depth >= deepest) return own
  const below = [cause, ...(Array.isArray(errors) ? errors.slice(0, deepest) : [])]
  const texts = below.filter((one) => one !== undefined).map((one) => errorText(one, depth + 1))
  return [own, ...texts.filter((text) => !own.includes(text))].join(': ')
}

const isWords = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''

/** The same for a log, with the stack. Our own errors leave out the framework's lines. */
export function errorLines(error: unknown, depth = 0): string {
  if (isKhaltiError(error)) return `${error.name}: ${error.message}\n→ ${error.docs}`
  if (!(error instanceof Error) || !isWords(error.stack)) return errorText(error)
  const { stack, cause, errors } = error as Error & { errors?: unknown }
  const all = Array.isArray(errors) ? errors.slice(0, deepest).map((one) => errorText(one)) : []
  const causes = depth < deepest && cause !== undefined ? [`Caused by: ${errorLines(cause, depth + 1)}`] : []
  return [stack, ...all, ...causes].join('\n')
}
