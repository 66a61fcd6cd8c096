import * as z from 'zod/mini'

/** Text of this form; `wanted` says of which, to the shop. (`z.regex` would say the same, and brings checks of formats that are not used here.) */
// @__NO_SIDE_EFFECTS__
export function matching(pattern: RegExp, wanted?: string) {
  return z.string(wanted).check(z.refine((text) => pattern.test(text), wanted))
}
