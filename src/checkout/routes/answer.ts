import type { Shop } from '../shop.ts'

/** Nobody stores it, and its address is told to nobody. */
function unstored(response: Response): Response {
  response.headers.set('cache-control', 'no-store')
  response.headers.set('referrer-policy', 'no-referrer')
  return response
}

/** A JSON answer. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return unstored(Response.json(body, { status, headers }))
}

/** Sends a browser on with a GET. */
export function seeOther(location: string): Response {
  return unstored(new Response(null, { status: 303, headers: { location } }))
}

/** A Response of the shop's own as an answer: a copy, since nobody can change the headers of one such as `Response.redirect` gives. */
export function passOn(response: Response): Response {
  return unstored(new Response(response.body, response))
}

/** Lets the shop's other origins read an answer, with the customer's cookies. */
export function withCors(response: Response, request: Request, shop: Shop): Response {
  const { headers } = response
  const origin = request.headers.get('origin')
  headers.append('vary', 'Origin')
  if (origin !== null && isAllowedOrigin(origin, shop)) {
    headers.set('access-control-allow-origin', origin)
    headers.set('access-control-allow-credentials', 'true')
    if (headers.has('hx-redirect')) headers.set('access-control-expose-headers', 'HX-Redirect')
  }
  return response
}

/** Whether pages of this origin may post and read answers. */
export function isAllowedOrigin(origin: string, { site }: Shop): boolean {
  return site.origins.has(origin)
}

/** Answers a browser that asks before it posts from another origin: with the headers that it asks for. */
export function preflight(request: Request, methods: string): Response {
  const wanted = request.headers.get('access-control-request-headers')
  const headers = {
    vary: 'Access-Control-Request-Headers',
    'access-control-allow-methods': methods,
    'access-control-allow-headers': wanted ?? 'content-type, authorization',
    'access-control-max-age': '600',
  }
  return unstored(new Response(null, { status: 204, headers }))
}
