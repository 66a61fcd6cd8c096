import { KhaltiInputError } from './errors.ts'
import { isRecord } from './is-record.ts'
import { show } from './show.ts'

/**
 * What a call takes beside its arguments is an object of these names: neither `refund(id, 500)` nor `{ amout: 500 }` must give
 * all of it back. Without `names` any will do.
 *
 * @throws KhaltiInputError for anything else; `title` says what was not done.
 */
export function requireOptions(options: unknown, title: string, names?: readonly string[]): void {
  if (!isRecord(options)) {
    throw new KhaltiInputError(title, {
      options: [`The options are ${show(options)}. They are an object, such as {}.`],
    })
  }
  const wrong = names && Object.keys(options).find((name) => options[name] !== undefined && !names.includes(name))
  if (wrong) throw new KhaltiInputError(title, { [wrong]: [`${wrong} is none of ${names.join(', ')}.`] })
}
