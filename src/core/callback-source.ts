import { type QueryPair, readQuery } from './callback-query.ts'
import { isRecord } from './is-record.ts'

/** Characters of a text that are read. Servers take addresses of 8 to 16 thousand; Khalti's are under one thousand. */
const longestText = 65_536

/** Parameters of a parsed query, and values of one of them, that are read. */
const mostParameters = 1_000

/** The parameters of whatever `parseCallback` was given; none where it cannot be read. */
export function pairsOf(source: unknown): QueryPair[] {
  try {
    return readSource(source)
  } catch {
    // A getter, a proxy or an iterator that throws.
    return []
  }
}

function readSource(source: unknown): QueryPair[] {
  if (typeof source === 'string') return readText(source)
  if (!isRecord(source)) return []
  if (isSearchParams(source)) return readText(`?${source}`)
  const { href, protocol, url, headers } = source as Record<'href' | 'protocol' | 'url' | 'headers', unknown>
  if (typeof href === 'string' && typeof protocol === 'string') return readText(href)
  if (typeof url === 'string' && typeof headers === 'object') return readText(url)
  return readRecord(source)
}

/** By what it can do, not by `instanceof`: jsdom and other realms have classes of their own. */
function isSearchParams(source: object): boolean {
  return 'getAll' in source && typeof source.getAll === 'function' && Symbol.iterator in source
}

function readText(text: string): QueryPair[] {
  const [address, hash] = splitAtHash(text.slice(0, longestText))
  const pairs = [...new URLSearchParams(queryOf(address))]
  if (hash === undefined || readQuery(pairs).has('pidx')) return pairs
  // What stands beside the pidx belongs to it, so it comes first.
  return [...new URLSearchParams(queryOf(hash)), ...pairs]
}

/** Before the first `#`, and what is behind it where that has a query: the route of a hash router. */
function splitAtHash(text: string): [address: string, hash: string | undefined] {
  const mark = text.indexOf('#')
  if (mark === -1) return [text, undefined]
  const hash = text.slice(mark + 1)
  return [text.slice(0, mark), hash.includes('?') ? hash : undefined]
}

/** The query of an address, or the text itself where it is a query without its `?`. */
function queryOf(text: string): string {
  const mark = text.indexOf('?')
  const before = mark === -1 ? text : text.slice(0, mark)
  const isQuery = before.includes('=') && !/^([a-z][a-z\d+.-]*:\/)?\//i.test(before)
  if (isQuery) return text
  return mark === -1 ? '' : text.slice(mark + 1)
}

function readRecord(record: object): QueryPair[] {
  return Object.keys(record)
    .slice(0, mostParameters)
    .flatMap((name) => readField(record, name))
}

/** The values of one field; none where its getter throws, so that the others are still read. */
function readField(record: object, name: string): QueryPair[] {
  try {
    const value: unknown = (record as Record<string, unknown>)[name]
    const values: unknown[] = Array.isArray(value) ? value.slice(0, mostParameters) : [value]
    return values.filter(isScalar).map((item): QueryPair => [name, String(item).slice(0, longestText)])
  } catch {
    return []
  }
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
