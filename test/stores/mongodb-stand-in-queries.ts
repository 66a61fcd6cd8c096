import type { MongoDocument } from '../../src/stores/mongodb-driver.ts'

/** Of MongoDB's updates those that the store asks. */
export function updated({ $set, $inc }: MongoDocument): (document: MongoDocument) => MongoDocument {
  const [name] = Object.keys($inc ?? {})
  const counted = (document: MongoDocument) => (name ? { [name]: Number(document[name] ?? 0) + 1 } : {})
  return (document) => ({ ...document, ...($set as object), ...counted(document) })
}

/** Which of two moments or texts comes first. */
export function compare(one: unknown, other: unknown): number {
  const [first, second] = [one as Date | string, other as Date | string]
  return first < second ? -1 : Number(first > second)
}

/** Of MongoDB's queries those that the store asks. */
export function matches(document: MongoDocument, filter: MongoDocument): boolean {
  return Object.entries(filter).every(([name, wanted]) => {
    if (name === '$or') return (wanted as MongoDocument[]).some((part) => matches(document, part))
    const value = document[name]
    if (Array.isArray(value)) return value.includes(wanted)
    return typeof wanted === 'object' && wanted !== null ? isInRange(value, wanted) : value === wanted
  })
}

function isInRange(value: unknown, range: object): boolean {
  if (value === undefined) return false
  if (range instanceof Date) return compare(value, range) === 0
  const [[name, end] = []] = Object.entries(range)
  return name === '$lt' ? compare(value, end) < 0 : compare(value, end) <= 0
}
