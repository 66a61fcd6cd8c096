import { Refusal } from './answers.ts'

/** Reads a body as Django REST Framework does: JSON or a form; an empty one is an object without fields. */
export async function readBody(request: Request): Promise<unknown> {
  const contentType = request.headers.get('content-type') ?? ''
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase()
  if (mediaType === 'multipart/form-data') return formFields(entriesOf(await request.formData()))

  const text = await request.text()
  if (text === '') return {}
  if (mediaType === 'application/json') return parseJson(text)
  if (mediaType === 'application/x-www-form-urlencoded') return formFields([...new URLSearchParams(text)])
  throw new Refusal(415, {
    detail: `Unsupported media type "${contentType}" in request.`,
    error_key: 'validation_error',
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The position is Python's business and not worked out here.
    const detail = 'JSON parse error - Expecting value: line 1 column 1 (char 0)'
    throw new Refusal(400, { detail, error_key: 'validation_error' })
  }
}

function entriesOf(form: FormData): [string, string][] {
  const entries: [string, string][] = []
  form.forEach((value, name) => {
    if (typeof value === 'string') entries.push([name, value])
  })
  return entries
}

/** `customer_info.name` and `amount_breakdown[0]label` become nested, as in the HTML forms of Django REST Framework. */
function formFields(entries: [string, string][]): Record<string, unknown> {
  const body = new Map<string, unknown>()
  for (const [name, value] of entries) {
    const row = /^(\w+)\[(\d{1,3})\]\.?(\w+)$/.exec(name)
    const [parent = '', child] = name.split('.')
    if (row) addToRow(body, row, value)
    else if (child) body.set(parent, { ...(body.get(parent) as object | undefined), [child]: value })
    else body.set(name, name === 'modes' ? [...((body.get(name) as string[] | undefined) ?? []), value] : value)
  }
  return Object.fromEntries(body)
}

function addToRow(body: Map<string, unknown>, [, name = '', index, field = '']: RegExpExecArray, value: string): void {
  const rows = [...((body.get(name) as object[] | undefined) ?? [])]
  const at = Math.min(Number(index), rows.length)
  rows[at] = { ...rows[at], [field]: value }
  body.set(name, rows)
}
