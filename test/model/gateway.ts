import { createSimulator, type Simulator } from 'khalti-kit/testing'
import type { Process } from './process.ts'

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
  face: Face
  /** Every face that it has had. */
  history: Face[]
  /** Every face that a lookup has shown to somebody. */
  shown: Face[]
}

const outOf: Partial<Record<Face, string>> = { 'wrong amount': 'Completed', 'unknown pidx': 'Initiated' }

/** Khalti, as a world plays it: the simulator, with faces that can be changed at any moment, and the truth noted down. */
export class Gateway {
  readonly simulator: Simulator
  readonly truths = new Map<string, Truth>()
  /** Refunds that Khalti carried out because it was asked to by a request. */
  readonly refundsAsked: { transactionId: string; amount: number | undefined }[] = []

  constructor(now: () => Date) {
    this.simulator = createSimulator({ now })
  }

  /** What Khalti says of a payment from now on. */
  turn(pidx: string, face: Face): void {
    const truth = this.truth(pidx)
    const wasRefunded = this.#payment(pidx).refundedAmount > 0
    const paid = ['Completed', 'Refunded', 'Partially Refunded', 'wrong amount'].includes(face)
    if (paid) this.simulator.pay(pidx)
    if (face === 'Partially Refunded' && !wasRefunded) this.simulator.refund(pidx, 100)
    else if (face === 'Refunded' && this.#left(pidx) > 0) {
      this.simulator.answerWith(pidx, 'Completed')
      this.simulator.refund(pidx)
    }
    this.simulator.answerWith(pidx, outOf[face] ?? face)
    truth.face = face
    truth.history.push(face)
  }

  /** How every payment stands and stood, in whatever order. */
  get state(): unknown {
    const unique = (list: Face[]) => [...new Set(list)].sort()
    return [...this.truths.values()].map(({ pidx, face, history, shown }) => [pidx, face, unique(history), unique(shown)])
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
        mishaps: what === 'lookup' ? ['fails'] : ['fails', 'loses its answer'],
        failure: (mishap) => brokenConnection(mishap === 'fails' ? 'ECONNREFUSED' : 'ECONNRESET'),
        run: () => this.#answer(String(input), init, body),
      })
      return new Response(answer.text, { status: answer.status, headers: { 'content-type': 'application/json' } })
    }
  }

  async #answer(url: string, init: RequestInit | undefined, body: Record<string, unknown>) {
    const truth = this.truths.get(String(body.pidx))
    if (url.includes('/lookup/')) truth?.shown.push(truth.face)
    if (truth?.face === 'unknown pidx') {
      return { status: 404, text: JSON.stringify({ detail: 'Not found.', error_key: 'validation_error' }) }
    }
    // The request's own signal is left out: what has left cannot be called back.
    const response = await this.simulator.fetch(url, { ...init, signal: null })
    const text = await response.text()
    if (url.includes('/initiate/') && response.ok) this.#note(JSON.parse(text).pidx, body)
    if (url.includes('/refund/') && response.ok) this.#noteRefund(url, body)
    if (truth?.face !== 'wrong amount') return { status: response.status, text }
    return { status: response.status, text: JSON.stringify({ ...JSON.parse(text), total_amount: truth.amount + 1000 }) }
  }

  #note(pidx: string, body: Record<string, unknown>): void {
    const { purchase_order_id: orderId, amount } = body
    this.truths.set(pidx, {
      pidx,
      orderId: String(orderId),
      amount: Number(amount),
      face: 'Initiated',
      history: ['Initiated'],
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

  #payment(pidx: string) {
    const payment = this.simulator.payments().find((candidate) => candidate.pidx === pidx)
    if (payment === undefined) throw new Error(`The simulator has no ${pidx}.`)
    return payment
  }

  /** Paisa that have not gone back. */
  #left(pidx: string): number {
    const { amount, refundedAmount } = this.#payment(pidx)
    return amount - refundedAmount
  }
}

/** What undici's fetch rejects with. */
function brokenConnection(code: 'ECONNREFUSED' | 'ECONNRESET'): TypeError {
  const cause = Object.assign(new Error(code), { code, syscall: code === 'ECONNREFUSED' ? 'connect' : 'read' })
  return new TypeError('fetch failed', { cause })
}
