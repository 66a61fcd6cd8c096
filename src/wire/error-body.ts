import * as z from 'zod/mini'
import { ignorable, type KhaltiSchema } from './fields.ts'

/**
 * What Khalti answers when it refuses: `detail` for the whole request, or messages under each field's name (nested for
 * nested fields), or both. Strings are mostly those of Django REST Framework.
 *
 * @see https://docs.khalti.com/khalti-epayment/#error-responses
 */
export interface ErrorResponse {
  /** A sentence, such as "Invalid token." */
  detail?: string | undefined
  /** `validation_error` or `khalti_error`; the second also sits in good lookups. */
  error_key?: string | undefined
  /** The HTTP status once more. */
  status_code?: number | undefined
  /** Messages by field: `string[]`, sometimes a bare string, nested for nested fields. */
  [field: string]: unknown
}

/** Shape of {@link ErrorResponse}. */
export const errorResponseSchema: KhaltiSchema<ErrorResponse> = z.looseObject({
  detail: ignorable(z.string()),
  error_key: ignorable(z.string()),
  status_code: ignorable(z.number()),
})

/** Keys of an error body that are about the answer as a whole, not the name of a field. */
export const reservedErrorKeys: ReadonlySet<string> = new Set(['detail', 'error_key', 'status_code'])
