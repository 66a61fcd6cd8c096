import { createHash, timingSafeEqual } from 'node:crypto'
import { adminPages } from 'khalti-kit/admin'

const password = process.env.ADMIN_PASSWORD
const token = process.env.KHALTI_ADMIN_TOKEN

/** Pages for the shop's people at /api/khalti/admin. A shop with a login of its own asks its session instead. */
export const admin = password ? adminPages({ authorize }) : undefined

/** Any name, which then stands in the history, and the password; `khalti-kit orders` comes with its token. */
function authorize({ headers }: Request): { name: string } | Response {
  const [scheme, credentials = ''] = (headers.get('authorization') ?? '').split(' ')
  if (scheme === 'Bearer' && isSame(credentials, token)) return { name: 'khalti-kit orders' }
  const [name, ...rest] = Buffer.from(credentials, 'base64').toString().split(':')
  if (scheme === 'Basic' && name && isSame(rest.join(':'), password)) return { name }
  return new Response('Please sign in.', { status: 401, headers: { 'www-authenticate': 'Basic realm="Shop"' } })
}

/** Compares digests of equal length, so that time tells nothing of the secret. */
function isSame(given: string, secret: string | undefined): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return Boolean(secret) && timingSafeEqual(digest(given), digest(secret ?? ''))
}
