import type { Agent, Dispatcher } from 'undici'
import { AnswerHandler } from './answer-handler.ts'
import type { Transport, TransportAnswer, TransportRequest } from './transport.ts'

/** Where every version of undici, and Node's own, keeps the dispatcher that `setGlobalDispatcher` was given. */
const globalDispatcher = Symbol.for('undici.globalDispatcher.1')

/** The agent of one transport. */
interface Own {
  agent: Agent
  /** What undici made the global dispatcher when it was loaded for us: nobody chose it. */
  placed: Dispatcher | undefined
}

/**
 * The transport on Node: the app's global dispatcher where it has one (a proxy, say), else a keep-alive agent of undici's,
 * loaded at the first request. Both are spoken to by `dispatch`, without the streams of `request`, since every answer is
 * read whole.
 */
export function createDefaultTransport(): Transport {
  let loading: Promise<void> | undefined
  let own: Own | undefined
  const ofApp = () => {
    const set = readGlobalDispatcher()
    return set === own?.placed ? undefined : set
  }
  const load = async () => {
    own = await loadOwn()
  }
  return {
    load() {
      if (own || ofApp()) return undefined
      loading ??= load()
      return loading
    },
    send(request) {
      const dispatcher = ofApp() ?? own?.agent
      if (dispatcher) return dispatch(dispatcher, request)
      throw new Error('A transport is loaded before it sends.')
    },
    async close() {
      await loading?.catch(() => {})
      // Not `close`, which would wait for a connection that nobody wants any more.
      await own?.agent.destroy()
    },
  }
}

async function loadOwn(): Promise<Own> {
  const before = readGlobalDispatcher()
  const { Agent } = await importUndici()
  const after = readGlobalDispatcher()
  return { agent: new Agent(), placed: before === undefined && after?.constructor === Agent ? after : undefined }
}

async function importUndici() {
  try {
    return await import('undici')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `undici, which carries the requests, could not be loaded (${why}). Nothing was sent. Where a bundler made this file, keep undici out of it (esbuild: --external:undici), or give the client another carrier: fetch: (...a) => globalThis.fetch(...a).`,
      { cause },
    )
  }
}

function readGlobalDispatcher(): Dispatcher | undefined {
  return (globalThis as { [globalDispatcher]?: Dispatcher })[globalDispatcher]
}

function dispatch(dispatcher: Dispatcher, request: TransportRequest): Promise<TransportAnswer> {
  const { origin, path, method, headers, body = null } = request
  return new Promise((resolve, reject) => {
    // Where the app's dispatcher follows redirects, ours are not followed: the verdict would be another host's.
    const options = { origin, path, method, headers, body, maxRedirections: 0 }
    dispatcher.dispatch(options, new AnswerHandler(request, { resolve, reject }))
  })
}
