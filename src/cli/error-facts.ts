import type { AnyKhaltiError } from '../core/errors.ts'

/** What a Khalti error says beside its message, for scripts. */
export function errorFacts(error: AnyKhaltiError): Record<string, unknown> {
  const { code, docs, retryable, mayHaveBeenProcessed } = error
  const { status, kind, fields, reason } = error as Partial<Record<'status' | 'kind' | 'fields' | 'reason', unknown>>
  return { code, docs, status, kind, reason, fields, retryable, mayHaveBeenProcessed }
}
