import { Body, textOf } from './body.ts'
import type { Transport, TransportAnswer, TransportRequest } from './transport.ts'
import { untilAborted } from './until-aborted.ts'

/** Carries requests over a `fetch`: the runtime's own, the simulator's, or one you bring. */
export function fetchTransport(fetch: typeof globalThis.fetch): Transport {
  return {
    load() {
      if (typeof fetch === 'function') return
      return Promise.reject(new Error('fetch is no function. Pass one.'))
    },
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
  const reader = (response.body as Partial<ReadableStream<Uint8Array>> | null)?.getReader?.()
  for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) {
    if (body.add(chunk.value)) continue
    await reader?.cancel().catch(() => {})
    break
  }
  // node-fetch gives a stream of Node's, and others give none: they have the text all the same.
  if (response.body !== null && reader === undefined) body.add(new TextEncoder().encode(await response.text()))
  return body
}
