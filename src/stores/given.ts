/** What a door says that takes a database. */
export interface Door {
  /** Its name. */
  name: string
  /** What it takes, and where the rest goes. */
  takes: string
}

/** @throws TypeError where what a door was given does not have these methods: what it was, and what to give. */
export function requireMethods(given: unknown, methods: readonly string[], door: Door): void {
  if (isObject(given) && methods.every((name) => typeof given[name] === 'function')) return
  throw new TypeError(`${door.name} was given ${describeGiven(given, methods)}. It takes ${door.takes}`)
}

/** @throws TypeError where an option is there and is no function. */
export function requireFunction(given: unknown, option: string, purpose: string): void {
  if (given === undefined || typeof given === 'function') return
  throw new TypeError(`\`${option}\` must be a function ${purpose}, and is ${kindOf(given)}.`)
}

/** Whether it has a method of this name. */
export const has = (given: unknown, method: string): boolean => isObject(given) && typeof given[method] === 'function'

function describeGiven(given: unknown, methods: readonly string[]): string {
  if (!isObject(given)) return kindOf(given)
  if (has(given, 'then')) return 'a promise: await it first'
  const missing = methods.filter((name) => !has(given, name)).map((name) => `\`${name}\``)
  return `${kindOf(given)} without ${missing.join(', ')}`
}

function kindOf(given: unknown): string {
  if (given === undefined || given === null) return String(given)
  const type = typeof given
  return type === 'object' ? 'an object' : `a ${type}`
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'
