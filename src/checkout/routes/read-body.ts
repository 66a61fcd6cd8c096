import { RouteError } from './problem.ts'

const mostBytes = 64 * 1024

/** Whether the body is a form's. */
export function isForm(request: Request): boolean {
  return contentType(request) === 'application/x-www-form-urlencoded'
}

/**
 * The posted JSON object or form.
 *
 * @throws RouteError `content-type`, `too-large` or `body`
 */
export async function readInput(request: Request): Promise<Record<string, unknown>> {
  const type = contentType(request)
  if (type !== 'application/json' && !isForm(request)) {
    throw new RouteError('content-type', 'Send JSON (Content-Type: application/json) or a form.')
  }
  const text = await readText(request)
  return isForm(request) ? formFields(text) : jsonObject(text)
}

function contentType({ headers }: Request): string | undefined {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
}

async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get('content-length')) > mostBytes) throw tooLarge()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  for (const chunk of await readChunks(request)) text += decode(() => decoder.decode(chunk, { stream: true }))
  return text + decode(() => decoder.decode())
}

/** Stops reading at the limit: Content-Length may be absent or wrong. */
async function readChunks(request: Request): Promise<Uint8Array[]> {
  const reader = request.body?.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > mostBytes) {
      reader.cancel().catch(() => {})
      throw tooLarge()
    }
    chunks.push(value)
  }
  return chunks
}

function decode(read: () => string): string {
  try {
    return read()
  } catch {
    throw new RouteError('body', 'The body is not text in UTF-8.')
  }
}

/** Of a field that comes twice, the first value. */
function formFields(text: string): Record<string, string> {
  const fields = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (!fields.has(name)) fields.set(name, value)
  }
  return Object.fromEntries(fields)
}

function jsonObject(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new RouteError('body', 'The body is not JSON.')
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new RouteError('body', 'The body is not a JSON object.')
}

function tooLarge(): RouteError {
  return new RouteError('too-large', `The body is over ${mostBytes / 1024} KiB.`)
}
