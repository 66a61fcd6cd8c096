import { Refusal } from './answers.ts'
import { readBounded } from './bounded-body.ts'
import { formFields } from './form-fields.ts'
import { utf8Problem } from './python-text.ts'

/** Reads a body as Django REST Framework does: JSON or a form; an empty one is an object without fields. */
export async function readBody(request: Request): Promise<unknown> {
  const contentType = request.headers.get('content-type') ?? ''
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase()
  const bytes = await readBounded(request)
  if (mediaType === 'multipart/form-data') return formFields(await multipart(bytes, contentType))
  if (bytes.length === 0) return {}
  if (mediaType === 'application/json') return parseJson(bytes)
  const text = new TextDecoder().decode(bytes)
  if (mediaType === 'application/x-www-form-urlencoded') return formFields([...new URLSearchParams(text)])
  throw new Refusal(415, {
    detail: `Unsupported media type "${contentType}" in request.`,
    error_key: 'validation_error',
  })
}

function parseJson(bytes: Uint8Array): unknown {
  const problem = utf8Problem(bytes)
  if (problem !== undefined) throw unreadable('JSON', problem)
  // Django REST Framework reads a stream, which leaves out a letter that is cut off at the end.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true })
  if (text.startsWith('\ufeff')) {
    throw unreadable('JSON', 'Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)')
  }
  try {
    return JSON.parse(text)
  } catch {
    // The position is Python's business and not worked out here.
    throw unreadable('JSON', 'Expecting value: line 1 column 1 (char 0)')
  }
}

/**
 * The fields of a multipart form. Django reads over what is broken behind a good boundary, and finds no fields; here all
 * that is broken is called so.
 */
async function multipart(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<[string, unknown][]> {
  const entries: [string, unknown][] = []
  try {
    const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData()
    // A file is no text: its field says so.
    form.forEach((value, name) => {
      entries.push([name, typeof value === 'string' ? value : { file: value.name }])
    })
  } catch {
    const boundary = /boundary="?([^";]*)/i.exec(contentType)?.[1] ?? 'None'
    throw unreadable('Multipart form', `Invalid boundary in multipart: ${boundary}`)
  }
  return entries
}

function unreadable(what: 'JSON' | 'Multipart form', reason: string): Refusal {
  return new Refusal(400, { detail: `${what} parse error - ${reason}`, error_key: 'validation_error' })
}
