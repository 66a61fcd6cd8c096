import { createSimulator, type DetailedFault, type FaultEndpoint, type Simulator } from 'khalti-kit/testing'
import { serve } from '../../src/node/serve.ts'

/** Khalti over HTTP, as it is on a bad day. */
export interface Gateway {
  url: string
  simulator: Simulator
  /** Requests so far. */
  readonly requests: number
  /** Faults so far, by kind. */
  readonly faults: ReadonlyMap<string, number>
  close(): Promise<void>
}

/** The share of answers that are faulty. */
const faulty = 0.05

/** The share of answers that take longer than the shop waits. */
const stalled = 0.001

/** How long the shop waits for Khalti. Generous: on a busy machine every answer is late. */
export const gatewayTimeoutMs = 5_000

/** What can go wrong, each as likely as the next. */
const bad: DetailedFault[] = [
  { kind: '500' },
  { kind: '500', processed: true },
  { kind: '502' },
  { kind: '502', processed: true },
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: 'slow', delayMs: 300 },
  { kind: 'slow', delayMs: 600 },
]

/** Serves a simulator over HTTP and spoils some of its answers. */
export async function serveGateway(now: () => Date): Promise<Gateway> {
  const simulator = createSimulator({ now, completionDelayMs: 100 })
  const faults = new Map<string, number>()
  let requests = 0
  const { url, close } = await serve((request) => {
    requests += 1
    const fault = faultOf(Math.random())
    if (fault) {
      faults.set(fault.kind, (faults.get(fault.kind) ?? 0) + 1)
      // Strikes this very request: the simulator takes it before it waits for anything.
      simulator.failNext({ ...fault, on: endpointOf(request) })
    }
    return simulator.fetch(request)
  })
  return {
    url,
    simulator,
    faults,
    close,
    get requests() {
      return requests
    },
  }
}

function faultOf(chance: number): DetailedFault | undefined {
  if (chance < stalled) return { kind: 'slow', delayMs: gatewayTimeoutMs + 1_000 }
  return chance < stalled + faulty ? bad[Math.floor(Math.random() * bad.length)] : undefined
}

function endpointOf({ url }: Request): FaultEndpoint {
  return new URL(url).pathname.includes('/lookup') ? 'lookup' : 'initiate'
}
