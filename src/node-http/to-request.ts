import { incomingBody } from './incoming-body.ts'
import type { IncomingRequest } from './node-http.ts'

/**
 * The web's `Request` for a request to a Node server; undefined where the client sent none that can be answered, as with
 * a `Host` that is no host. `X-Forwarded-*` headers are handed on but not believed.
 */
export function toRequest(incoming: IncomingRequest, signal: AbortSignal): Request | undefined {
  const url = urlOf(incoming)
  if (url === undefined) return undefined
  const method = incoming.method ?? 'GET'
  const { content, rewritten, contentType } = incomingBody(incoming)
  const headers = headersOf(incoming)
  if (rewritten) for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) headers.delete(name)
  if (contentType !== undefined) headers.set('content-type', contentType)
  // `duplex` is needed for a stream as the body, and unknown to TypeScript's RequestInit.
  const init: RequestInit & { duplex: 'half' } = { method, headers, body: content, signal, duplex: 'half' }
  return new Request(url, init)
}

function urlOf({ headers, socket, originalUrl, url }: IncomingRequest): string | undefined {
  // HTTP/1.0 knows no Host, HTTP/2 calls it :authority.
  const host = String(headers.host ?? headers[':authority'] ?? 'localhost')
  const target = originalUrl ?? url ?? '/'
  const scheme = socket && 'encrypted' in socket && socket.encrypted ? 'https' : 'http'
  if (!/^[^\s/\\?#@]+$/.test(host)) return undefined
  // Put together as text: as a relative URL, `//elsewhere/path` would change the host.
  const whole = `${scheme}://${host}${target.startsWith('/') ? target : pathOf(target)}`
  return URL.canParse(whole) ? whole : undefined
}

/** A request to a proxy has a whole URL as its target. Only the path counts. */
function pathOf(target: string): string {
  if (!URL.canParse(target)) return `/${target}`
  const { pathname, search } = new URL(target)
  return `${pathname.startsWith('/') ? '' : '/'}${pathname}${search}`
}

function headersOf(incoming: IncomingRequest): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) {
    // HTTP/2 keeps its method and its path among the headers, as :method and :path.
    if (value === undefined || name.startsWith(':')) continue
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one)
  }
  return headers
}
