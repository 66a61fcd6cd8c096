import { Body, textOf } from './body.ts'
import type { Transport, TransportAnswer, TransportRequest } from './transport.ts'
import { untilAborted } from './until-aborted.ts'

/** Carries requests over a `fetch`: the runtime's own, the simulator's, or one you bring. */
export function fetchTransport(fetch: typeof globalThis.fetch): Transport {
  return {
    load: () => undefined,
    send(request) {
      // A fetch does not tell when it begins to send.
      request.onSend()
      // A fetch of one's own may not heed its signal, so the wait for it ends here too.
      return untilAborted(exchange(fetch, request), request.ending.signal)
    },
    async close() {},
  }
}

async function exchange(
  fetch: typeof globalThis.fetch,
  { origin, path, method, headers, body, ending }: TransportRequest,
): Promise<TransportAnswer> {
  const { signal } = ending
  const response = await fetch(origin + path, { method, headers, body: body ?? null, signal, redirect: 'manual' })
  const { bytes, truncated } = await read(response)
  return {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    text: textOf(bytes),
    truncated,
  }
}

async function read(response: Response): Promise<Body> {
  const body = new Body()
  for await (const chunk of chunksOf(response)) {
    const bytes: Uint8Array = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
    if (!body.add(bytes)) break
  }
  return body
}

/** What a body is made of: a web stream, which not every runtime lets iterate; a stream of Node's, as node-fetch gives; or text. */
async function* chunksOf(response: Response): AsyncGenerator<Uint8Array | string> {
  const stream: unknown = response.body
  if (hasReader(stream)) {
    const reader = stream.getReader()
    try {
      for (let chunk = await reader.read(); chunk.value; chunk = await reader.read()) yield chunk.value
    } finally {
      await reader.cancel().catch(() => {})
    }
  } else if (typeof stream === 'object' && stream !== null && Symbol.asyncIterator in stream) {
    yield* stream as AsyncIterable<Uint8Array | string>
  } else if (stream === undefined) yield await response.text()
}

const hasReader = (stream: unknown): stream is ReadableStream<Uint8Array> =>
  typeof (stream as Partial<ReadableStream> | null)?.getReader === 'function'
