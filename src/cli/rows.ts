/** Names and values in two columns; a row without a value is left out. */
export function rows(pairs: [name: string, value: string | undefined][], indent = '  '): string {
  const shown = pairs.filter(([, value]) => value !== undefined)
  const width = Math.max(0, ...shown.map(([name]) => name.length))
  return shown.map(([name, value]) => `${indent}${name.padEnd(width)}  ${value}`).join('\n')
}
