import { type Paint, painter } from '../paint.ts'
import { rows } from '../rows.ts'
import type { Terminal } from '../terminal.ts'
import { wrap } from '../wrap.ts'
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

/** All the columns, their bars, and a blank at each side. */
const tableWidth = columns.reduce((sum, { width }) => sum + width + 3, 1)

/** The payments piece by piece, as they come to their ends: a table, or one below the other where it has no room. */
export function storyTable({ colors, columns: room = tableWidth }: Pick<Terminal, 'colors' | 'columns'>) {
  const paint = painter(colors)
  if (room < tableWidth) return { head: () => '', row: (story: Story) => storyList(story, paint), foot: () => '' }
  const names = columns.map(({ name }) => [name])
  return {
    head: () => [rule('┌┬┐', paint), ...lines(names, () => 'dim', paint)].join('\n'),
    row: (story: Story) => [rule('├┼┤', paint), ...storyLines(story, paint)].join('\n'),
    foot: () => rule('└┴┘', paint),
  }
}

function storyList(story: Story, paint: Painter): string {
  const { title, asked, customer, lookup, verdict, expected, goods } = story
  const [mark, seen] = isRight(story) ? ['✓', verdict] : ['✗', `${verdict}, not ${expected}`]
  const facts = rows([
    ['customer ended', customer],
    ['lookup', lookup],
    ['verdict', `${seen}, goods ${goods ? 'handed out' : 'kept'}`],
  ])
  return `${paint(isRight(story) ? 'green' : 'red', mark)} ${paint('bold', title)}\n  ${asked}\n${facts}`
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
