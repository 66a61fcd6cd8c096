import { getEventListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'

/** What a process holds on to while nothing is under way. */
export interface Rest {
  /** Bytes in use, after collection. */
  heap: number
  /** Ends of TCP connections, both sides of each: client and gateway are one process. */
  sockets: number
  timers: number
  /** Listeners on the process, and on a signal that every request was given. */
  listeners: number
}

/** Connections that are kept alive end after four seconds at the client and five at the server. */
const longestRestMs = 30_000

const count = (name: string) => process.getActiveResourcesInfo().filter((resource) => resource === name).length

/** Waits until connections and timers have ended, collects, and measures. */
export async function atRest(signal: AbortSignal): Promise<Rest> {
  const isBusy = () => count('TCPSocketWrap') > 0 || count('Timeout') > 0
  // A wait by setTimeout is a timer itself, so this looks before each.
  for (let waited = 0; isBusy() && waited < longestRestMs; waited += 500) await pause(500)
  return {
    heap: await collected(),
    sockets: count('TCPSocketWrap'),
    timers: count('Timeout'),
    listeners: listenersOf(process) + getEventListeners(signal, 'abort').length,
  }
}

/** Weak references and finalizers need a few rounds. */
async function collected(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('Run this with --expose-gc.')
  for (let round = 0; round < 5; round += 1) {
    globalThis.gc()
    await pause(50)
  }
  return process.memoryUsage().heapUsed
}

const listenersOf = (emitter: NodeJS.EventEmitter) =>
  emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0)
