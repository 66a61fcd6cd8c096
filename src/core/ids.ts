import { plausibleId } from '../wire/ids.ts'
import { KhaltiInputError } from './errors.ts'
import { show } from './show.ts'

/** The id, where it can be one. @throws KhaltiInputError for a blank, implausible or non-string id; nothing is sent. */
export function requireId(value: unknown, field: string, operation: string): string {
  if (typeof value === 'string' && plausibleId.test(value)) return value
  throw new KhaltiInputError(`${operation} was not sent`, { [field]: [describeId(value, field)] })
}

function describeId(value: unknown, field: string): string {
  if (value === undefined || value === null || value === '')
    return `${field} is missing. Pass the one that Khalti gave.`
  if (typeof value !== 'string') return `${field} is ${show(value)}, not text. Pass the one that Khalti gave.`
  if (value.trim() === '') return `${field} is blank. Pass the one that Khalti gave.`
  return `${field} cannot be an id of Khalti's: those are 1 to 64 letters, digits, _ or -.`
}
