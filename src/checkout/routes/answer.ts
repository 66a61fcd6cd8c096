import type { Shop } from '../shop.ts'

const always = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }

/** A JSON answer that nobody stores. */
export function json(status: number, body: unknown, headers?: Record<string, string>): Response {
  return Response.json(body, { status, headers: { ...always, ...headers } })
}

/** Sends a browser on with a GET. */
export function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { ...always, location } })
}

/** Lets the shop's other origins read an answer, with the customer's cookies. */
export function withCors(response: Response, request: Request, shop: Shop): Response {
  response.headers.append('vary', 'Origin')
  const origin = request.headers.get('origin')
  if (origin === null || !shop.site.origins.has(origin)) return response
  response.headers.set('access-control-allow-origin', origin)
  response.headers.set('access-control-allow-credentials', 'true')
  return response
}

/** Answers a browser that asks before it posts JSON from another origin. */
export function preflight(methods: string): Response {
  const headers = {
    ...always,
    'access-control-allow-methods': methods,
    'access-control-allow-headers': 'content-type, authorization',
    'access-control-max-age': '600',
  }
  return new Response(null, { status: 204, headers })
}
