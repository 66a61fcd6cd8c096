/** One request as the client hands it to a transport. */
export interface TransportRequest {
  /** The whole address. */
  url: string
  /** Its method. */
  method: 'GET' | 'POST'
  /** Its headers, names in lower case. */
  headers: Record<string, string>
  /** Its body; always JSON text. */
  body?: string | undefined
  /** Ends the request and the reading of its body. */
  signal: AbortSignal
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

/** Carries one request over the network. It rejects only where no whole answer arrived. */
export interface Transport {
  /** Sends the request and reads its answer; redirects are answers and are never followed. */
  send(request: TransportRequest): Promise<TransportAnswer>
  /** Ends idle connections. */
  close(): Promise<void>
}

/** Bytes of an answer that are read; Khalti's longest, a page of banks, is a few kilobytes. */
export const answerLimit = 1_048_576
