/** Keys of an error body that are about the answer as a whole, not the name of a field. */
export const reservedErrorKeys: ReadonlySet<string> = new Set(['detail', 'error_key', 'status_code'])
