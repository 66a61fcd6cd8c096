import { CheckoutRefusal } from '../checkout-refusal.ts'

/** Bytes of a body at the most. */
const limit = 64 * 1024

/** Whether the request is a plain form's, by its content type alone. */
export function isForm(request: Request): boolean {
  return contentType(request) === 'application/x-www-form-urlencoded'
}

/** Reads the body. @throws CheckoutRefusal with 415, 413 or 400. */
export async function readInput(request: Request): Promise<Record<string, unknown>> {
  const form = isForm(request)
  if (!form && contentType(request) !== 'application/json') {
    throw new CheckoutRefusal(415, 'Send application/json or a plain form.', 'content-type')
  }
  const text = await readText(request)
  // Of a field that comes twice the first counts.
  return form ? Object.fromEntries([...new URLSearchParams(text)].reverse()) : parseObject(text)
}

function contentType(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

async function readText(request: Request): Promise<string> {
  const decoder = new TextDecoder()
  const reader = request.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined
  let text = ''
  let length = 0
  for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) {
    length += chunk.value.byteLength
    if (length > limit) {
      await reader?.cancel().catch(() => {})
      throw new CheckoutRefusal(413, 'The request is larger than 64 KiB.', 'too-large')
    }
    text += decoder.decode(chunk.value, { stream: true })
  }
  return text + decoder.decode()
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new CheckoutRefusal(400, 'The request is not a JSON object.', 'body')
}
