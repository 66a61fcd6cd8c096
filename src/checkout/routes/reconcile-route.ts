import { reconcile } from '../reconcile.ts'
import { isSameText } from '../same-text.ts'
import type { Shop } from '../shop.ts'
import { json } from './answer.ts'
import { RouteError } from './problem.ts'

/** `GET|POST reconcile`: for a cron that knows the secret. */
export async function reconcileRoute(shop: Shop, request: Request): Promise<Response> {
  const [, given = ''] = /^Bearer\s+(\S+)\s*$/i.exec(request.headers.get('authorization') ?? '') ?? []
  if (!(await isSameText(given, shop.cronSecret ?? ''))) {
    throw new RouteError('unauthorized', 'Send Authorization: Bearer with the cronSecret.', {
      headers: { 'www-authenticate': 'Bearer' },
    })
  }
  return json(200, await reconcile(shop, { signal: request.signal }))
}
