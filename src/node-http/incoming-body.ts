import { clientLeft } from './client-left.ts'
import { encodeForm } from './encode-form.ts'
import type { IncomingRequest } from './node-http.ts'

/** A body as a `Request` takes it. */
export interface IncomingBody {
  content: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null
  /** Rebuilt from what a parser had read, so its length and encoding differ from the headers. */
  rewritten: boolean
  /** What it is now, where that is something else than it was. */
  contentType?: string
}

/** The body of a request, from the wire or, where a parser was there before us, from what that left in `req.body`. */
export function incomingBody(request: IncomingRequest): IncomingBody {
  if (request.method === 'GET' || request.method === 'HEAD') return { content: null, rewritten: false }
  if (wasParsed(request)) return writeAgain(request)
  if (!request.readableDidRead) return { content: request.readableEnded ? null : streamOf(request), rewritten: false }
  if (isWritten(request.rawBody)) return { content: bytesOf(request.rawBody), rewritten: true }
  throw new TypeError(
    'The body of the request was read before it came here, and req.body does not hold it. Mount the handler before ' +
      'the body parser, or hand on what the parser read as req.body (in Koa: ctx.req.body = ctx.request.body).',
  )
}

/**
 * The parsers of Express 4 leave `{}` in `req.body` where they do not know the content type, and the body on the wire;
 * Google's functions do so with the body in `req.rawBody`.
 */
function wasParsed({ body, rawBody, readableDidRead }: IncomingRequest): boolean {
  if (body === undefined) return false
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return true
  return Object.keys(body).length > 0 || (readableDidRead && !isWritten(rawBody))
}

function writeAgain({ body, headers }: IncomingRequest): IncomingBody {
  if (isWritten(body)) return { content: bytesOf(body), rewritten: true }
  const type = String(headers['content-type']).trim().toLowerCase()
  const isMultipart = type.startsWith('multipart/form-data')
  if (!isMultipart && !type.startsWith(plainForm)) return { content: bytesOf(JSON.stringify(body)), rewritten: true }
  const content = bytesOf(encodeForm(body))
  return { content, rewritten: true, ...(isMultipart && { contentType: plainForm }) }
}

const plainForm = 'application/x-www-form-urlencoded'

function isWritten(body: unknown): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array
}

/** Bytes, because from a string a `Request` would make up a content type where the client sent none. */
function bytesOf(body: string | Uint8Array): Uint8Array<ArrayBuffer> {
  // A copy: a pooled Buffer is a window on memory that is not all its own.
  return typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body)
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
