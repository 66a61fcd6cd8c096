import { KhaltiConfigError } from '../core/errors.ts'
import { show } from '../core/show.ts'
import type { CheckoutOptions } from './checkout-options.ts'

type Name = 'readOrder' | 'fulfil' | 'landing'

/** What is wrong with the functions of `createCheckout`. In plain JavaScript nothing else says so before a customer has paid. */
export function callbackFaults(options: CheckoutOptions): string[] {
  const { orderOf, onError, on } = options
  const given = {
    orderOf,
    onError,
    ...Object.fromEntries(Object.entries(on ?? {}).map(([name, told]) => [`on.${name}`, told])),
  }
  return [
    ...(['readOrder', 'fulfil', 'landing'] as const).flatMap((name) => missing(options, name) ?? []),
    ...Object.entries(given).flatMap(([name, value]) =>
      value === undefined || value === null || typeof value === 'function'
        ? []
        : `\`${name}\` is ${show(value)}. It is a function.`,
    ),
  ]
}

/** Before a customer pays for what nobody would hand out. @throws KhaltiConfigError that names the function. */
export function requireCallback(options: CheckoutOptions, name: Name): void {
  const fault = missing(options, name)
  if (fault !== undefined) throw new KhaltiConfigError(fault)
}

function missing(options: CheckoutOptions, name: Name): string | undefined {
  if (typeof options[name] === 'function') return undefined
  const spelt = name === 'fulfil' && 'fulfill' in options ? ' It has `fulfill`, which is spelt `fulfil` here.' : ''
  return `createCheckout has no \`${name}\`. Give it a function.${spelt}`
}
