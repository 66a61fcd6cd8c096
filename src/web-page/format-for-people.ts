/** Paisa as a person in Nepal reads it: "Rs 1,25,000.50", which no line breaks apart. */
export function formatAmount(paisa: number): string {
  const [rupees = '', decimals = ''] = (paisa / 100).toFixed(2).split('.')
  const grouped = rupees.replace(/(\d)(?=(\d\d)*\d{3}$)/g, '$1,')
  return `Rs\u00a0${grouped}.${decimals}`
}

/** Milliseconds as "29 min 40 s". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** A time in Nepal: "2025-09-02 14:05". */
export function formatTime(time: Date): string {
  const nepalOffsetMinutes = 5 * 60 + 45
  const local = new Date(time.getTime() + nepalOffsetMinutes * 60_000)
  return local.toISOString().slice(0, 16).replace('T', ' ')
}

/** Rupees as somebody types them, such as `1,250.50`, `Rs 99` or `१,२५०`, as paisa above 0; undefined for all else. */
export function parseRupees(typed: string): number | undefined {
  const rupees = inAscii(typed).replace(/^\s*(rs\.?|रु\.?)|\s/gi, '')
  // A comma groups; where it stands as a decimal comma would, nobody guesses.
  if (!/^(\d{1,9}|\d{1,3}(,\d{2,3})*,\d{3})(\.\d{1,2})?$/.test(rupees)) return undefined
  const paisa = Math.round(Number(rupees.replaceAll(',', '')) * 100)
  return paisa > 0 ? paisa : undefined
}

/** Digits as Nepali writes them. */
export function inDevanagari(text: string): string {
  return text.replace(/\d/g, (digit) => '०१२३४५६७८९'.charAt(Number(digit)))
}

/** Digits as ASCII writes them. */
function inAscii(text: string): string {
  return text.replace(/[०-९]/g, (digit) => String(digit.charCodeAt(0) - 0x966))
}

/** A mobile number as Khalti takes it: ASCII digits, without the country's code, blanks and hyphens. */
export function plainMobile(typed: string): string {
  return inAscii(typed)
    .replace(/[\s().-]/g, '')
    .replace(/^(\+|00)?977(?=\d{10}$)/, '')
}
