import { BodyText } from './body-text.ts'
import type { Transport, TransportAnswer, TransportRequest } from './transport.ts'

/** Carries requests over a `fetch`: the runtime's own, the simulator's, or one you bring. */
export function fetchTransport(fetch: typeof globalThis.fetch): Transport {
  return {
    send(request) {
      const controller = new AbortController()
      return new Promise((resolve, reject) => {
        // A fetch of one's own may not heed its signal, so the wait for it ends here.
        request.cancellation.onAbort((reason) => {
          reject(reason)
          controller.abort(reason)
        })
        exchange(fetch, request, controller.signal).then(resolve, reject)
      })
    },
    async close() {},
  }
}

async function exchange(
  fetch: typeof globalThis.fetch,
  { origin, path, method, headers, body }: TransportRequest,
  signal: AbortSignal,
): Promise<TransportAnswer> {
  const response = await fetch(origin + path, { method, headers, body: body ?? null, signal, redirect: 'manual' })
  const { text, truncated } = await read(response.body)
  return { status: response.status, header: (name) => response.headers.get(name) ?? undefined, text, truncated }
}

async function read(stream: ReadableStream<Uint8Array> | null): Promise<BodyText> {
  const body = new BodyText()
  const reader = stream?.getReader()
  for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) {
    if (body.add(chunk.value)) continue
    await reader?.cancel().catch(() => {})
    break
  }
  return body
}
