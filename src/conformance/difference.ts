/** Where two values differ; `path` is empty where they do as a whole. */
export interface Difference {
  path: string
  actual: unknown
  expected: unknown
}

/** Stands for a field that an object does not have. */
const absent = Symbol('absent')

/** The first place where two values differ, or undefined. The order of an object's fields does not matter. */
export function firstDifference(actual: unknown, expected: unknown, path = ''): Difference | undefined {
  if (!isTree(actual) || !isTree(expected) || Array.isArray(actual) !== Array.isArray(expected)) {
    return isSame(actual, expected) ? undefined : { path, actual, expected }
  }
  for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const place = path + step(name, Array.isArray(expected), path === '')
    const difference = firstDifference(field(actual, name), field(expected, name), place)
    if (difference) return difference
  }
  return undefined
}

/** Under jest a test file has a Date of its own, so `instanceof` does not know those that Node.js has made. */
export const isAnyDate = (value: unknown): value is Date => Object.prototype.toString.call(value) === '[object Date]'

type Tree = Record<string, unknown>

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !isAnyDate(value)

const field = (value: Tree, name: string) => (Object.hasOwn(value, name) ? value[name] : absent)

function isSame(actual: unknown, expected: unknown): boolean {
  if (isAnyDate(actual) && isAnyDate(expected)) return isSame(actual.getTime(), expected.getTime())
  return actual === expected || Object.is(actual, expected)
}

function step(name: string, isPlace: boolean, isFirst: boolean): string {
  if (isPlace) return `[${name}]`
  if (!/^[A-Za-z_]\w*$/.test(name)) return `[${JSON.stringify(name)}]`
  return isFirst ? name : `.${name}`
}

const shownLength = 400

/** A value as a message says it. */
export function shown(value: unknown): string {
  const text = textOf(value)
  return text.length > shownLength ? `${text.slice(0, shownLength)}… (${text.length} characters)` : text
}

function textOf(value: unknown): string {
  if (value === absent) return 'absent'
  if (typeof value === 'bigint') return `${value}n`
  if (isAnyDate(value)) return Number.isNaN(value.getTime()) ? 'an invalid Date' : `a Date, ${value.toISOString()}`
  // JSON knows no such numbers.
  const inner = (_: string, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one)
  return JSON.stringify(value, inner) ?? String(value)
}
