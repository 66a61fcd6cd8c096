import { createSimulator, type Simulator } from 'khalti-kit/testing'
import type { Process } from './process.ts'
import { worldNow } from './time.ts'

/** How a payment can stand at Khalti. */
export const faces = [
  'Initiated',
  'Pending',
  'Completed',
  'Expired',
  'User canceled',
  'Refunded',
  'Partially Refunded',
  'wrong amount',
  'Ambiguous',
  'unknown pidx',
] as const
export type Face = (typeof faces)[number]

/** What Khalti has said of one payment so far, and would say now. */
export interface Truth {
  pidx: string
  orderId: string
  amount: number
  expiresAt: number
  face: Face
  /** Every face that it has had. */
  history: Face[]
  /** Whether somebody was due to look at it when it got this face. */
  isWatched: boolean
  /** Every face that a lookup has shown to somebody. */
  shown: Face[]
}

const outOf: Partial<Record<Face, string>> = { 'wrong amount': 'Completed', 'unknown pidx': 'Initiated' }

interface Answer {
  status: number
  text: string
}

/** What each simulator has said of each payment with each face. */
const answers = new WeakMap<Simulator, Map<string, Answer>>()

/** Khalti, as a world plays it: the simulator, with faces that can be changed at any moment, and the truth noted down. */
export class Gateway {
  readonly simulator: Simulator
  readonly truths = new Map<string, Truth>()
  /** Whether nothing changes at Khalti any more. */
  isStill = false
  /** Refunds that Khalti carried out because it was asked to by a request. */
  readonly refundsAsked: { transactionId: string; amount: number | undefined }[] = []

  /** @param before - The simulator of an earlier world, and what it was then. Payments made in later ones are its too. */
  constructor(before?: { simulator: Simulator; truths: readonly Truth[] }) {
    this.simulator = before?.simulator ?? createSimulator({ now: worldNow })
    for (const truth of before?.truths ?? []) {
      this.truths.set(truth.pidx, { ...truth, history: [...truth.history], shown: [...truth.shown] })
    }
  }

  /** What Khalti says of a payment from now on. */
  turn(pidx: string, face: Face): void {
    const truth = this.truth(pidx)
    if (['Completed', 'Refunded', 'Partially Refunded', 'wrong amount'].includes(face)) this.simulator.pay(pidx)
    this.simulator.answerWith(pidx, outOf[face] ?? face)
    truth.face = face
    truth.history.push(face)
  }

  /** How every payment stands and stood, in whatever order. */
  get state(): unknown {
    const unique = (list: Face[]) => [...new Set(list)].sort()
    return [...this.truths.values()].map(({ pidx, face, history, shown }) => [
      pidx,
      face,
      unique(history),
      unique(shown),
    ])
  }

  truth(pidx: string): Truth {
    const truth = this.truths.get(pidx)
    if (truth === undefined) throw new Error(`Khalti never made ${pidx}.`)
    return truth
  }

  /** The way of one process to Khalti. */
  fetchOf(process: Process): typeof globalThis.fetch {
    return async (input, init) => {
      const path = new URL(String(input)).pathname
      const body = JSON.parse(String(init?.body ?? '{}')) as Record<string, unknown>
      const what = /(initiate|lookup|refund)/.exec(path)?.[0] ?? path
      const answer = await process.step({
        words: what === 'lookup' ? `looks ${body.pidx} up` : `asks Khalti to ${what}`,
        // Only a change at Khalti makes a difference to a lookup.
        isPrivate: what === 'lookup' && this.isStill,
        mishaps: what === 'lookup' ? ['fails'] : ['fails', 'loses its answer'],
        failure: (mishap) => brokenConnection(mishap === 'fails' ? 'ECONNREFUSED' : 'ECONNRESET'),
        run: () => this.#answer(String(input), init, body),
      })
      return responseOf(answer)
    }
  }

  async #answer(url: string, init: RequestInit | undefined, body: Record<string, unknown>): Promise<Answer> {
    const truth = this.truths.get(String(body.pidx))
    if (truth && url.includes('/lookup/')) return this.#lookUp(truth, () => this.#ask(url, init))
    const answer = await this.#ask(url, init)
    if (answer.status === 200 && url.includes('/initiate/')) this.#note(JSON.parse(answer.text), body)
    if (answer.status === 200 && url.includes('/refund/')) this.#noteRefund(url, body)
    return answer
  }

  async #ask(url: string, init: RequestInit | undefined): Promise<Answer> {
    // The request's own signal is left out: what has left cannot be called back.
    const response = await this.simulator.fetch(url, { ...init, signal: null })
    return { status: response.status, text: await response.text() }
  }

  /** The same payment with the same face gives the same answer: the simulator is asked once. */
  async #lookUp(truth: Truth, ask: () => Promise<Answer>): Promise<Answer> {
    if (truth.face === 'unknown pidx') {
      return { status: 404, text: JSON.stringify({ detail: 'Not found.', error_key: 'validation_error' }) }
    }
    const subject = `${truth.pidx} ${truth.face} ${worldNow().getTime() >= truth.expiresAt}`
    const given = answers.get(this.simulator) ?? new Map<string, Answer>()
    answers.set(this.simulator, given)
    const answer = given.get(subject) ?? (await ask())
    given.set(subject, answer)
    const said = JSON.parse(answer.text)
    truth.shown.push(said.status)
    if (truth.face !== 'wrong amount') return answer
    return { ...answer, text: JSON.stringify({ ...said, total_amount: truth.amount + 1000 }) }
  }

  #note(made: { pidx: string; expires_in: number }, body: Record<string, unknown>): void {
    const { purchase_order_id: orderId, amount } = body
    const { pidx } = made
    this.truths.set(pidx, {
      pidx,
      orderId: String(orderId),
      amount: Number(amount),
      expiresAt: worldNow().getTime() + made.expires_in * 1000,
      face: 'Initiated',
      history: ['Initiated'],
      isWatched: true,
      shown: [],
    })
  }

  #noteRefund(url: string, { amount }: Record<string, unknown>): void {
    const transactionId = /transaction\/([^/]+)\//.exec(url)?.[1] ?? ''
    this.refundsAsked.push({ transactionId, amount: amount === undefined ? undefined : Number(amount) })
    const paid = this.simulator.payments().find((payment) => payment.transaction_id === transactionId)
    const truth = paid && this.truths.get(paid.pidx)
    if (!paid || !truth) return
    truth.face = paid.refundedAmount < paid.amount ? 'Partially Refunded' : 'Refunded'
    truth.history.push(truth.face)
    this.simulator.answerWith(paid.pidx, truth.face)
  }
}

/** What undici's fetch rejects with. */
function brokenConnection(code: 'ECONNREFUSED' | 'ECONNRESET'): TypeError {
  const cause = Object.assign(new Error(code), { code, syscall: code === 'ECONNREFUSED' ? 'connect' : 'read' })
  return new TypeError('fetch failed', { cause })
}

/** As much of a `Response` as the client reads, without the streams that take most of a real one's time. */
function responseOf({ status, text }: { status: number; text: string }): Response {
  const chunks = [new TextEncoder().encode(text)]
  const read = async () => {
    const value = chunks.shift()
    return { value, done: value === undefined }
  }
  const body = { getReader: () => ({ read, cancel: async () => {} }) }
  return { status, ok: status < 300, headers: new Headers(), body, text: async () => text } as unknown as Response
}
