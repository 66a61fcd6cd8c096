import { json } from './answers.ts'
import type { DetailedFault } from './faults.ts'
import { pause } from './pause.ts'

type CarryOut = () => Promise<Response>

/** A request that a fault strikes. */
export interface StruckRequest {
  /** What the API would have done. */
  carryOut: CarryOut
  /** Makes an id that no payment has. */
  mint(): string
  signal: AbortSignal | undefined
}

/** Answers a request in the way the fault wants. */
export async function applyFault(fault: DetailedFault, { carryOut, mint, signal }: StruckRequest): Promise<Response> {
  switch (fault.kind) {
    case '500':
      if (fault.processed) await carryOut()
      return new Response(null, { status: 500 })
    case '502':
      if (fault.processed) await carryOut()
      return badGateway()
    case '429':
      return throttled(fault.retryAfterSeconds ?? 1)
    case 'slow': {
      const answer = await carryOut()
      await pause(fault.delayMs ?? 30_000, signal)
      return answer
    }
    case 'reset-before':
      throw connectionReset()
    case 'reset-after':
      await carryOut()
      throw connectionReset()
    case 'truncated-json':
      return truncated(await carryOut())
    case 'wrong-amount':
      return altered(await carryOut(), (body) => ({ total_amount: fault.amount ?? Number(body.total_amount) + 1000 }))
    case 'wrong-pidx':
      return altered(await carryOut(), () => ({ pidx: fault.pidx ?? mint() }))
    case 'unknown-status':
      return altered(await carryOut(), () => ({ status: fault.status ?? 'Ambiguous' }))
  }
}

function badGateway(): Response {
  const page =
    '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n'
  return new Response(page, { status: 502, headers: { 'content-type': 'text/html' } })
}

function throttled(seconds: number): Response {
  const detail = `Request was throttled. Expected available in ${seconds} seconds.`
  return json(429, { detail, error_key: 'validation_error' }, { 'retry-after': String(seconds) })
}

/** Tells a listener that serves the simulator to reset its connection. A real upstream's error has no such mark. */
const resetMark = Symbol.for('khalti-kit.simulator.reset')

/** The error of undici's fetch when the other side resets the connection. */
function connectionReset(): TypeError {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, syscall: 'read' })
  return Object.defineProperty(new TypeError('fetch failed', { cause }), resetMark, { value: true })
}

async function truncated(answer: Response): Promise<Response> {
  const text = await answer.text()
  const body = text.slice(0, Math.ceil(text.length / 2))
  return new Response(body, { status: answer.status, headers: answer.headers })
}

/** Changes fields that the answer has; an error answer stays as it is. */
async function altered(
  answer: Response,
  change: (body: Record<string, unknown>) => Record<string, unknown>,
): Promise<Response> {
  if (answer.body === null) return answer
  const body: Record<string, unknown> = await answer.json()
  const changed = change(body)
  const applies = Object.keys(changed).every((field) => field in body)
  return json(applies && 'status' in changed ? 200 : answer.status, applies ? { ...body, ...changed } : body)
}
