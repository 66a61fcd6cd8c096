import { wrap } from './wrap.ts'

/** How wide helps are written. */
const written = 80

/** A paragraph; or a name, such as an option or a whole command, with what is said of it. */
interface Entry {
  name: string
  text: string
}

/**
 * A help text for a narrower terminal: paragraphs are filled anew, and what an option is for stands beside its name where
 * there is room, else below it. Elsewhere the text stays as it is.
 */
export function fitHelp(help: string, columns = written): string {
  if (columns >= written) return help
  // A terminal that has room for nothing breaks the lines itself.
  const width = Math.max(columns, 20)
  const places = (help.match(/^ {2}\S.*? {2,}(?=\S)/gm) ?? []).map(({ length }) => length)
  const place = Math.max(6, ...places)
  return entriesOf(help)
    .flatMap((entry) => linesOf(entry, { place: width - place < 28 ? 6 : place, width }))
    .join('\n')
}

function entriesOf(help: string): Entry[] {
  const entries: Entry[] = []
  for (const line of help.split('\n')) {
    const last = entries.at(-1)
    if (last !== undefined && goesOn(line, last)) last.text += `${last.text && ' '}${line.trim()}`
    else entries.push(beginning(line))
  }
  return entries
}

/** Names are indented, what goes on about one is indented deeper, and paragraphs are not. */
function goesOn(line: string, { name, text }: Entry): boolean {
  return line.startsWith('   ') || (/^\S/.test(line) && name === '' && text !== '')
}

function beginning(line: string): Entry {
  if (!line.startsWith('  ')) return { name: '', text: line }
  const [name = '', text = ''] = line.trim().split(/ {2,}/)
  return { name, text }
}

function linesOf({ name, text }: Entry, { place, width }: { place: number; width: number }): string[] {
  if (name === '') return wrap(text, width)
  if (text === '') return commandLines(name, width)
  const below = wrap(text, width - place).map((line) => ' '.repeat(place) + line)
  const start = `  ${name}`
  if (start.length + 2 > place) return [start, ...below]
  const [first = '', ...rest] = below
  return [start + first.slice(start.length), ...rest]
}

/** As a shell takes it. */
function commandLines(command: string, width: number): string[] {
  if (command.length + 2 <= width) return [`  ${command}`]
  return [`  ${wrap(command, width - 6).join(' \\\n    ')}`]
}
