/** The words that an error uses about a store function: its name, and what to pass to it. */
export interface Door {
  /** Its name. */
  name: string
  /** What it takes, and where the rest goes. */
  takes: string
}

/** @throws TypeError where what a door was given does not have these methods: what it was, and what to give. */
export function requireMethods(given: unknown, methods: readonly string[], door: Door): void {
  if (methods.every((name) => has(given, name))) return
  throw new TypeError(`${door.name} was given ${describeGiven(given, methods)}. It takes ${door.takes}`)
}

/** @throws TypeError where an option is there and is no function. */
export function requireFunction(given: unknown, option: string, purpose: string): void {
  if (given === undefined || typeof given === 'function') return
  throw new TypeError(`\`${option}\` must be a function ${purpose}, and is ${kindOf(given)}.`)
}

/**
 * The options that a door was given; `null` is none.
 *
 * @param known - Every option there is, so that the compiler says where one is missing.
 * @throws TypeError where they are no object, or one of them is none of these: what it was to do would not be done.
 */
export function readOptions<Options extends object>(
  given: Options | null | undefined,
  door: string,
  known: Record<keyof Options, true>,
): Partial<Options> {
  if (given === undefined || given === null) return {}
  if (typeof given !== 'object') {
    const example = "Give it an object, such as { prefix: 'shop_' }."
    throw new TypeError(`The options of ${door} were ${kindOf(given)}. ${example}`)
  }
  const unknown = Object.entries(given).find(([name, value]) => value !== undefined && !Object.hasOwn(known, name))
  if (unknown === undefined) return given
  throw new TypeError(`\`${unknown[0]}\` is no option of ${door}. It knows ${listed(Object.keys(known))}.`)
}

function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``)
  const last = quoted.pop() ?? ''
  return quoted.length > 0 ? `${quoted.join(', ')} and ${last}` : last
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

/** Whether it can have methods: a function can, too. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'
