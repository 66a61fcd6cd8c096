/** What a value must be, and the sentence of its error that says what to give. */
export type Rule = readonly [isFit: (value: unknown) => boolean, sentence: string]

/** Any value is fine. */
export const anything: Rule = [() => true, '']
/** A text, which may be empty. */
export const text: Rule = [(value) => typeof value === 'string', 'Give a text.']
/** An id or a number of a phone. */
export const filled: Rule = [(value) => typeof value === 'string' && value !== '', 'Give a text that is not empty.']
/** A number that is not below zero; `Infinity` is none. */
export const fromZero = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value >= 0

/**
 * Checked for plain JavaScript: a name with a typo would be ignored, and a test would pass for another reason than it says.
 *
 * @throws TypeError for a name without a rule, and for a value that its rule refuses; one that is undefined counts as left out.
 */
export function requireKnown(taker: string, given: object, rules: Record<string, Rule>): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
    if (!rule) throw new TypeError(`\`${name}\` is no option of ${taker}. It knows ${Object.keys(rules).join(', ')}.`)
    requireFit(name, value, rule)
  }
}

/** @throws TypeError for a value that its rule refuses: what it is, and what to give. */
export function requireFit(name: string, value: unknown, [isFit, sentence]: Rule): void {
  if (isFit(value)) return
  const shown = typeof value === 'string' ? `"${value}"` : String(value)
  throw new TypeError(`${name} is ${shown}. ${sentence}`)
}
