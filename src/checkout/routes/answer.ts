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

/** Lets the shop's other origins read an answer, with the customer's cookies. Nobody stores it, the shop's own neither. */
export function withCors(response: Response, request: Request, shop: Shop): Response {
  const origin = request.headers.get('origin')
  const isOurs = origin !== null && isAllowedOrigin(origin, shop)
  const set = (headers: Headers) => {
    for (const [name, value] of Object.entries(always)) headers.set(name, value)
    headers.append('vary', 'Origin')
    if (!isOurs) return
    headers.set('access-control-allow-origin', origin)
    headers.set('access-control-allow-credentials', 'true')
  }
  try {
    set(response.headers)
    return response
  } catch {
    // A Response of the shop's own may have headers that nobody can change, such as one of `Response.redirect`.
    const copy = new Response(response.body, response)
    set(copy.headers)
    return copy
  }
}

/** Whether pages of this origin may post and read answers. */
export function isAllowedOrigin(origin: string, { site }: Shop): boolean {
  return site.origins.has(origin)
}

/** Answers a browser that asks before it posts from another origin: with the headers that it asks for. */
export function preflight(request: Request, methods: string): Response {
  const wanted = request.headers.get('access-control-request-headers')
  const headers = {
    ...always,
    vary: 'Access-Control-Request-Headers',
    'access-control-allow-methods': methods,
    'access-control-allow-headers': wanted ?? 'content-type, authorization',
    'access-control-max-age': '600',
  }
  return new Response(null, { status: 204, headers })
}
