import { CheckoutRefusal, nothingHere } from '../checkout-refusal.ts'
import type { CheckoutOperations } from '../create-checkout.ts'
import type { Shop } from '../shop.ts'
import { advice, wrongMethod } from './error-answer.ts'
import { isForeign } from './origins.ts'
import { readInput } from './read-input.ts'

/** What stands behind `admin` in a path below `basePath`; undefined where it leads elsewhere. */
export function pathOfAdmin(below: string | undefined): string | undefined {
  const [, path] = /^\/admin(\/.*)?$/s.exec(below ?? '') ?? []
  return path ?? (below === '/admin' ? '' : undefined)
}

/** `admin` and all below it: the pages that the shop was given for its people. No other origin may read or post here. */
export async function adminRoute(
  request: Request,
  shop: Shop,
  { path, checkout }: { path: string; checkout: CheckoutOperations },
): Promise<Response> {
  const { admin } = shop
  if (!admin) throw nothingHere()
  const methods = ['GET', 'HEAD', 'POST']
  if (!methods.includes(request.method)) return wrongMethod(['GET', 'POST'], methods.join(', '))
  if (request.method === 'POST') refuseForeignPost(request, shop)
  return admin.answer(request, {
    checkout,
    base: `${shop.site.prefix}${shop.site.basePath}/admin`,
    path,
    readForm: () => readInput(request),
    report: (error, about) => shop.report(error, 'admin', about),
  })
}

/** Stricter than for payments: not even the shop's other origins may press these buttons. */
function refuseForeignPost({ headers }: Request, shop: Shop): void {
  const own = new URL(shop.site.siteUrl).origin
  if (!isForeign(headers, (origin) => origin === own)) return
  const from = headers.get('origin') ?? 'another site'
  const text = `A form of the admin pages was sent from ${from.slice(0, 200)}, and was refused: only ${own} may. Open the pages at the address that siteUrl names.`
  shop.report(advice(text), 'admin')
  throw new CheckoutRefusal(403, 'This can only be done from the admin pages themselves.', 'origin')
}
