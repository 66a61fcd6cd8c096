import { inLakhs, nepalTime, toDevanagari } from '../nepal/writing.ts'
import type { KhaltiLocale } from './khalti-locale.ts'

/** Paisa as rupees, grouped in lakhs: `Rs 1,25,000.50`, `रु १,२५,०००.५०`. */
export function amountText(paisa: number, locale: KhaltiLocale): string {
  return locale === 'ne' ? `रु ${toDevanagari(inLakhs(paisa))}` : `Rs ${inLakhs(paisa)}`
}

/** A moment by the clocks of Nepal: `2026-03-01 12:30`. */
export function timeText(ms: number, locale: KhaltiLocale): string {
  return locale === 'ne' ? toDevanagari(nepalTime(ms)) : nepalTime(ms)
}
