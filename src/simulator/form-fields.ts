type Row = Record<string, unknown>
type Entry = readonly [name: string, value: unknown]

/** Fields of initiate that are objects, written `customer_info.name`. */
const objectNames = new Set(['customer_info'])
/** Fields that are lists of texts, written `modes` over and over, or `modes[0]`. */
const listNames = new Set(['modes'])
/** Fields that are lists of objects, written `amount_breakdown[0]label`, or as PHP does `amount_breakdown[0][label]`. */
const rowNames = new Set(['amount_breakdown', 'product_details'])
/** Texts that are as good as left out where a form has them blank. */
const optionalNames = new Set(['bank', 'ttl', 'email', 'phone', 'mobile'])

/**
 * Makes of a flat form what JSON would have said, as the HTML forms of Django REST Framework do. Of a name that comes twice
 * the last value counts, and a name that nobody knows stays as it is.
 */
export function formFields(entries: readonly Entry[]): Row {
  const parts = entries.map(([name, value]) => ({ ...partsOf(name), name, value }))
  const known = new Set(parts.map(({ parent }) => parent).filter((name) => isNested(name)))
  const plain = parts.filter(({ parent }) => !isNested(parent))
  return Object.fromEntries([
    ...withoutBlanks(plain.map(({ name, value }): Entry => [name, value])),
    ...[...known].flatMap((parent) => {
      const value = nested(
        parent,
        parts.filter((part) => part.parent === parent),
      )
      return value === undefined ? [] : [[parent, value]]
    }),
  ])
}

interface Part {
  parent: string
  index?: number
  child: string
  value: unknown
}

const isNested = (name: string) => objectNames.has(name) || listNames.has(name) || rowNames.has(name)

/** "customer_info.name", "modes[0]", "amount_breakdown[0]label" and "amount_breakdown[0][label]" taken apart. */
function partsOf(name: string): Omit<Part, 'value'> {
  const dotted = /^(\w+)\.(.+)$/s.exec(name)
  if (dotted) return { parent: dotted[1] ?? '', child: dotted[2] ?? '' }
  const row = /^(\w+)\[(\d{1,9})\](?:\[(\w+)\]|(.*))$/s.exec(name)
  if (row) return { parent: row[1] ?? '', index: Number(row[2]), child: row[3] ?? row[4] ?? '' }
  return { parent: name, child: '' }
}

/** What these parts make together; undefined where they are none of it, such as one text where rows belong. */
function nested(parent: string, parts: Part[]): Row | unknown[] | undefined {
  if (listNames.has(parent)) {
    const items = parts.filter(({ child }) => child === '')
    return items.sort((a, b) => (a.index ?? 0) - (b.index ?? 0)).map(({ value }) => value)
  }
  const fields = parts.filter(({ child, index }) => child !== '' && (index !== undefined) === rowNames.has(parent))
  if (fields.length === 0) return undefined
  return rowNames.has(parent) ? rowsOf(fields) : objectOf(fields)
}

function rowsOf(parts: Part[]): Row[] {
  const byNumber = new Map<number, Part[]>()
  for (const part of parts) {
    const row = byNumber.get(part.index ?? 0) ?? []
    row.push(part)
    byNumber.set(part.index ?? 0, row)
  }
  return [...byNumber].sort(([a], [b]) => a - b).map(([, row]) => objectOf(row))
}

const objectOf = (parts: Part[]): Row =>
  Object.fromEntries(withoutBlanks(parts.map(({ child, value }) => [child, value])))

function withoutBlanks(entries: Entry[]): Entry[] {
  return entries.filter(([name, value]) => value !== '' || !optionalNames.has(name))
}
