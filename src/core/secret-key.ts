import { KhaltiConfigError } from './errors.ts'
import { redactCause } from './redact.ts'
import { readEnv } from './settings.ts'

/** A key, or how to get one; the function is asked on every call, so that keys can rotate. */
export type SecretKeySource = string | (() => string | Promise<string>)

/** The key that a function gives. @throws KhaltiConfigError where it throws, or gives none. */
export async function askForKey(source: () => string | Promise<string>): Promise<string> {
  let given: unknown
  try {
    given = await source()
  } catch (cause) {
    const harmless = redactCause(cause, undefined)
    throw new KhaltiConfigError('The secretKey function threw. Nothing was sent.', harmless)
  }
  return cleanKey(given)
}

/** The key that an option or the environment variable has. @throws KhaltiConfigError where it is empty or cannot be a key. */
export function ownKey(option: unknown): string {
  return cleanKey(option ?? readEnv('KHALTI_SECRET_KEY'))
}

/**
 * The key as it is sent: without the space and the `Key ` prefix that come along when one is pasted from the docs.
 *
 * @throws KhaltiConfigError where it is empty or cannot be a key.
 */
export function cleanKey(given: unknown): string {
  if (given !== undefined && typeof given !== 'string') {
    throw new KhaltiConfigError(`secretKey is a ${typeof given}. Pass text, or a function.`)
  }
  const key = (given ?? '')
    .trim()
    .replace(/^key(\s|$)/i, '')
    .trim()
  // A template makes text of a variable that is not set.
  if (/^(undefined|null)?$/.test(key)) {
    throw new KhaltiConfigError(`secretKey is ${key || 'empty'}. Is KHALTI_SECRET_KEY set?`)
  }
  if (!/^[!#-&(-~]+$/.test(key)) {
    throw new KhaltiConfigError(
      'secretKey holds a quote, a blank, a line break or a letter outside ASCII. Copy it again.',
    )
  }
  return key
}
