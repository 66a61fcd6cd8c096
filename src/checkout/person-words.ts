import { KhaltiInputError } from '../core/errors.ts'
import { requireOptions } from '../core/require-options.ts'
import { show } from '../core/show.ts'

/** What people say of what they do, for the shop's own records. */
const words = ['by', 'reason', 'note'] as const

type Words = { [word in (typeof words)[number]]?: unknown }

/** Faults of the words that are not text. */
export function wordFaults(options: Words): Record<string, string[]> {
  const wrong = words.filter((word) => options[word] !== undefined && typeof options[word] !== 'string')
  return Object.fromEntries(wrong.map((word) => [word, [`${word} is ${show(options[word])}, not text.`]]))
}

/** Options are an object of these names, and its words are text. @throws KhaltiInputError; `title` says what was not done. */
export function requireWords(options: Words, title: string, names: readonly string[]): void {
  requireOptions(options, title, names)
  const fields = wordFaults(options)
  if (Object.keys(fields).length > 0) throw new KhaltiInputError(title, fields)
}
