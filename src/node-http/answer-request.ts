import { clientLeft } from './client-left.ts'
import { type IncomingRequest, isFinished, isGone, type OutgoingResponse } from './node-http.ts'
import { sendResponse } from './send-response.ts'
import { toRequest } from './to-request.ts'
import type { WebHandler } from './web-handler.ts'

/**
 * Answers one request to a Node server with a web handler. The request's signal aborts when the client leaves. Rejects
 * with what the handler or the answer's body rejects with, unless that is the abort itself.
 */
export async function answerRequest(
  handler: WebHandler,
  incoming: IncomingRequest,
  outgoing: OutgoingResponse,
): Promise<void> {
  // The client may have left during what ran before us; nothing of the request would ever come again.
  if (isGone(outgoing)) return
  const client = new AbortController()
  outgoing.on('close', () => {
    if (!isFinished(outgoing)) client.abort(clientLeft())
  })
  try {
    // No `Request` can have these methods, and nobody here has an answer to them.
    if (/^(CONNECT|TRACE|TRACK)$/i.test(incoming.method ?? '')) return refuse(outgoing, 501, 'Not Implemented')
    const request = toRequest(incoming, client.signal)
    if (request === undefined) return refuse(outgoing, 400, 'Bad Request')
    // An unread body would block the next request on this connection, so it is dropped. This listener also keeps the
    // request alive until its answer: Node would otherwise collect it, and its signal.
    outgoing.on('finish', () => request.body?.cancel().catch(() => {}))
    await sendResponse(await handler(request), request.method, outgoing)
  } catch (error) {
    if (!(isGone(outgoing) && isAbort(error))) throw error
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

/** Ends a request that has no answer of the handler's, in plain words and with no detail. */
export function refuse(outgoing: OutgoingResponse, status: 400 | 500 | 501, text: string): void {
  outgoing.statusCode = status
  outgoing.setHeader('content-type', 'text/plain; charset=utf-8')
  outgoing.setHeader('cache-control', 'no-store')
  outgoing.end(text)
}
