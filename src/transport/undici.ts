import type { Agent, Dispatcher } from 'undici'
import { answerLimit, type Transport, type TransportAnswer, type TransportRequest } from './transport.ts'

type Undici = Pick<typeof import('undici'), 'Agent' | 'request'>

/** The transport on Node: undici's `request` on one keep-alive agent, both loaded at the first request. */
export function createDefaultTransport(): Transport {
  let loaded: Promise<{ undici: Undici; agent: Agent }> | undefined
  const load = async () => {
    const undici = await import('undici')
    return { undici, agent: new undici.Agent() }
  }
  return {
    async send({ url, method, headers, body, signal }: TransportRequest): Promise<TransportAnswer> {
      loaded ??= load()
      const { undici, agent } = await loaded
      const response = await undici.request(url, { dispatcher: agent, method, headers, body: body ?? null, signal })
      return {
        status: response.statusCode,
        header: (name) => first(response.headers[name]),
        ...(await readText(response)),
      }
    },
    async close() {
      const { agent } = (await loaded) ?? {}
      await agent?.close()
    },
  }
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

async function readText({ headers, body }: Dispatcher.ResponseData): Promise<{ text: string; truncated: boolean }> {
  // A declared length bounds the body, so that it can be read in one go.
  const length = Number(first(headers['content-length']))
  if (length <= answerLimit) return { text: await body.text(), truncated: false }
  const decoder = new TextDecoder()
  let text = ''
  let read = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    read += chunk.byteLength
    text += decoder.decode(chunk.subarray(0, Math.max(0, chunk.byteLength - (read - answerLimit))), { stream: true })
    if (read > answerLimit) return { text, truncated: true }
  }
  return { text: text + decoder.decode(), truncated: false }
}
