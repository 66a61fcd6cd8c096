// How Nepal writes numbers, times and telephones. Chromium has no Nepali locale, so none of this is left to `Intl`.

/** From an ASCII digit to the Devanagari one. */
const offset = 0x936

/** ASCII digits as Devanagari ones. */
export function toDevanagari(text: string): string {
  return text.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + offset))
}

/** Devanagari digits as ASCII ones. */
export function toAscii(text: string): string {
  return text.replace(/[०-९]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - offset))
}

/** Paisa as rupees: `125000.50`. Exact for every safe integer. */
export function inRupees(paisa: number): string {
  const digits = String(Math.abs(Math.round(paisa))).padStart(3, '0')
  return (paisa < 0 ? '-' : '') + digits.replace(/(?=..$)/, '.')
}

/** Paisa as rupees, grouped in lakhs: `1,25,000.50`. */
export function inLakhs(paisa: number): string {
  return inRupees(paisa).replace(/\B(?=(\d\d)*\d{3}\.)/g, ',')
}

// Nepal is 5:45 ahead of UTC, all the year.
const aheadMs = 20_700_000

/** A moment, as a date or in milliseconds since 1970, by the clocks of Nepal: `2026-03-01 12:30`. */
export function nepalTime(moment: Date | number): string {
  return new Date(Number(moment) + aheadMs).toISOString().slice(0, 16).replace('T', ' ')
}

/**
 * A mobile number as Khalti takes it: ten ASCII digits, without the country's code, blanks, hyphens, and the signs that nobody
 * sees in a number copied from a phone's contacts.
 */
export function plainMobile(typed: string): string {
  return toAscii(typed)
    .replace(/[-\s.()\p{C}]/gu, '')
    .replace(/^(\+|00)?977(?=\d{10}$)/, '')
}
