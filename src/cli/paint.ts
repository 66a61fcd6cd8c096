const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 }

/** A colour or weight that {@link painter} knows. */
export type Paint = keyof typeof codes

/** Colours text, or leaves it as it is where the terminal has no colours. */
export function painter(colors: boolean): (paint: Paint, text: string) => string {
  return (paint, text) => (colors ? `\u001b[${codes[paint]}m${text}\u001b[0m` : text)
}
