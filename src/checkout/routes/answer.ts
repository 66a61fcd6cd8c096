/** Keeps an answer out of caches, and its address out of Referer headers. */
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

/** A Response of the shop as an answer: a copy, since the headers of `Response.redirect` cannot be changed. */
export function passOn(response: Response): Response {
  return unstored(new Response(response.body, response))
}

/** Answers a CORS preflight, and allows the headers that it asks for. */
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
