import type { KhaltiLocale } from './khalti-locale.ts'
import { toNepaliDigits } from './nepali-digits.ts'

// Nepal is 5:45 ahead of UTC, all the year.
const nepalAheadMs = 20_700_000

/** Paisa as rupees, grouped in lakhs: `Rs 1,25,000.50`, `रु १,२५,०००.५०`. */
export function amountText(paisa: number, locale: KhaltiLocale): string {
  const [whole = '', decimals] = (paisa / 100).toFixed(2).split('.')
  const grouped = `${whole.replace(/\B(?=(\d{2})*\d{3}$)/g, ',')}.${decimals}`
  return locale === 'ne' ? `रु ${toNepaliDigits(grouped)}` : `Rs ${grouped}`
}

/** A moment by the clocks of Nepal: `2026-03-01 12:30`. */
export function timeText(ms: number, locale: KhaltiLocale): string {
  const text = new Date(ms + nepalAheadMs).toISOString().slice(0, 16).replace('T', ' ')
  return locale === 'ne' ? toNepaliDigits(text) : text
}
