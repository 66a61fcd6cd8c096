import type { CheckoutOptions, CheckoutRoute, ErrorFacts } from '../checkout-options.ts'
import { report } from '../report.ts'
import type { Shop } from '../shop.ts'
import { json, plainText } from './answer.ts'
import { initiateRoute } from './initiate-route.ts'
import { corsHeaders, preflight } from './origin.ts'
import { problemOf, RouteError } from './problem.ts'
import { reconcileRoute } from './reconcile-route.ts'
import { returnRoute } from './return-route.ts'
import { type SharedLooks, statusRoute } from './status-route.ts'

type RouteName = Exclude<CheckoutRoute, 'settle'>

/** What a route has beside the shop and the request. */
export interface RouteContext {
  looks: SharedLooks
  /** For {@link Shop.report}; a route adds what it finds out. */
  facts: ErrorFacts
}

interface Route {
  methods: readonly string[]
  /** Whether pages of other origins may call it. */
  shared: boolean
  answer(shop: Shop, request: Request, context: RouteContext): Promise<Response>
}

const routes: Record<RouteName, Route> = {
  initiate: { methods: ['POST'], shared: true, answer: initiateRoute },
  return: { methods: ['GET', 'HEAD'], shared: false, answer: returnRoute },
  status: { methods: ['GET', 'HEAD'], shared: true, answer: statusRoute },
  reconcile: { methods: ['GET', 'POST'], shared: false, answer: reconcileRoute },
}

const routeNames = Object.keys(routes) as RouteName[]

/** Nothing here may be kept by a cache, or told to the next site by a Referer: addresses hold a pidx. */
const everywhere = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Answers a request to one of the checkout's routes. */
export async function handle(shop: Shop, request: Request, looks: SharedLooks): Promise<Response> {
  const name = routeNames.find((route) => pathOf(request).endsWith(`${shop.basePath}/${route}`))
  if (name === undefined || (name === 'reconcile' && shop.cronSecret === undefined)) {
    return finished(request, problemAnswer(new RouteError('not-found', 'There is nothing here.')))
  }
  const response = await answer(shop, request, { looks, facts: { route: name } })
  return finished(request, response, routes[name].shared ? corsHeaders(shop, request) : {})
}

/** The answer where the shop's own options cannot be used. */
export function handleBroken(options: Pick<CheckoutOptions, 'onError'>, request: Request, error: unknown): Response {
  const route = routeNames.find((name) => pathOf(request).endsWith(`/${name}`)) ?? 'initiate'
  report(options.onError, error, { route })
  return finished(request, problemAnswer(error, route))
}

async function answer(shop: Shop, request: Request, context: RouteContext): Promise<Response> {
  const { route: name } = context.facts
  const route = routes[name as RouteName]
  try {
    if (request.method === 'OPTIONS' && route.shared) return preflight(shop, request, route.methods)
    if (!route.methods.includes(request.method)) throw wrongMethod(route)
    return await route.answer(shop, request, context)
  } catch (error) {
    if (problemOf(error).status >= 500) shop.report(error, context.facts)
    return problemAnswer(error, name)
  }
}

/** To a customer who comes back, words; to all others JSON. */
function problemAnswer(error: unknown, route?: CheckoutRoute): Response {
  const { status, body, headers } = problemOf(error)
  return route === 'return' ? plainText(status, body.error, headers) : json(status, body, headers)
}

function finished(request: Request, response: Response, more: Record<string, string> = {}): Response {
  for (const [name, value] of Object.entries({ ...everywhere, ...more })) response.headers.set(name, value)
  if (request.method !== 'HEAD') return response
  return new Response(null, { status: response.status, headers: response.headers })
}

function pathOf(request: Request): string {
  return new URL(request.url).pathname.replace(/\/$/, '')
}

function wrongMethod({ methods, shared }: Route): RouteError {
  const allow = [...methods, ...(shared ? ['OPTIONS'] : [])].join(', ')
  return new RouteError('method', `This route takes ${allow}.`, { headers: { allow } })
}
