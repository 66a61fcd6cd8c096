import type { Terminal } from './terminal.ts'

const secretName = /(^|_)(KEY|SECRET|TOKEN)$/i

const keyLike = /(^|[=\s"'])((live|test)_(secret|public)_key_|(key\s+)?[0-9a-f]{32}(["'\s]|$))/i

/** Whether a key of Khalti's stands in it, as far as its looks tell. */
export function looksLikeKey(text: string): boolean {
  return keyLike.test(text)
}

/** Hides the variables that are secrets by their names, and those that hold a key under a name that is for something else. */
export function hideSecrets(variables: Terminal['env'], terminal: Terminal): void {
  for (const [name, value = ''] of Object.entries(variables)) {
    if (secretName.test(name) || looksLikeKey(value)) terminal.hide(value)
  }
}

/** Whether a header can carry it: the checkout takes no other secret, either. */
export function isSendable(secret: string): boolean {
  return /^[\x20-\x7e]+$/.test(secret)
}

/** What is wrong with a secret that is not sendable. */
export const unsendable = 'holds a line break, another control character or a letter outside ASCII'
