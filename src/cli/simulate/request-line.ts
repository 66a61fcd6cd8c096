import { painter } from '../paint.ts'

type Handler = (request: Request) => Promise<Response>

/** A look at one request and what it came to, for people who watch a terminal. */
interface Seen {
  at: Date
  method: string
  path: string
  ms: number
  /** Absent where the connection was broken, as a fault does. */
  status?: number
  note: string
}

/** Answers as `handler` does, and writes one line for each request, but for those by which a page keeps itself up to date. */
export function withRequestLines(handler: Handler, write: (line: string) => void, colors: boolean): Handler {
  return async (request) => {
    if (request.headers.has('x-live-update')) return handler(request)
    const started = performance.now()
    const { pathname, search } = new URL(request.url)
    const seen = { at: new Date(), method: request.method, path: pathname + search }
    const ms = () => Math.round(performance.now() - started)
    try {
      const response = await handler(request)
      write(requestLine({ ...seen, ms: ms(), status: response.status, note: await noteOf(response) }, colors))
      return response
    } catch (error) {
      write(requestLine({ ...seen, ms: ms(), note: 'no answer: the connection was broken' }, colors))
      throw error
    }
  }
}

/** "14:05:09  400  POST /api/v2/epayment/lookup/  3 ms  User canceled". */
export function requestLine({ at, method, path, ms, status, note }: Seen, colors: boolean): string {
  const paint = painter(colors)
  const shown = path.length > 70 ? `${path.slice(0, 69)}…` : path
  const colour = status === undefined || status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green'
  const parts = [
    at.toTimeString().slice(0, 8),
    paint(colour, String(status ?? '---')),
    `${method} ${shown}`,
    `${ms} ms`,
  ]
  // What an answer says may come from a request, and must not drive the terminal.
  return [...parts, ...(note === '' ? [] : [note.replace(/\p{Cc}/gu, ' ')])].join('  ')
}

/** The few words of an answer that say how it went: a payment's status, or the first message of a refusal. */
async function noteOf(response: Response): Promise<string> {
  if (response.headers.get('content-type') !== 'application/json') return placeOf(response)
  try {
    const body: unknown = await response.clone().json()
    return typeof body === 'object' && body !== null ? wordsOf(body) : ''
  } catch {
    return 'an answer that is cut off'
  }
}

const placeOf = ({ headers }: Response) => {
  const location = headers.get('location')
  return location === null ? '' : `→ ${location.split('?')[0] || 'the same page'}`
}

function wordsOf(body: object): string {
  const { status, detail, pidx } = body as Record<string, unknown>
  if (typeof status === 'string') return status
  if (typeof detail === 'string') return detail
  if (typeof pidx === 'string') return pidx
  const [field, messages] = Object.entries(body)[0] ?? []
  return Array.isArray(messages) && typeof messages[0] === 'string' ? `${field}: ${messages[0]}` : ''
}
