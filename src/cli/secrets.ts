import type { Terminal } from './terminal.ts'

const secretName = /(^|_)(KEY|SECRET|TOKEN)$/i

const keyLike = /(^|[=\s"'])((live|test)_(secret|public)_key_|(key\s+)?[0-9a-f]{32}(["'\s]|$))/i

/** Whether an argument is, or ends in, what looks like a key of Khalti's. */
export function looksLikeKey(text: string): boolean {
  return keyLike.test(text)
}

const keys = /(live|test)_(secret|public)_key_\w+|(?<![0-9a-z])[0-9a-f]{32}(?![0-9a-z])/gi

/** Hides the variables that are secrets by their names, and every key that stands in another by mistake. */
export function hideSecrets(variables: Terminal['env'], terminal: Terminal): void {
  for (const [name, value = ''] of Object.entries(variables)) {
    if (secretName.test(name)) terminal.hide(value)
    for (const [key] of value.matchAll(keys)) terminal.hide(key)
  }
}

/** Whether a header can carry it: the checkout takes no other secret, either. */
export function isSendable(secret: string): boolean {
  return /^[\x20-\x7e]+$/.test(secret)
}

/** What is wrong with a secret that is not sendable. */
export const unsendable = 'holds a line break, another control character or a letter outside ASCII'
