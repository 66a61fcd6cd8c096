import type { ErrorRoute } from '../checkout-options.ts'
import { isRefusal, nothingHere } from '../checkout-refusal.ts'
import type { CheckoutOperations } from '../create-checkout.ts'
import type { Shop } from '../shop.ts'
import { adminRoute, pathOfAdmin } from './admin-route.ts'
import { passOn, preflight } from './answer.ts'
import { advice, errorAnswer, wrongMethod } from './error-answer.ts'
import { isFrameworks } from './framework-errors.ts'
import { initiateRoute } from './initiate-route.ts'
import { readerReports, withCors } from './origins.ts'
import { reconcileRoute } from './reconcile-route.ts'
import { requireRequest } from './require-request.ts'
import { returnRoute } from './return-route.ts'
import { statusRoute } from './status-route.ts'

interface Route {
  name: ErrorRoute
  methods: string[]
  answer(request: Request): Promise<Response>
}

/** The web handler of a checkout: its routes below `basePath`, and answers for everything else. */
export function createHandler(shop: Shop, checkout: CheckoutOperations): (request: Request) => Promise<Response> {
  const list: Route[] = [
    { name: 'initiate', methods: ['POST'], answer: (request) => initiateRoute(request, shop) },
    // Link previews send HEAD.
    { name: 'return', methods: ['GET', 'HEAD'], answer: (request) => returnRoute(request, shop) },
    { name: 'status', methods: ['GET'], answer: (request) => statusRoute(request, shop) },
    { name: 'reconcile', methods: ['GET', 'POST'], answer: (request) => reconcileRoute(request, shop) },
  ]
  const routes = new Map(list.map((route) => [`/${route.name}`, route]))
  const reportReader = readerReports(shop)
  const answerBelow = async (request: Request, below: string | undefined) => {
    const route = routes.get(below ?? '')
    if (route === undefined) return unmatched(request, shop, below !== undefined)
    reportReader(request, route.name)
    return answer(request, shop, route)
  }
  return async (request) => {
    requireRequest(request, shop)
    try {
      const below = pathBelow(request, shop)
      const path = pathOfAdmin(below)
      const admin = () => adminRoute(request, shop, { path: path ?? '', checkout })
      if (path !== undefined) return passOn(await answerOrRefuse(shop, 'admin', admin))
      return withCors(await answerBelow(request, below), request, shop)
    } catch (error) {
      if (isFrameworks(error)) throw error
      // The site's own addresses cannot be read.
      shop.report(error, 'unknown')
      return errorAnswer(error)
    }
  }
}

/** Repeated slashes, except at the end. */
const doubled = /(?<!\/)\/{2,}(?=[^/])/g

/**
 * The path behind `basePath`. The path of `siteUrl` may stand before it, or a proxy or framework may have removed it. One
 * that joins paths may repeat a slash.
 */
function pathBelow(request: Request, { site }: Shop): string | undefined {
  const path = new URL(request.url).pathname.replace(doubled, '/').replace(/(.)\/$/, '$1')
  const starts = site.prefix === '' ? [site.basePath] : [`${site.prefix}${site.basePath}`, site.basePath]
  const start = starts.find((candidate) => path === candidate || path.startsWith(`${candidate}/`))
  return start === undefined ? undefined : path.slice(start.length)
}

async function answer(request: Request, shop: Shop, route: Route): Promise<Response> {
  const allowed = [...route.methods, 'OPTIONS'].join(', ')
  if (request.method === 'OPTIONS') return preflight(request, allowed)
  if (!route.methods.includes(request.method)) return wrongMethod(route.methods, allowed)
  return await answerOrRefuse(shop, route.name, () => route.answer(request))
}

async function answerOrRefuse(shop: Shop, route: ErrorRoute, run: () => Promise<Response>): Promise<Response> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof Response) return passOn(error)
    if (isFrameworks(error)) throw error
    if (!isRefusal(error)) shop.report(error, route)
    return errorAnswer(error)
  }
}

/** A 404. The shop is told where the routes are, since a wrong `basePath` shows nowhere else. */
function unmatched({ method, url }: Request, shop: Shop, isBelow: boolean): Response {
  const { basePath } = shop.site
  const routes = isBelow
    ? `The routes below ${basePath || '/'} are initiate, return, status, reconcile and admin.`
    : `The routes are below ${basePath}, such as ${basePath}/initiate: set basePath to where this handler is mounted, and leave it on the path.`
  const asked = `${method} ${new URL(url).pathname.slice(0, 200)}`
  if (method !== 'OPTIONS') shop.report(advice(`Nothing answers ${asked}. ${routes}`), 'unknown')
  return errorAnswer(nothingHere())
}
