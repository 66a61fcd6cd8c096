import { KhaltiInputError } from './errors.ts'
import { isRecord } from './is-record.ts'
import { show } from './show.ts'

/**
 * What a call takes beside its arguments is an object: `refund(id, 500)` must not give all of it back.
 *
 * @throws KhaltiInputError for anything else; `title` says what was not done.
 */
export function requireOptions(options: unknown, title: string): void {
  if (isRecord(options)) return
  throw new KhaltiInputError(title, { options: [`The options are ${show(options)}. They are an object, such as {}.`] })
}

/** @throws KhaltiInputError for a name that is none of these: `{ amout: 500 }` must not give all of it back. */
export function requireNames(options: object, names: readonly string[], title: string): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || names.includes(name)) continue
    throw new KhaltiInputError(title, { [name]: [`${name} is none of ${names.join(', ')}.`] })
  }
}
