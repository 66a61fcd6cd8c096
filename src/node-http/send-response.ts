import { isGone, type OutgoingResponse } from './node-http.ts'

/**
 * Gives a web `Response` out through a Node server, as fast as the client takes it. Rejects with what the body rejects
 * with; the head has been sent by then.
 */
export async function sendResponse(response: Response, method: string, outgoing: OutgoingResponse): Promise<void> {
  if (isGone(outgoing)) return discard(response)
  sendHead(response, outgoing)
  const hasBody = method !== 'HEAD' && response.status !== 204 && response.status !== 304
  if (!hasBody || response.body === null) {
    outgoing.end()
    return discard(response)
  }
  // At once: the first event of a stream may be minutes away. Responses that tests make up have no such function.
  outgoing.flushHeaders?.()
  await pour(response.body, outgoing)
}

function sendHead(response: Response, outgoing: OutgoingResponse): void {
  outgoing.statusCode = response.status
  if (response.statusText !== '') outgoing.statusMessage = response.statusText
  for (const [name, value] of response.headers) {
    if (name === 'set-cookie') continue
    // A middleware before us, such as CORS, may have set a Vary that still holds.
    if (name === 'vary') outgoing.appendHeader(name, value)
    else outgoing.setHeader(name, value)
  }
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) outgoing.appendHeader('set-cookie', cookies)
}

async function pour(body: ReadableStream<Uint8Array>, outgoing: OutgoingResponse): Promise<void> {
  const reader = body.getReader()
  let goOn = () => {}
  // One listener for all: middlewares such as compression redirect `on`, but not `off`.
  outgoing.on('drain', () => goOn())
  outgoing.on('close', () => {
    goOn()
    // Ends a pending read, so that a quiet stream does not outlive the client who left.
    reader.cancel().catch(() => {})
  })
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    // As Node's own `pipe` does: a `write` that gives nothing, such as a logger's or a serverless host's, is not full.
    const isFull = outgoing.write(value) === false
    if (isFull && !isGone(outgoing)) {
      await new Promise<void>((resolve) => {
        goOn = resolve
      })
    }
  }
  outgoing.end()
}

async function discard({ body }: Response): Promise<void> {
  await body?.cancel().catch(() => {})
}
