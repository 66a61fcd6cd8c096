import { isRecord } from './is-record.ts'
import { maskMobiles } from './redact.ts'

/** A value as it is named in a sentence: text in quotes, numbers as they are, a bigint with its `n`, an object by its kind. At most 40 characters. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(maskMobiles(value.slice(0, 80)).slice(0, 40))
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'symbol' || typeof value === 'function') return `a ${typeof value}`
  if (isRecord(value)) return 'an object'
  return maskMobiles(`${value}${typeof value === 'bigint' ? 'n' : ''}`).slice(0, 40)
}
