/** The text in lines of at most `width` letters, broken between words; a longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap(linesOf(width))
}

const linesOf = (width: number) => (paragraph: string) => {
  const found: string[] = []
  for (const word of paragraph.split(' ')) {
    const last = found.at(-1)
    if (last !== undefined && `${last} ${word}`.length <= width) found[found.length - 1] = `${last} ${word}`
    else found.push(word)
  }
  return found
}
