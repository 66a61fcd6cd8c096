import { vi } from 'vitest'

/** What a route answers: JSON with a status, a web page, nothing at all, or a promise of one of these. */
export type Answer = { status?: number; json: unknown } | { status?: number; html: string } | 'no connection'

/** One request that the browser's side of the package made. */
export interface Asked {
  url: string
  init: RequestInit
}

/** A `fetch` that answers in turn; the last answer is repeated. Where there is none, the request stays open. */
export function answering(...answers: (Answer | Promise<Answer>)[]) {
  const asked: Asked[] = []
  const fetch = vi.fn((url: string, init: RequestInit) => {
    // As a real one does, it sends nothing that was aborted before.
    if (init.signal?.aborted) return Promise.reject(new DOMException('Aborted', 'AbortError'))
    asked.push({ url, init })
    const answer = answers[Math.min(asked.length, answers.length) - 1]
    return new Promise<Response>((resolve, reject) => {
      init.signal?.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')))
      Promise.resolve(answer).then((it) => {
        if (it === 'no connection') reject(new TypeError('Failed to fetch'))
        else if (it) resolve(toResponse(it))
      })
    })
  })
  vi.stubGlobal('fetch', fetch)
  return asked
}

function toResponse(answer: Exclude<Answer, string>): Response {
  const status = answer.status ?? 200
  return 'html' in answer ? new Response(answer.html, { status }) : Response.json(answer.json, { status })
}

/** A promise that is settled from outside. */
export function later<Value>() {
  let settle: (value: Value) => void = () => {}
  const promise = new Promise<Value>((resolve) => {
    settle = resolve
  })
  return { promise, settle }
}

export const pidx = 'bZQLD9wRVWo4CdESSfuSsB'
export const paymentUrl = `https://test-pay.khalti.com/?pidx=${pidx}`
export const link = { pidx, payment_url: paymentUrl, expires_at: '2026-03-01T12:30:00+05:45', expires_in: 1800 }
export const status = { outcome: 'paid', pidx, orderId: 'A-42', orderName: 'Dhaka topi', amount: 125050 } as const
