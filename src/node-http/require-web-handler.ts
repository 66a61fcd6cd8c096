/** @throws TypeError for what is no function: a server with it does not start. */
export function requireWebHandler(handler: unknown, taker: string): void {
  if (typeof handler === 'function') return
  throw new TypeError(`${taker} takes a web handler, such as checkout.handler. It was given ${named(handler)}.`)
}

function named(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
