import type { ErrorPlace } from '../checkout-options.ts'
import { CheckoutRefusal, isRefusal, nothingHere } from '../checkout-refusal.ts'
import type { Shop } from '../shop.ts'
import { preflight, withCors } from './answer.ts'
import { errorAnswer } from './error-answer.ts'
import { initiateRoute } from './initiate-route.ts'
import { reconcileRoute } from './reconcile-route.ts'
import { returnRoute } from './return-route.ts'
import { type SharedLookups, statusRoute } from './status-route.ts'

interface Route {
  name: Exclude<ErrorPlace['route'], 'settle' | 'landing'>
  methods: string[]
  answer(request: Request): Promise<Response>
}

/** The web handler of a checkout: its four routes below `basePath`, and answers for everything else. */
export function createHandler(shop: Shop): (request: Request) => Promise<Response> {
  const shared: SharedLookups = new Map()
  const routes: Route[] = [
    { name: 'initiate', methods: ['POST'], answer: (request) => initiateRoute(request, shop) },
    { name: 'return', methods: ['GET'], answer: (request) => returnRoute(request, shop) },
    { name: 'status', methods: ['GET'], answer: (request) => statusRoute(request, shop, shared) },
    { name: 'reconcile', methods: ['GET', 'POST'], answer: (request) => reconcileRoute(request, shop) },
  ]
  return async (request) => {
    const path = new URL(request.url).pathname.replace(/\/$/, '')
    const route = routes.find(({ name }) => path === `${shop.basePath}/${name}`)
    const response = await answer(request, shop, route)
    try {
      return withCors(response, request, shop)
    } catch {
      // The site's own addresses cannot be read: the answer says so already.
      return response
    }
  }
}

async function answer(request: Request, shop: Shop, route: Route | undefined): Promise<Response> {
  if (route === undefined) return errorAnswer(nothingHere())
  try {
    const allowed = [...route.methods, 'OPTIONS'].join(', ')
    if (request.method === 'OPTIONS') return preflight(allowed)
    if (route.methods.includes(request.method)) return await route.answer(request)
    const refusal = errorAnswer(new CheckoutRefusal(405, `This takes ${route.methods.join(' or ')}.`, 'method'))
    refusal.headers.set('allow', allowed)
    return refusal
  } catch (error) {
    if (!isRefusal(error)) shop.report(error, route.name)
    return errorAnswer(error)
  }
}
