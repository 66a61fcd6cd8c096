import { errorText } from '../core/error-text.ts'
import { redactText } from '../core/redact.ts'
import { readEnv } from '../core/settings.ts'

/** A key as headers carry it, and as Khalti's docs show one. */
const keys = /(\bKey\s+)[\w-]{16,}|\b(?:live|test)_secret_key_\w+/g

/** What code of the shop said, for logs and records, without the secret key and without mobile numbers. */
export function withoutSecrets(text: string): string {
  const key = readEnv('KHALTI_SECRET_KEY')?.replace(/^key\s+/i, '')
  return redactText(text.replace(keys, '$1[redacted]'), key)
}

/** Why code of the shop failed, for its record. */
export const failureText = (error: unknown) => withoutSecrets(errorText(error))
