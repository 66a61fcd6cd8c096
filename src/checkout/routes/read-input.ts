import { isRecord } from '../../core/is-record.ts'
import { CheckoutRefusal } from '../checkout-refusal.ts'
import { isForm, mediaType } from './asked-by.ts'

/** Bytes of a body at the most. */
const limit = 64 * 1024

/** Bytes that are read into nothing once a body is refused. */
const dropped = 1024 * 1024

/** Reads the body. @throws CheckoutRefusal with 415, 413 or 400. */
export async function readInput(request: Request): Promise<Record<string, unknown>> {
  const contentType = request.headers.get('content-type')
  if (!isForm(contentType) && mediaType(contentType) !== 'application/json') {
    throw new CheckoutRefusal(415, 'Send application/json or a plain form.', 'content-type')
  }
  const body = await readBody(request)
  switch (mediaType(contentType)) {
    case 'application/json':
      return parseObject(new TextDecoder().decode(body))
    case 'multipart/form-data':
      return parseMultipart(body, contentType ?? '')
    default:
      return firstValues(new URLSearchParams(new TextDecoder().decode(body)))
  }
}

type BodyReader = ReadableStreamDefaultReader<Uint8Array>

async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  if (request.bodyUsed || request.body?.locked) {
    throw new TypeError(
      'Something has read the body of the request already. Call the handler before anything reads it, or read request.clone() there.',
    )
  }
  const reader = request.body?.getReader() as BodyReader | undefined
  // What is declared as too large is refused before it is read: SvelteKit's own limit makes the body an error.
  if (Number(request.headers.get('content-length')) > limit) throw tooLarge(reader)
  const chunks: Uint8Array[] = []
  let length = 0
  for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) {
    length += chunk.value.byteLength
    if (length > limit) throw tooLarge(reader)
    chunks.push(chunk.value)
  }
  const body = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.byteLength
  }
  return body
}

function tooLarge(reader: BodyReader | undefined): CheckoutRefusal {
  // Nobody waits for it, and where the body ends as an error nobody needs to know.
  drop(reader).catch(() => {})
  return new CheckoutRefusal(413, 'The request is larger than 64 KiB.', 'too-large')
}

/**
 * Reads the rest into nothing. Where a body is canceled, React Router ends the connection before the answer is there, and
 * Nuxt throws beside every `catch`; so only what goes on and on is canceled.
 */
async function drop(reader: BodyReader | undefined): Promise<void> {
  let length = 0
  for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) {
    length += chunk.value.byteLength
    if (length > dropped) return reader?.cancel()
  }
}

async function parseMultipart(body: Uint8Array<ArrayBuffer>, contentType: string): Promise<Record<string, unknown>> {
  try {
    const form = await new Response(body, { headers: { 'content-type': contentType } }).formData()
    return firstValues([...form].filter(([, value]) => typeof value === 'string'))
  } catch {
    throw new CheckoutRefusal(400, 'The form cannot be read.', 'body')
  }
}

/** The first value of each field. */
function firstValues(pairs: Iterable<[string, unknown]>): Record<string, unknown> {
  return Object.fromEntries([...pairs].filter(([name]) => name !== prototype).reverse())
}

/** Dropped: through shop code that copies fields it would change the prototype of all objects. */
const prototype = '__proto__'

function parseObject(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text, (name, inner) => (name === prototype ? undefined : inner))
  } catch {
    value = undefined
  }
  if (isRecord(value)) return { ...value }
  throw new CheckoutRefusal(400, 'The request is not a JSON object.', 'body')
}
