import { Refusal } from './answers.ts'

/** Bytes at the most, as nginx takes them before Django where nobody says otherwise: what comes in is kept. */
const mostBytes = 1024 * 1024

/** Reads a body. @throws Refusal with HTTP 413 where it is larger than a server would take. */
export async function readBounded(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const reader = request.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined
  const chunks: Uint8Array[] = []
  let length = 0
  for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) {
    length += chunk.value.byteLength
    if (length > mostBytes) {
      await reader?.cancel().catch(() => {})
      throw new Refusal(413, { detail: 'Request body exceeded the limit of 1 MiB.', error_key: 'validation_error' })
    }
    chunks.push(chunk.value)
  }
  return joined(chunks, length)
}

function joined(chunks: Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.byteLength
  }
  return body
}
