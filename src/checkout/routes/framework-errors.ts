/**
 * Whether only the shop's framework understands what was thrown: `redirect()` and `notFound()` of Next, `redirect()` and
 * `error()` of SvelteKit, the HTTP exceptions of Hono and Nest, and `createError()` of h3 and Nuxt. It is passed on.
 */
export function isFrameworks(thrown: unknown): boolean {
  if (typeof thrown !== 'object' || thrown === null) return false
  return isOfNext(thrown) || isOfSvelteKit(thrown) || isHttpException(thrown) || isOfH3(thrown)
}

function isOfNext({ digest }: { digest?: unknown }): boolean {
  return typeof digest === 'string' && digest.startsWith('NEXT_')
}

/** SvelteKit's are no errors, and have these fields alone. An HTTP client throws errors, or its answer with its headers. */
function isOfSvelteKit(thrown: { status?: unknown; location?: unknown; body?: unknown }): boolean {
  if (thrown instanceof Error || 'headers' in thrown || typeof thrown.status !== 'number') return false
  const body = thrown.body as { message?: unknown } | null | undefined
  return typeof thrown.location === 'string' || typeof body?.message === 'string'
}

function isHttpException({ status, getResponse }: { status?: unknown; getResponse?: unknown }): boolean {
  return typeof status === 'number' && typeof getResponse === 'function'
}

/** h3 1 marks its class; h3 2 goes by the name. Errors of that name of HTTP clients have a response in place of a status. */
function isOfH3(thrown: { name?: unknown; status?: unknown }): boolean {
  if ((thrown.constructor as { __h3_error__?: unknown } | undefined)?.__h3_error__ === true) return true
  return thrown.name === 'HTTPError' && typeof thrown.status === 'number'
}
