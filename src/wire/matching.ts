import * as z from 'zod/mini'

/** Text of this form. (`z.regex` would say the same, and brings checks of formats that are not used here.) */
// @__NO_SIDE_EFFECTS__
export function matching(pattern: RegExp) {
  return z.string().check(z.refine((text) => pattern.test(text)))
}
