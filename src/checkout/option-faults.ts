import { KhaltiConfigError } from '../core/errors.ts'
import { show } from '../core/show.ts'
import type { CheckoutOptions, PaymentCallbacks } from './checkout-options.ts'

/** Every option: a function that is needed, a function that may be left out, or a value. */
const options = {
  client: 'value',
  payments: 'value',
  siteUrl: 'value',
  frontendUrl: 'value',
  origins: 'value',
  apps: 'value',
  basePath: 'value',
  readOrder: 'needed',
  orderOf: 'function',
  fulfil: 'needed',
  on: 'value',
  landing: 'needed',
  onError: 'function',
  cronSecret: 'value',
  admin: 'value',
} as const satisfies Record<keyof CheckoutOptions, 'needed' | 'function' | 'value'>

/** Every callback of `on`. */
const told: Record<keyof PaymentCallbacks, true> = {
  refunded: true,
  unpaid: true,
  hold: true,
  paidTwice: true,
  refundUnclear: true,
}

/** Faults in the names and functions of the options. In plain JavaScript they would show only once a customer has paid. */
export function optionFaults(given: CheckoutOptions): string[] {
  const names = Object.keys(options) as (keyof CheckoutOptions)[]
  return [
    ...names.flatMap((name) => callbackFault(given, name) ?? []),
    ...onFaults(given.on),
    ...nameFaults(given, options, { owner: 'createCheckout' }),
  ]
}

/** Checks a function before a customer can pay. @throws KhaltiConfigError that names the function. */
export function requireCallback(given: CheckoutOptions, name: keyof CheckoutOptions): void {
  const fault = callbackFault(given, name)
  if (fault === undefined) return
  const other = Object.keys(given).find((one) => one !== name && isAlike(one, name))
  const hint = other === undefined ? '' : ` It has \`${other}\`, which is spelt \`${name}\` here.`
  throw new KhaltiConfigError(`${fault}${hint}`)
}

function callbackFault(given: CheckoutOptions, name: keyof CheckoutOptions): string | undefined {
  const value: unknown = given[name]
  if (options[name] === 'value' || typeof value === 'function') return undefined
  if (value !== undefined && value !== null) return noFunction(name, value)
  return options[name] === 'needed' ? `createCheckout has no \`${name}\`. Give it a function.` : undefined
}

function onFaults(on: unknown): string[] {
  if (on === undefined || on === null) return []
  if (typeof on !== 'object') {
    return [`\`on\` is ${show(on)}. It is an object with the callbacks that you need: ${Object.keys(told).join(', ')}.`]
  }
  const wrong = Object.entries(on).flatMap(([name, value]) =>
    value === undefined || value === null || typeof value === 'function' ? [] : noFunction(`on.${name}`, value),
  )
  return [...wrong, ...nameFaults(on, told, { owner: 'createCheckout', prefix: 'on.' })]
}

/** Faults for unknown names, which would be ignored silently. */
export function nameFaults(given: object, known: object, of: { owner: string; prefix?: string }): string[] {
  const { owner, prefix = '' } = of
  const names = Object.keys(known)
  const shown = (name: string) => prefix + name
  return Object.entries(given).flatMap(([name, value]) => {
    if (value === undefined || names.includes(name)) return []
    const meant = names.find((one) => isAlike(one, name))
    const remedy = meant === undefined ? `There are ${names.map(shown).join(', ')}` : `It is spelt \`${shown(meant)}\``
    return `\`${shown(name)}\` is no option of ${owner}. ${remedy}.`
  })
}

export const noFunction = (name: string, value: unknown) => `\`${name}\` is ${show(value)}. It is a function.`

/** Whether two names differ only in case, in signs between words, and in doubled letters. */
export const isAlike = (one: string, other: string) => bare(one) === bare(other)

/** `fulfill`, `site_url` and `orderof` as `fulfil`, `siteUrl` and `orderOf`. */
const bare = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z]/g, '')
    .replace(/(.)\1/g, '$1')
