/** `redirect()` and `notFound()` of Next throw what only Next understands: it is passed on. */
export function isFrameworks(error: unknown): boolean {
  const digest = (error as { digest?: unknown } | null | undefined)?.digest
  return typeof digest === 'string' && digest.startsWith('NEXT_')
}
