import type { Agent, Dispatcher } from 'undici'
import { BodyText } from './body-text.ts'
import type { Transport, TransportAnswer, TransportRequest } from './transport.ts'

/**
 * The transport on Node: one keep-alive agent of undici's, loaded at the first request. It is spoken to by `dispatch`,
 * without the streams of `request`, since every answer is read whole.
 */
export function createDefaultTransport(): Transport {
  let loading: Promise<Agent> | undefined
  return {
    async send(request) {
      loading ??= createAgent()
      return dispatch(await loading, request)
    },
    async close() {
      const agent = await loading
      await agent?.close()
    },
  }
}

async function createAgent(): Promise<Agent> {
  // Undici's index loads its fetch, WebSocket, caches and mocks too, for most of the time that loading takes. The path of
  // the agent alone has been the same in all of undici 7 and is promised by nobody.
  // @ts-expect-error: nor has it types of its own.
  const load: Promise<{ default: typeof Agent }> = import('undici/lib/dispatcher/agent.js')
  const loaded = await load.catch(async () => ({ default: (await import('undici')).Agent }))
  return new loaded.default()
}

function dispatch(agent: Agent, { cancellation, body, ...request }: TransportRequest): Promise<TransportAnswer> {
  return new Promise((resolve, reject) => {
    agent.dispatch({ ...request, body: body ?? null }, new AnswerHandler({ resolve, reject, cancellation }))
  })
}

interface Exchange extends Pick<TransportRequest, 'cancellation'> {
  resolve: (answer: TransportAnswer) => void
  reject: (reason: unknown) => void
}

type AnswerHeaders = Record<string, string | string[] | undefined>

/** Reads one answer as undici hands it out piece by piece. */
class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange
  readonly #body = new BodyText()
  #status = 0
  #headers: AnswerHeaders = {}

  constructor(exchange: Exchange) {
    this.#exchange = exchange
    // A request that waits for its connection is not asked yet whether it may start: it ends here, and there.
    exchange.cancellation.onAbort(exchange.reject)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { cancellation, reject } = this.#exchange
    cancellation.onAbort((reason) => {
      reject(reason)
      controller.abort(reason instanceof Error ? reason : new Error('aborted'))
    })
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#body.add(chunk)) return
    this.#answer()
    controller.abort(new Error('The answer is too long.'))
  }

  onResponseEnd(): void {
    this.#answer()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#exchange.reject(error)
  }

  #answer(): void {
    const [headers, { text, truncated }] = [this.#headers, this.#body]
    this.#exchange.resolve({ status: this.#status, header: (name) => first(headers[name]), text, truncated })
  }
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}
