/** What ends a request from outside: its time has run out, or the caller has aborted. */
export interface Cancellation {
  readonly aborted: boolean
  /** Why, once aborted. */
  readonly reason: unknown
  /** Calls `listener` when it aborts, at once where it has already. At most one listener at a time. */
  onAbort(listener: (reason: unknown) => void): void
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
  /** Ends the request and the reading of its body. */
  cancellation: Cancellation
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

/** Carries one request over the network. It rejects only where no whole answer arrived, at once when cancelled. */
export interface Transport {
  /** Sends the request and reads its answer; redirects are answers and are never followed. */
  send(request: TransportRequest): Promise<TransportAnswer>
  /** Ends idle connections. */
  close(): Promise<void>
}
