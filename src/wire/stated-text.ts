import * as z from 'zod/mini'

/** Text that the shop sends. zod/mini says "Invalid input" of everything; this says what it wants. */
export const statedText = z.string('Pass text.')

/** The same, of this form. */
// @__NO_SIDE_EFFECTS__
export function statedMatch(pattern: RegExp, wanted: string) {
  return z.string(wanted).check(z.refine((text) => pattern.test(text), wanted))
}
