/** Ends an API request with this answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly body: Record<string, unknown> | null
  readonly headers: Record<string, string>

  constructor(status: number, body: Record<string, unknown> | null, headers: Record<string, string> = {}) {
    super(`Refused with HTTP ${status}`)
    this.status = status
    this.body = body
    this.headers = headers
  }
}

/** An answer of the API. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
}

/** A refusal, as the API words it; a body of null is an answer with nothing in it. */
export function refusalAnswer({ status, body, headers }: Refusal): Response {
  return body === null ? new Response(null, { status, headers }) : json(status, body, headers)
}

/** The documented envelope of messages by field. Nested messages carry the `error_key` too, by inference. */
export function invalid(errors: unknown): Refusal {
  return new Refusal(400, { ...(errors as Record<string, unknown>), error_key: 'validation_error' })
}

/** Nothing has this id. */
export function notFound(status: number): Refusal {
  return new Refusal(status, { detail: 'Not found.', error_key: 'validation_error' })
}

/** The path has no such method. */
export function methodNotAllowed(method: string, allowed: string): Refusal {
  const body = { detail: `Method "${method}" not allowed.`, error_key: 'validation_error' }
  return new Refusal(405, body, { allow: `${allowed}, OPTIONS` })
}

/** What Django answers where no route matches: a page, not JSON. */
export function noSuchPath(): Response {
  const page =
    '<!doctype html><title>Not Found</title><h1>Not Found</h1><p>The requested resource was not found on this server.</p>'
  return new Response(page, { status: 404, headers: { 'content-type': 'text/html; charset=utf-8' } })
}
