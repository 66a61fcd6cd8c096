/** What ends a request before its answer has been read: a time that is up, or the caller. */
export interface Ending {
  /** Why it is over; undefined while it is not. */
  readonly over: { reason: unknown } | undefined
  /** The same as a signal. */
  readonly signal: AbortSignal
  /** Calls `stop` when it is over. Replaces the function given before. */
  onOver(stop: () => void): void
}

/** One request as the client hands it to a transport. */
export interface TransportRequest {
  /** Scheme, host and port. */
  origin: string
  /** Path and query. */
  path: string
  method: 'GET' | 'POST'
  /** Names in lower case. */
  headers: Record<string, string>
  /** Always JSON text. */
  body?: string | undefined
  /** Ends the request and the reading of its answer. */
  ending: Ending
  /** Called before the first byte of the request leaves; until then nothing was sent. */
  onSend: () => void
}

/** One answer, read to its end or to the limit. */
export interface TransportAnswer {
  /** The HTTP status; 0 where a browser hides a redirect. */
  status: number
  /** One header of the answer, by its name in lower case. */
  header(name: string): string | undefined
  /** The body as text, cut off at the limit. */
  text: string
  /** Whether the body was longer than the limit. */
  truncated: boolean
}

/** Carries one request over the network. It rejects only where no whole answer arrived, at once when aborted. */
export interface Transport {
  /** Loads what a request needs; undefined once it is there. Rejects with an Error that says what to do where that cannot be loaded. */
  load(): Promise<void> | undefined
  /** Sends the request and reads its answer; redirects are answers and are never followed. */
  send(request: TransportRequest): Promise<TransportAnswer>
  /** Ends the connections that are the transport's own, at once. */
  close(): Promise<void>
}
