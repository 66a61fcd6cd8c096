// Controls drive a terminal; separators and marks of direction make a line look like another.
const controls = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

const escapeOf = (control: string) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Words of others as one line that only stands there: what drives a terminal is written as JSON writes it. */
export function visible(text: string): string {
  return text.replace(controls, escapeOf)
}

const breaks = /(\r?\n|\t)/
const breaksAndColors = new RegExp(['(\\r?\\n|\\t|', '\\[\\d{1,2}m)'].join('\u001b'))

/** {@link visible} for more than a line: what breaks lines stays, and so do our own colours, where there are some. */
export function visibleLines(text: string, colors: boolean): string {
  const parts = text.split(colors ? breaksAndColors : breaks)
  // Every second part is what the text was split by.
  return parts.map((part, index) => (index % 2 === 1 ? part : visible(part))).join('')
}

/** {@link visible} for a list that is read by programs, too: all that no such list needs. */
export function visibleCsv(text: string): string {
  return text.replace(/[^\P{Cc}\r\n\t]/gu, escapeOf)
}
