import { factsOf, type KhaltiClient } from '../core/client.ts'
import { errorText } from '../core/error-text.ts'
import { redactText } from '../core/redact.ts'
import { readEnv } from '../core/settings.ts'

/** A key as headers carry it, and as Khalti's docs show one. */
const keys = /(\bKey\s+)[\w-]{16,}|\b(?:live|test)_secret_key_\w+/g

/** What code of the shop said, for logs and records, without the secret key of the client and without mobile numbers. */
export function withoutSecrets(text: string, client: KhaltiClient): string {
  const { lastKey, options } = factsOf(client) ?? {}
  // The client may not have asked for its key yet. A function gives one only then.
  const given = [readEnv('KHALTI_SECRET_KEY'), options?.secretKey].filter((key) => typeof key === 'string')
  const known = [lastKey, ...given.map((key) => key.trim().replace(/^key\s+/i, ''))]
  return known.reduce<string>(redactText, text.replace(keys, '$1[redacted]'))
}

/** Why code of the shop failed, for its record. */
export const failureText = (error: unknown, client: KhaltiClient) => withoutSecrets(errorText(error), client)
