/**
 * Whether a page that is not ours sends this. Browsers say where a request comes from; what says nothing is no browser, and
 * carries nobody's cookies by itself.
 */
export function isForeign(headers: Headers, isOurs: (origin: string) => boolean): boolean {
  const fetchSite = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  if (fetchSite === 'same-origin' || fetchSite === 'none') return false
  if (fetchSite === null && origin === null) return false
  return origin === null || !isOurs(origin)
}
