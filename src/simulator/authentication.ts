import { Refusal } from './answers.ts'

/**
 * Checks `Authorization: Key <secret>` as Django REST Framework's TokenAuthentication does, in its words. The keyword is
 * compared without case; any other word in its place counts as no key at all.
 */
export function checkKey(request: Request, secretKey: string | undefined): void {
  const words = request.headers.get('authorization')?.split(/[\t\n\v\f\r ]/) ?? []
  const [keyword, key, ...more] = words.filter((word) => word !== '')
  if (keyword?.toLowerCase() !== 'key') throw unauthorized('Authentication credentials were not provided.')
  if (key === undefined) throw unauthorized('Invalid token header. No credentials provided.')
  if (more.length > 0) throw unauthorized('Invalid token header. Token string should not contain spaces.')
  if (!isUtf8(key)) throw unauthorized('Invalid token header. Token string should not contain invalid characters.')
  if (secretKey !== undefined && key !== secretKey) throw unauthorized('Invalid token.')
}

/** A header's letters are its bytes. */
function isUtf8(header: string): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(header, (letter) => letter.charCodeAt(0)))
    return true
  } catch {
    return false
  }
}

function unauthorized(detail: string): Refusal {
  return new Refusal(401, { detail, status_code: 401 }, { 'www-authenticate': 'Key' })
}
