import type * as z from 'zod/mini'

/**
 * A zod schema, and a Standard Schema: it takes an `Input` and gives an `Output`. Its internals may change.
 *
 * @see https://standardschema.dev
 */
export interface KhaltiSchema<Output, Input = unknown> extends z.ZodMiniType<Output, Input> {}
