import { banksPath } from '../wire/banks.ts'
import { initiatePath } from '../wire/initiate.ts'
import { lookupPath } from '../wire/lookup.ts'
import { refundPath } from '../wire/refund.ts'
import { json, methodNotAllowed, noSuchPath, Refusal, refusalAnswer } from './answers.ts'
import { applyFault } from './apply-fault.ts'
import { checkKey } from './authentication.ts'
import { banksRoute } from './banks-route.ts'
import type { SimulatorContext } from './context.ts'
import type { FaultEndpoint } from './faults.ts'
import { initiateRoute } from './initiate-route.ts'
import { lookupRoute } from './lookup-route.ts'
import { mintId } from './mint-id.ts'
import { payPage } from './pay-page.ts'
import { paymentsPage } from './payments-page.ts'
import { refundRoute } from './refund-route.ts'

interface ApiRoute {
  endpoint: FaultEndpoint
  method: 'GET' | 'POST'
  path: RegExp
  /** `id` is the part of the path that varies. */
  answer(request: Request, context: SimulatorContext, id: string): Promise<Response> | Response
}

/** The path as a pattern. The slash at its end is optional: Khalti's own WooCommerce plugin leaves it out. */
const pattern = (path: string) => new RegExp(`^${path.replace(/\/$/, '')}/?$`)

const apiRoutes: readonly ApiRoute[] = [
  { endpoint: 'initiate', method: 'POST', path: pattern(initiatePath), answer: initiateRoute },
  { endpoint: 'lookup', method: 'POST', path: pattern(lookupPath), answer: lookupRoute },
  { endpoint: 'refund', method: 'POST', path: pattern(refundPath('([^/]+)')), answer: refundRoute },
  { endpoint: 'banks', method: 'GET', path: pattern(banksPath), answer: banksRoute },
]

/** What answers a request to the gateway, on whatever host: the API by path, and the pages for people. */
export function createRoutes(context: SimulatorContext) {
  return async (request: Request, signal: AbortSignal | undefined): Promise<Response> => {
    const { pathname } = new URL(request.url)
    const route = routeOf(pathname)
    if (route === undefined) return answerPage(request, pathname, context)
    const carryOut = () => answerApi(route, request, context)
    const fault = request.method === route.method ? context.faults.take(route.endpoint) : undefined
    const mint = () => mintId(context.settings.random)
    return fault ? applyFault(fault, { carryOut, mint, signal }) : carryOut()
  }
}

function routeOf(pathname: string): (ApiRoute & { id: string }) | undefined {
  for (const route of apiRoutes) {
    const match = route.path.exec(pathname)
    if (match !== null) return { ...route, id: match[1] ?? '' }
  }
  return undefined
}

async function answerApi(
  route: ApiRoute & { id: string },
  request: Request,
  context: SimulatorContext,
): Promise<Response> {
  return orRefusal(async () => {
    // Django REST Framework asks for the key before it looks at the method.
    if (route.endpoint !== 'banks') checkKey(request, context.settings.secretKey)
    if (request.method === 'OPTIONS') return describeRoute(route)
    if (request.method === 'HEAD' && route.method === 'GET')
      return headOf(await route.answer(request, context, route.id))
    if (request.method !== route.method) throw methodNotAllowed(request.method, methodsOf(route))
    return route.answer(request, context, route.id)
  })
}

async function orRefusal(answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof Refusal) return refusalAnswer(error)
    throw error
  }
}

/** A view that has GET has HEAD too. */
const methodsOf = ({ method }: Pick<ApiRoute, 'method'>) => (method === 'GET' ? 'GET, HEAD' : method)

const headOf = ({ status, headers }: Response) => new Response(null, { status, headers })

/** What Django REST Framework says of a view that is asked for its options. The name is the simulator's own. */
function describeRoute({ endpoint, method }: ApiRoute): Response {
  const description = {
    name: `${endpoint.charAt(0).toUpperCase()}${endpoint.slice(1)}`,
    description: '',
    renders: ['application/json'],
    parses: ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'],
  }
  return json(200, description, { allow: `${methodsOf({ method })}, OPTIONS` })
}

function answerPage(request: Request, pathname: string, context: SimulatorContext): Promise<Response> | Response {
  if (/^\/(wallet\/?)?$/.test(pathname)) return orRefusal(() => payPage(request, context))
  if (/^\/payments\/?$/.test(pathname)) return paymentsPage(request, context)
  return noSuchPath()
}
