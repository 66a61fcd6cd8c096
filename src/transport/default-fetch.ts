import { fetchTransport } from './fetch.ts'
import type { Transport } from './transport.ts'

/** The transport for runtimes without Node's network: the global `fetch`, looked up at each request. */
export function createDefaultTransport(): Transport {
  return fetchTransport((input, init) => globalThis.fetch(input, init))
}
