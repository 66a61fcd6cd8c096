/** Writes what a form parser read as a form again: lists as a repeated field, what is nested as `customer[name]`. */
export function encodeForm(fields: unknown): string {
  return new URLSearchParams([...formFields(fields, '')]).toString()
}

function* formFields(value: unknown, name: string): Generator<[string, string]> {
  if (typeof value !== 'object' || value === null) {
    yield [name, String(value ?? '')]
    return
  }
  for (const [key, inner] of Object.entries(value)) {
    const isPlainItem = Array.isArray(value) && (typeof inner !== 'object' || inner === null)
    yield* formFields(inner, isPlainItem ? name : within(name, key))
  }
}

function within(name: string, key: string): string {
  return name === '' ? key : `${name}[${key}]`
}
