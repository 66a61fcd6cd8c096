import { inLakhs, toAscii } from '../nepal/writing.ts'

/** Paisa as a person in Nepal reads it: "Rs 1,25,000.50", which no line breaks apart. */
export function formatAmount(paisa: number): string {
  return `Rs\u00a0${inLakhs(paisa)}`
}

/** Milliseconds as "29 min 40 s". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** Rupees as somebody types them, such as `1,250.50`, `Rs 99`, `500/-` or `१,२५०`, as paisa above 0; undefined for all else. */
export function parseRupees(typed: string): number | undefined {
  const rupees = toAscii(typed).replace(/^\s*(rs|npr|रु|रू)\.?|\/[-=]\s*$|\s/gi, '')
  // A comma groups; where it stands as a decimal comma would, nobody guesses.
  if (!/^(\d{1,9}|\d{1,3}(,\d{2,3})*,\d{3})(\.\d{1,2})?$/.test(rupees)) return undefined
  const paisa = Math.round(Number(rupees.replaceAll(',', '')) * 100)
  return paisa > 0 ? paisa : undefined
}
