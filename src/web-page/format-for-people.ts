/** Paisa as a person in Nepal reads it: "Rs 1,25,000.50". */
export function formatAmount(paisa: number): string {
  const [rupees = '', decimals = ''] = (paisa / 100).toFixed(2).split('.')
  const grouped = rupees.replace(/(\d)(?=(\d\d)*\d{3}$)/g, '$1,')
  return `Rs ${grouped}.${decimals}`
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
