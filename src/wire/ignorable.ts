import * as z from 'zod/mini'

/** Takes anything and reads it as absent. */
export const unreadable = z.pipe(
  z.unknown(),
  z.transform((): undefined => undefined),
)

/**
 * A field that nothing depends on: where it is not what the docs say it is read as absent, and the rest of the answer stays
 * good. (`z.catch` would do the same, and weighs as much as a third of the zod that is used here.)
 */
// @__NO_SIDE_EFFECTS__
export function ignorable<Schema extends z.ZodMiniType>(schema: Schema) {
  return z.optional(z.union([schema, unreadable]))
}
