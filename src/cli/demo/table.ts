import { type Paint, painter } from '../paint.ts'
import type { Story } from './stories.ts'

const columns = [
  { name: 'payment', width: 30 },
  { name: 'customer ended', width: 30 },
  { name: 'lookup', width: 16 },
  { name: 'verdict', width: 16 },
]

/** Whether a payment was judged as it must be. */
export const isRight = ({ verdict, expected }: Story) => verdict === expected

type Painter = ReturnType<typeof painter>

/** The lines of the table, piece by piece, as the payments come to their ends. */
export function storyTable(colors: boolean) {
  const paint = painter(colors)
  const names = columns.map(({ name }) => [name])
  return {
    head: () => [rule('┌┬┐', paint), ...lines(names, () => 'dim', paint)].join('\n'),
    row: (story: Story) => [rule('├┼┤', paint), ...storyLines(story, paint)].join('\n'),
    foot: () => rule('└┴┘', paint),
  }
}

function storyLines(story: Story, paint: Painter): string[] {
  const { title, asked, customer, lookup, verdict, expected, goods } = story
  const mark = isRight(story) ? `✓ ${verdict}` : `✗ ${verdict}, not ${expected}`
  const cells = [`${title}\n${asked}`, customer, lookup, `${mark}\ngoods ${goods ? 'handed out' : 'kept'}`]
  const wrapped = cells.map((text, index) => wrap(text, columns[index]?.width ?? 0))
  return lines(wrapped, (column, line) => paintOf(story, column, line), paint)
}

function paintOf(story: Story, column: number, line: number): Paint | undefined {
  if (line > 0) return undefined
  if (column === 3) return isRight(story) ? 'green' : 'red'
  return column === 0 ? 'bold' : undefined
}

function rule(corners: string, paint: Painter): string {
  const [left = '', middle = '', right = ''] = corners
  return paint('dim', left + columns.map(({ width }) => '─'.repeat(width + 2)).join(middle) + right)
}

function lines(
  cells: string[][],
  paintOfCell: (column: number, line: number) => Paint | undefined,
  paint: Painter,
): string[] {
  const bar = paint('dim', '│')
  const height = Math.max(...cells.map((cell) => cell.length))
  return Array.from({ length: height }, (_, line) => {
    const row = columns.map(({ width }, column) => {
      const text = (cells[column]?.[line] ?? '').padEnd(width)
      const style = paintOfCell(column, line)
      return ` ${style ? paint(style, text) : text} `
    })
    return bar + row.join(bar) + bar
  })
}

/** The text in lines that fit, broken between words. */
function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => paragraph.match(new RegExp(`.{1,${width}}(?:\\s|$)`, 'g')) ?? [''])
}
