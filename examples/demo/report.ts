import { styleText } from 'node:util'

/** One payment as it went, for people. */
export interface Story {
  title: string
  asked: string
  customer: string
  lookup: string
  verdict: string
  expected: string
  goods: boolean
}

type Style = 'bold' | 'dim' | 'green' | 'red'

const useColour = process.stdout.isTTY === true && !process.env.NO_COLOR
const paint = (style: Style, text: string) => (useColour ? styleText(style, text) : text)

const columns = [
  { name: 'payment', width: 30 },
  { name: 'customer ended', width: 30 },
  { name: 'lookup', width: 16 },
  { name: 'verdict', width: 16 },
]

const isRight = ({ verdict, expected }: Story) => verdict === expected

/** Prints the head of the table. */
export function printHead(): void {
  printRule('┌', '┬', '┐')
  printLines(
    columns.map(({ name }) => [name]),
    () => 'dim',
  )
}

/** Prints one payment as a row of the table, as soon as it is over. */
export function printStory(story: Story): void {
  const { title, asked, customer, lookup, verdict, expected, goods } = story
  const mark = isRight(story) ? `✓ ${verdict}` : `✗ ${verdict}, not ${expected}`
  const cells = [`${title}\n${asked}`, customer, lookup, `${mark}\ngoods ${goods ? 'handed out' : 'kept'}`]
  printRule('├', '┼', '┤')
  printLines(
    cells.map((text, index) => wrap(text, columns[index]?.width ?? 0)),
    (column, line) => {
      if (column === 3 && line === 0) return isRight(story) ? 'green' : 'red'
      return column === 0 && line === 0 ? 'bold' : undefined
    },
  )
}

/** Prints the last lines: how it went, and what to run next. True where every verdict was the expected one. */
export function printSummary(stories: Story[], ms: number): boolean {
  printRule('└', '┴', '┘')
  const right = stories.filter(isRight).length
  const all = right === stories.length
  const line = `${right} of ${stories.length} verdicts as expected, in ${(ms / 1000).toFixed(1)} s, over real HTTP.`
  console.log(`${paint(all ? 'green' : 'red', line)}\n\nPay one yourself: ${paint('bold', 'npm run simulate')}`)
  return all
}

function printRule(left: string, middle: string, right: string): void {
  console.log(paint('dim', left + columns.map(({ width }) => '─'.repeat(width + 2)).join(middle) + right))
}

function printLines(cells: string[][], styleOf: (column: number, line: number) => Style | undefined): void {
  const bar = paint('dim', '│')
  const height = Math.max(...cells.map((lines) => lines.length))
  for (let line = 0; line < height; line += 1) {
    const row = columns.map(({ width }, column) => {
      const text = (cells[column]?.[line] ?? '').padEnd(width)
      const style = styleOf(column, line)
      return ` ${style ? paint(style, text) : text} `
    })
    console.log(bar + row.join(bar) + bar)
  }
}

/** The text in lines that fit, broken between words. */
function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => paragraph.match(new RegExp(`.{1,${width}}(?:\\s|$)`, 'g')) ?? [''])
}
