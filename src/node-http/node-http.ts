/** What the adapters use of Node's `IncomingMessage`, and of what Express and Next add to it. */
export interface IncomingRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** Express: the whole path, also below `app.use('/path', …)`, where `url` has lost its beginning. */
  readonly originalUrl?: string | undefined
  readonly headers: { readonly [name: string]: string | string[] | undefined }
  /** What a body parser made of the body. */
  readonly body?: unknown
  /** What it read for that: bytes or text, as Koa's and Google's parsers keep it. */
  readonly rawBody?: unknown
  /** Whether some of the body has been read. */
  readonly readableDidRead: boolean
  /** Whether the body has been read to its end. */
  readonly readableEnded: boolean
  readonly socket: object | null
  pause(): unknown
  resume(): unknown
  on(event: string, listener: (value: unknown) => void): unknown
  off(event: string, listener: (value: unknown) => void): unknown
}

/** What the adapters use of Node's `ServerResponse`. */
export interface OutgoingResponse {
  statusCode: number
  statusMessage: string
  readonly headersSent: boolean
  readonly destroyed: boolean
  readonly writableFinished: boolean
  setHeader(name: string, value: string): unknown
  appendHeader(name: string, value: string | string[]): unknown
  flushHeaders?(): void
  /** `false` where it is full until `drain`. */
  write(chunk: Uint8Array): unknown
  end(text?: string): unknown
  destroy(): unknown
  on(event: string, listener: () => void): unknown
}

/** Whether nothing can be sent any more: all is sent, or the client has left. A response of HTTP/2 has no `destroyed` of its own. */
export function isGone(outgoing: OutgoingResponse): boolean {
  const { stream } = outgoing as { stream?: { destroyed?: unknown } }
  return outgoing.destroyed || stream?.destroyed === true
}

/** Whether it was ended. A response of HTTP/2 calls itself finished also where nothing was sent. */
export function isFinished(outgoing: OutgoingResponse): boolean {
  const { writableEnded } = outgoing as { writableEnded?: unknown }
  return outgoing.writableFinished && writableEnded !== false
}
