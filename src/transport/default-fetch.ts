import { fetchTransport } from './fetch.ts'
import type { Transport } from './transport.ts'

/** The transport where Node's own network is not to be had: the runtime's `fetch`, asked for anew at each request. */
export function createDefaultTransport(): Transport {
  return fetchTransport((input, init) => globalThis.fetch(input, init))
}
