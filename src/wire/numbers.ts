import * as z from 'zod/mini'

import { matching } from './matching.ts'

// @__NO_SIDE_EFFECTS__
function wholeNumberOf(wanted?: string) {
  // A number that JavaScript holds exactly.
  const integer = z.number().check(z.refine(Number.isSafeInteger, wanted))
  const asText = z.pipe(z.pipe(matching(/^\s*-?\d+(\.0+)?\s*$/), z.transform(Number)), integer)
  return z.union([integer, asText], wanted)
}

/**
 * A whole number that may arrive as a numeric string or with a trailing `.0`: Khalti's docs write `1300` and `"1000"` side
 * by side. What JavaScript cannot hold exactly is refused.
 */
export const wholeNumber = wholeNumberOf()

/** The same in what the shop sends. It says what it wants, where zod/mini says "Invalid input". */
export const statedNumber = wholeNumberOf('Pass a whole number.')

/** Any finite number, or one written as a string. */
export const anyNumber = z.union([
  z.number(),
  z.pipe(z.pipe(matching(/^\s*-?\d+(\.\d+)?\s*$/), z.transform(Number)), z.number()),
])

/** JSON's null, read as a field that is absent. */
export const absent = z.pipe(
  z.null(),
  z.transform((): undefined => undefined),
)
