import * as z from 'zod/mini'

/**
 * A zod schema, and a Standard Schema: it takes an `Input` and gives an `Output`. Its internals may change.
 *
 * @see https://standardschema.dev
 */
export interface KhaltiSchema<Output, Input = unknown> extends z.ZodMiniType<Output, Input> {
  /** Reads a value, and throws nothing: `success` says whether there is `data` or an `error`. */
  safeParse(data: unknown, params?: z.core.ParseContext<z.core.$ZodIssue>): KhaltiParsed<z.output<this>>
  /** The same for schemas of yours that wait, around one of these. */
  safeParseAsync(data: unknown, params?: z.core.ParseContext<z.core.$ZodIssue>): Promise<KhaltiParsed<z.output<this>>>
}

/** What `safeParse` gives. It has a name here, since a package that exports it could not name zod's. */
export type KhaltiParsed<Output> =
  | {
      /** The value could be read. */
      success: true
      /** What it says. */
      data: Output
      /** None. */
      error?: never
    }
  | {
      /** The value could not be read. */
      success: false
      /** None. */
      data?: never
      /** What is wrong with it, field by field. */
      error: z.core.$ZodError<Output>
    }

/** Text of this form. (`z.regex` would do the same, but brings checks of formats that are not used here.) */
// @__NO_SIDE_EFFECTS__
export function matching(pattern: RegExp) {
  return z.string().check(z.refine((text) => pattern.test(text)))
}

/** Text that the shop sends. The message says what is wanted, where zod/mini says "Invalid input". */
export const statedText = z.string('Pass text.')

/** Text of this form that the shop sends. */
// @__NO_SIDE_EFFECTS__
export function statedMatch(pattern: RegExp, wanted: string) {
  return z.string(wanted).check(z.refine((text) => pattern.test(text), wanted))
}

// @__NO_SIDE_EFFECTS__
function wholeNumberOf(wanted?: string) {
  // A number that JavaScript holds exactly.
  const integer = z.number().check(z.refine(Number.isSafeInteger, wanted))
  const asText = z.pipe(z.pipe(matching(/^\s*-?\d+(\.0+)?\s*$/), z.transform(Number)), integer)
  return z.union([integer, asText], wanted)
}

/**
 * A whole number that may arrive as a numeric string or with a trailing `.0`: Khalti's docs write `1300` and `"1000"` side
 * by side. A number that JavaScript cannot hold exactly is refused.
 */
export const wholeNumber = wholeNumberOf()

/** A whole number that the shop sends. */
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

/** Takes anything and reads it as absent. */
const unreadable = z.transform((): undefined => undefined)

/**
 * A field that nothing depends on: a value that cannot be read counts as absent, and the rest of the answer stays good.
 * (`z.catch` would do the same, but weighs a third of the zod that is used here.)
 */
// @__NO_SIDE_EFFECTS__
export function ignorable<Schema extends z.ZodMiniType>(schema: Schema) {
  return z.optional(z.union([schema, unreadable]))
}
