/** Writes what a form parser read as a form again: lists as a repeated field, what is nested as `customer[name]`. */
export function encodeForm(fields: unknown): string {
  return new URLSearchParams([...formFields(fields, '', [])]).toString()
}

/** No form has names that are nested deeper. */
const deepest = 10

/** Each field of `@fastify/multipart` holds all fields again, and a file its stream: neither is what the customer sent. */
function* formFields(value: unknown, name: string, around: readonly object[]): Generator<[string, string]> {
  if (typeof value !== 'object' || value === null) {
    yield [name, String(value ?? '')]
    return
  }
  if (around.length === deepest || around.includes(value) || !isGroup(value)) return
  for (const [key, inner] of Object.entries(value)) {
    const isPlainItem = Array.isArray(value) && (typeof inner !== 'object' || inner === null)
    yield* formFields(inner, isPlainItem ? name : within(name, key), [...around, value])
  }
}

/** A list, or an object of no class. */
function isGroup(value: object): boolean {
  const parent = Object.getPrototypeOf(value)
  return Array.isArray(value) || parent === null || Object.getPrototypeOf(parent) === null
}

function within(name: string, key: string): string {
  return name === '' ? key : `${name}[${key}]`
}
