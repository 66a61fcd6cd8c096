import { clientLeft } from './client-left.ts'
import { encodeForm } from './encode-form.ts'
import type { IncomingRequest } from './node-http.ts'

/** A body as a `Request` takes it. */
export interface IncomingBody {
  content: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null
  /** Written again from what a parser had read, so that its length and its encoding are no longer those of the headers. */
  rewritten: boolean
}

/** The body of a request, from the wire or, where a parser was there before us, from what that left in `req.body`. */
export function incomingBody(request: IncomingRequest): IncomingBody {
  if (request.method === 'GET' || request.method === 'HEAD') return { content: null, rewritten: false }
  if (wasParsed(request)) return { content: writeAgain(request), rewritten: true }
  if (request.readableDidRead) {
    throw new TypeError(
      'The body of the request was read before it came here, and req.body does not hold it. Mount the handler before ' +
        'the body parser, or hand on what the parser read as req.body.',
    )
  }
  return { content: request.readableEnded ? null : streamOf(request), rewritten: false }
}

/** The parsers of Express 4 leave `{}` in `req.body` where they do not know the content type, and the body on the wire. */
function wasParsed({ body, readableDidRead }: IncomingRequest): boolean {
  if (body === undefined || readableDidRead) return body !== undefined
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return true
  return Object.keys(body).length > 0
}

/** Bytes, because from a string a `Request` would make up a content type where the client sent none. */
function writeAgain({ body, headers }: IncomingRequest): Uint8Array<ArrayBuffer> {
  // A copy: a pooled Buffer is a window on memory that is not all its own.
  if (body instanceof Uint8Array) return new Uint8Array(body)
  if (typeof body === 'string') return new TextEncoder().encode(body)
  const isForm = String(headers['content-type']).trim().toLowerCase().startsWith('application/x-www-form-urlencoded')
  return new TextEncoder().encode(isForm ? encodeForm(body) : JSON.stringify(body))
}

/**
 * Reads only as fast as the stream is read. Canceling it lets the rest run into nothing: destroying the request would
 * destroy the connection too, and with it the answer that says why.
 */
function streamOf(request: IncomingRequest): ReadableStream<Uint8Array> {
  const listeners: [event: string, listener: (value: unknown) => void][] = []
  const stop = () => {
    for (const [event, listener] of listeners) request.off(event, listener)
  }
  return new ReadableStream<Uint8Array>({
    start(controller) {
      listeners.push(
        [
          'data',
          (chunk) => {
            request.pause()
            controller.enqueue(chunk as Uint8Array)
          },
        ],
        [
          'end',
          () => {
            stop()
            controller.close()
          },
        ],
        [
          'close',
          () => {
            stop()
            controller.error(clientLeft())
          },
        ],
      )
      request.pause()
      for (const [event, listener] of listeners) request.on(event, listener)
    },
    pull() {
      request.resume()
    },
    cancel() {
      stop()
      request.resume()
    },
  })
}
