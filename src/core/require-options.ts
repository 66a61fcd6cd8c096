import { KhaltiInputError } from './errors.ts'
import { show } from './show.ts'

/**
 * What a call takes beside its arguments is an object: `refund(id, 500)` must not give all of it back.
 *
 * @throws KhaltiInputError for anything else; `title` says what was not done.
 */
export function requireOptions(options: unknown, title: string): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return
  throw new KhaltiInputError(title, { options: [`The options are ${show(options)}. They are an object, such as {}.`] })
}

/**
 * Options are an object with these names alone: `{ amout: 500 }` must not give all of it back.
 *
 * @throws KhaltiInputError that names each other one.
 */
export function requireNames(options: object, names: readonly string[], title: string): void {
  const others = Object.entries(options).filter(([name, value]) => value !== undefined && !names.includes(name))
  if (others.length === 0) return
  const known = `It takes ${names.join(', ')}.`
  throw new KhaltiInputError(
    title,
    Object.fromEntries(others.map(([name]) => [name, [`${name} is unknown. ${known}`]])),
  )
}
