import type { MongoDocument } from '../../src/stores/mongodb-driver.ts'

/** A question to a collection, as the driver takes it. */
export interface Question {
  filter: MongoDocument
  sort?: Record<string, number>
}

/** What MongoDB has against these indexes beside those that are made: a sentence, and its code. */
export function problemOf(made: MongoDocument[], asked: MongoDocument[]): [string, number] | undefined {
  const problems = asked.map((index) => mistakeIn(index) ?? conflictOf(made, index))
  return problems.find((problem) => problem !== undefined)
}

function mistakeIn({ name, key, partialFilterExpression }: MongoDocument): [string, number] | undefined {
  if (Object.keys(key ?? {}).length === 0) return ['Index keys cannot be empty.', 67]
  if (!name) return ['index name cannot be empty', 67]
  const isAbsence = JSON.stringify(partialFilterExpression ?? {}).includes('"$exists":false')
  return isAbsence ? ['Expression not supported in partial index', 67] : undefined
}

function conflictOf(made: MongoDocument[], { name, ...index }: MongoDocument): [string, number] | undefined {
  if (made.some((other) => isSame(other, { name, ...index }))) return undefined
  if (made.some((other) => other.name === name))
    return ['An existing index has the same name as the requested index.', 86]
  const twin = made.find(({ name: _, ...other }) => isSame(other, index))
  return twin && [`Index already exists with a different name: ${twin.name}`, 85]
}

/** What a document has in an index on `keys`. An empty list is there as one entry, as it is in any index of MongoDB. */
export function entriesOf({ keys }: MongoDocument): string[] {
  if (!Array.isArray(keys)) return []
  return keys.length > 0 ? keys.map((key) => JSON.stringify(key)) : ['undefined']
}

/** Whether the unique index on `keys` is made. */
export const isUniqueOnKeys = ({ key, unique }: MongoDocument): boolean => unique === true && isSame(key, { keys: 1 })

/** Whether a document is in an index: one that its partial filter does not match is left out. */
export function isIn({ partialFilterExpression = {} }: MongoDocument, document: MongoDocument): boolean {
  return Object.entries(partialFilterExpression as MongoDocument).every(([name, wanted]) =>
    isSame(wanted, { $exists: true }) ? name in document : document[name] === wanted,
  )
}

/**
 * Whether MongoDB answers a question by this index alone, without a look at other documents and without sorting: the fields
 * that are to be equal come first in it, then those of the sort, in that order or in the opposite one. A partial index is of
 * no use where the question could be about what it leaves out.
 */
export function answers(index: MongoDocument, { filter, sort = {} }: Question): boolean {
  if (!isIn(index, filter)) return false
  const key = Object.entries(index.key as Record<string, number>)
  const ordered = Object.entries(sort)
  const first = key.findIndex(([name]) => !isEqualTo(filter[name]))
  const rest = first < 0 ? [] : key.slice(first)
  if (ordered.length === 0) return first !== 0
  const isEach = (sign: number) =>
    ordered.every(([name, way], place) => rest[place]?.[0] === name && rest[place]?.[1] === way * sign)
  return isEach(1) || isEach(-1)
}

const isEqualTo = (wanted: unknown) => wanted !== undefined && (typeof wanted !== 'object' || wanted instanceof Date)

/** Whether two of them are written alike. */
export const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
