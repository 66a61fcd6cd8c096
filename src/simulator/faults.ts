import { anything, filled, fromZero, type Rule, requireKnown, text } from './require-known.ts'

/** The endpoints a fault can be aimed at. */
export type FaultEndpoint = 'initiate' | 'lookup' | 'refund' | 'banks'

/** Where a fault strikes, and how often. */
export interface FaultAim {
  /** The endpoint. Default: the next request to any endpoint whose answer can have this fault. */
  on?: FaultEndpoint | undefined
  /** How many requests it strikes. Default: 1. */
  times?: number | undefined
}

/** What can go wrong, with its details; see {@link Fault} for how to write one. */
export type DetailedFault = FaultAim &
  (
    | {
        /** HTTP 500 with an empty body, or HTTP 502 with a proxy's HTML page. */
        kind: '500' | '502'
        /** Whether the request was carried out all the same. Default: false. */
        processed?: boolean | undefined
      }
    | {
        /** HTTP 429, as Django REST Framework throttles. */
        kind: '429'
        /** Seconds, for the `Retry-After` header. Default: 1. */
        retryAfterSeconds?: number | undefined
      }
    | {
        /** The request is carried out at once, its answer comes late. */
        kind: 'slow'
        /** How late, in milliseconds of real time; `Infinity` never answers, until the signal is aborted. Default: 30000. */
        delayMs?: number | undefined
      }
    | {
        /**
         * The connection is reset before the request was carried out, or after (a payment was made, and nobody was
         * told), or the answer is cut off in the middle of its JSON.
         */
        kind: 'reset-before' | 'reset-after' | 'truncated-json'
      }
    | {
        /** A lookup that tells another amount. */
        kind: 'wrong-amount'
        /** Paisa. Default: the payment's amount plus 1000. */
        amount?: number | undefined
      }
    | {
        /** An initiate or lookup that tells another pidx. */
        kind: 'wrong-pidx'
        /** The pidx. Default: a freshly minted one, which no payment has. */
        pidx?: string | undefined
      }
    | {
        /** A lookup with a status nobody has seen. */
        kind: 'unknown-status'
        /** The status. Default: `Ambiguous`. */
        status?: string | undefined
      }
  )

/** The name of a fault. */
export type FaultKind = DetailedFault['kind']

/**
 * What {@link Simulator.failNext} brings about: a name, or an object with the name as `kind` and details.
 *
 * @example
 * ```ts
 * import { createSimulator } from 'khalti-kit/testing'
 *
 * const simulator = createSimulator()
 * simulator.failNext('502')
 * simulator.failNext({ kind: '429', retryAfterSeconds: 3, on: 'lookup', times: 2 })
 * simulator.failNext({ kind: 'reset-after', on: 'initiate' })
 * ```
 */
export type Fault = FaultKind | DetailedFault

const everywhere: readonly FaultEndpoint[] = ['initiate', 'lookup', 'refund', 'banks']

/** Which answers can have which fault. */
const reach: Record<FaultKind, readonly FaultEndpoint[]> = {
  '500': everywhere,
  '502': everywhere,
  '429': everywhere,
  slow: everywhere,
  'reset-before': everywhere,
  'reset-after': everywhere,
  'truncated-json': everywhere,
  'wrong-amount': ['lookup'],
  'wrong-pidx': ['initiate', 'lookup'],
  'unknown-status': ['lookup'],
}

const paisa: Rule = [(value) => typeof value === 'number', 'Give paisa, as a number.']
const milliseconds: Rule = [
  (value) => value === Number.POSITIVE_INFINITY || fromZero(value),
  'Give milliseconds, from 0, or Infinity.',
]

/** What each fault takes beside its aim. */
const details: Record<FaultKind, Record<string, Rule>> = {
  '500': { processed: anything },
  '502': { processed: anything },
  '429': { retryAfterSeconds: [fromZero, 'Give seconds, from 0.'] },
  slow: { delayMs: milliseconds },
  'reset-before': {},
  'reset-after': {},
  'truncated-json': {},
  'wrong-amount': { amount: paisa },
  'wrong-pidx': { pidx: filled },
  'unknown-status': { status: text },
}

const aim: Record<keyof FaultAim | 'kind', Rule> = {
  kind: anything,
  on: anything,
  times: [(value) => Number.isInteger(value) && Number(value) >= 1, 'Give a whole number from 1.'],
}

/** `500` would find the fault '500' here, and strike as none. */
function requireText(kind: unknown): void {
  if (typeof kind === 'string') return
  const seen = typeof kind === 'number' ? `${kind}, a number` : String(kind)
  throw new TypeError(`The kind of a fault is text, such as '500'. This one is ${seen}.`)
}

/** The faults of one simulator. */
export type FaultQueue = ReturnType<typeof createFaultQueue>

/** The faults that are still to come, in the order they were asked for. */
export function createFaultQueue() {
  const waiting: { fault: DetailedFault; left: number }[] = []

  return {
    /** Adds a fault. Throws for one that is unknown, can never strike, or has a detail of no use. */
    add(asked: Fault): void {
      const fault: DetailedFault = typeof asked === 'object' ? Object(asked) : { kind: asked }
      const { kind, on, times = 1 } = fault
      requireText(kind)
      if (!Object.hasOwn(reach, kind)) {
        throw new TypeError(`There is no fault "${kind}". Known are: ${Object.keys(reach).join(', ')}.`)
      }
      if (on !== undefined && !reach[kind].includes(on)) {
        throw new TypeError(`The fault "${kind}" cannot strike ${on}; it can strike ${reach[kind].join(', ')}.`)
      }
      requireKnown(`the fault "${kind}"`, fault, { ...aim, ...details[kind] })
      waiting.push({ fault, left: times })
    },

    /** What is still to come, next first. */
    waiting: (): readonly DetailedFault[] => waiting.map(({ fault }) => fault),

    /** Takes the fault that strikes the next request to this endpoint, if any. */
    take(endpoint: FaultEndpoint): DetailedFault | undefined {
      const index = waiting.findIndex(({ fault }) => (fault.on ? [fault.on] : reach[fault.kind]).includes(endpoint))
      const next = waiting[index]
      if (next === undefined) return undefined
      next.left -= 1
      if (next.left === 0) waiting.splice(index, 1)
      return next.fault
    },
  }
}
