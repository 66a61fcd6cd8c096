/** What asks: a page's script, htmx, or a browser that shows what comes back. */
export type Asker = 'script' | 'htmx' | 'browser'

/**
 * Tells scripts from forms: by the headers that scripts set, then by whether a page is wanted, then by what browsers say of
 * the request. Where nothing of that is said, what it sends decides.
 */
export function askedBy({ headers }: Request): Asker {
  if (headers.get('hx-request') === 'true') return 'htmx'
  // The browser inside an Android app names its app there, whatever it asks for.
  if (headers.get('x-requested-with')?.toLowerCase() === 'xmlhttprequest') return 'script'
  const accept = headers.get('accept') ?? ''
  if (accept.includes('text/html')) return 'browser'
  const mode = headers.get('sec-fetch-mode')
  if (mode !== null) return mode === 'navigate' ? 'browser' : 'script'
  // What a browser is to show, it asks for as text/html; a script's Accept is */* where it says nothing itself.
  if (accept !== '') return 'script'
  return isForm(headers.get('content-type')) ? 'browser' : 'script'
}

/** Whether a body is a form's. */
export function isForm(contentType: string | null): boolean {
  const type = mediaType(contentType)
  return type === 'application/x-www-form-urlencoded' || type === 'multipart/form-data'
}

/** The type alone, without its parameters; the first, where a header that was set twice has two. */
export function mediaType(contentType: string | null): string {
  return (contentType ?? '').split(/[;,]/, 1)[0]?.trim().toLowerCase() ?? ''
}
