/** One line of a Mermaid sequence diagram. */
interface Message {
  from: number
  to: number
  dashed: boolean
  text: string
}

interface Diagram {
  participants: string[]
  messages: Message[]
}

const column = 290
const margin = 130
const row = 46
const top = 70

/**
 * Draws a Mermaid sequence diagram as SVG, in the colours of the page around it. It knows `actor`, `participant`,
 * `autonumber`, `->>` and `-->>`; anything else is refused, so that no diagram is drawn wrongly. Beside the drawing stands the same as a list, for
 * windows that are too narrow for it.
 */
export function sequenceDiagram(source: string): string {
  const { participants, messages } = parse(source)
  const width = margin * 2 + column * (participants.length - 1)
  const height = top + row * messages.length + 20
  const lines = participants.map((_, index) => lifeline(index, height))
  const heads = participants.map((name, index) => head(name, index))
  const arrows = messages.map((message, index) => arrow(message, index))
  const title = `Steps: ${messages.map(({ text }, index) => `${index + 1}. ${text}`).join('; ')}`
  return [
    `<div class="diagram-frame"><svg class="diagram" viewBox="0 0 ${width} ${height}" role="img" xmlns="http://www.w3.org/2000/svg">`,
    `<title>${escapeHtml(title)}</title>`,
    '<defs><marker id="arrow-head" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto"><path d="M0 0L9 4L0 8z"/></marker></defs>',
    ...lines,
    ...heads,
    ...arrows,
    '</svg>',
    // Where the drawing has no room.
    `<ol class="diagram-steps">${messages.map((message) => step(message, participants)).join('')}</ol></div>`,
  ].join('')
}

function parse(source: string): Diagram {
  const names: string[] = []
  const participants: string[] = []
  const messages: Message[] = []
  const [kind, ...lines] = source.split('\n').flatMap((line) => line.trim() || [])
  if (kind !== 'sequenceDiagram') throw new Error(`The site draws sequence diagrams only, not "${kind}".`)
  for (const line of lines) {
    const participant = /^(?:actor|participant) (\w+)(?: as (.+))?$/.exec(line)
    const message = /^(\w+)(--?>>)(\w+): (.+)$/.exec(line)
    if (participant?.[1] !== undefined) {
      names.push(participant[1])
      participants.push(participant[2] ?? participant[1])
    } else if (message !== null) {
      const [, from = '', line = '', to = '', text = ''] = message
      messages.push({ from: names.indexOf(from), to: names.indexOf(to), dashed: line === '-->>', text })
    } else if (line !== 'autonumber') throw new Error(`The site cannot draw "${line}" of a sequence diagram.`)
  }
  return { participants, messages }
}

const x = (index: number) => margin + column * index

function lifeline(index: number, height: number): string {
  return `<line class="lifeline" x1="${x(index)}" y1="40" x2="${x(index)}" y2="${height - 8}"/>`
}

function head(name: string, index: number): string {
  const box = `<rect x="${x(index) - 80}" y="6" width="160" height="34" rx="6"/>`
  return `${box}<text class="name" x="${x(index)}" y="28" text-anchor="middle">${escapeHtml(name)}</text>`
}

function arrow({ from, to, dashed, text }: Message, index: number): string {
  const y = top + row * index + 18
  const label = `${index + 1}. ${text}`
  const style = dashed ? ' class="arrow dashed"' : ' class="arrow"'
  if (from === to) {
    const path = `<path${style} d="M${x(from)} ${y - 12}h26v16h-22" marker-end="url(#arrow-head)"/>`
    return `${path}<text x="${x(from) + 34}" y="${y}">${escapeHtml(label)}</text>`
  }
  const end = x(to) + (to > from ? -2 : 2)
  const line = `<line${style} x1="${x(from)}" y1="${y}" x2="${end}" y2="${y}" marker-end="url(#arrow-head)"/>`
  const middle = (x(from) + x(to)) / 2
  return `${line}<text x="${middle}" y="${y - 7}" text-anchor="middle">${escapeHtml(label)}</text>`
}

function step({ from, to, text }: Message, participants: string[]): string {
  const who = from === to ? [participants[from]] : [participants[from], participants[to]]
  return `<li><strong>${escapeHtml(who.join(' → '))}</strong> ${escapeHtml(text)}</li>`
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
