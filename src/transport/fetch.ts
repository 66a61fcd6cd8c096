import { answerLimit, type Transport, type TransportAnswer, type TransportRequest } from './transport.ts'

/** Carries requests over a `fetch`: the runtime's own, the simulator's, or one you bring. */
export function fetchTransport(fetch: typeof globalThis.fetch): Transport {
  return {
    async send({ url, method, headers, body, signal }: TransportRequest): Promise<TransportAnswer> {
      const init: RequestInit = { method, headers, signal, redirect: 'manual' }
      if (body !== undefined) init.body = body
      const response = await fetch(url, init)
      return {
        status: response.status,
        header: (name) => response.headers.get(name) ?? undefined,
        ...(await readText(response, signal)),
      }
    },
    async close() {},
  }
}

async function readText(response: Response, signal: AbortSignal): Promise<{ text: string; truncated: boolean }> {
  if (response.body === null) return { text: '', truncated: false }
  const reader = response.body.getReader()
  const cancel = () => void reader.cancel(signal.reason).catch(() => {})
  signal.addEventListener('abort', cancel, { once: true })
  try {
    return await readChunks(reader)
  } finally {
    signal.removeEventListener('abort', cancel)
    signal.throwIfAborted()
  }
}

async function readChunks(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<{ text: string; truncated: boolean }> {
  const decoder = new TextDecoder()
  let text = ''
  for (let read = 0; ; ) {
    const { done, value } = await reader.read()
    if (done) return { text: text + decoder.decode(), truncated: false }
    read += value.byteLength
    text += decoder.decode(value.subarray(0, Math.max(0, value.byteLength - (read - answerLimit))), { stream: true })
    if (read > answerLimit) {
      await reader.cancel().catch(() => {})
      return { text, truncated: true }
    }
  }
}
