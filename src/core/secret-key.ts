import { KhaltiConfigError } from './errors.ts'
import { redactCause } from './redact.ts'
import { readEnv } from './settings.ts'

/** A key, or how to get one; the function is asked on every call, so that keys can rotate. */
export type SecretKeySource = string | (() => string | Promise<string>)

/** The key as it is sent. @throws KhaltiConfigError where there is none or it cannot be one. */
export async function resolveSecretKey(source: SecretKeySource | undefined): Promise<string> {
  return cleanKey(await askFor(source))
}

async function askFor(source: SecretKeySource | undefined): Promise<unknown> {
  if (typeof source !== 'function') return source ?? readEnv('KHALTI_SECRET_KEY')
  try {
    return await source()
  } catch (cause) {
    throw new KhaltiConfigError(
      'The secretKey function threw, so there is no key to send.',
      redactCause(cause, undefined),
    )
  }
}

/** Without the space and the `Key ` prefix that come along when a key is pasted from the docs. */
function cleanKey(given: unknown): string {
  if (given !== undefined && typeof given !== 'string') {
    throw new KhaltiConfigError(`secretKey is a ${typeof given}. It is text, or a function that returns text.`)
  }
  const key = (given ?? '')
    .trim()
    .replace(/^key(\s+|$)/i, '')
    .trim()
  if (key === '') throw new KhaltiConfigError('secretKey is empty. Is KHALTI_SECRET_KEY set?')
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new KhaltiConfigError(
      'secretKey holds characters that no key has (a line break, a space or a letter outside ASCII). Copy it again from the Khalti dashboard.',
    )
  }
  return key
}
