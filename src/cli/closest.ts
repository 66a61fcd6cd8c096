/** The known name that is closest to an unknown one, where one is close enough. */
export function closest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((other) => ({ other, edits: isStart(name, other) ? 1 : editsBetween(plain(name), plain(other)) }))
    .sort((one, next) => one.edits - next.edits)
  const [first] = ranked
  return first && first.edits <= Math.max(1, Math.floor(name.length / 3)) ? first.other : undefined
}

/** Capitals, dashes and underscores are what people mix up most. */
const plain = (name: string) => name.toLowerCase().replace(/[-_]/g, '')

const isStart = (name: string, other: string) => name.length > 2 && plain(other).startsWith(plain(name))

/** How many letters are to be put in, taken out, changed, or swapped with their neighbour. */
function editsBetween(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, index) => index)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let row = 1; row <= one.length; row += 1) {
    rows.push([row])
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1]
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      const swapped = isSwapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY
      const changed = at(row - 1, column - 1) + (isSame ? 0 : 1)
      rows[row]?.push(Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, changed, swapped))
    }
  }
  return at(one.length, other.length)
}
