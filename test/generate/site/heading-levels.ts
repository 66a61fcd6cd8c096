import type { JSX } from 'typedoc'
import { elementsIn, isElement } from './elements.ts'

/** The headings that the next one may come below. */
interface Outline {
  /** How many of them are outside the element whose outline this is. */
  above: number
  /** TypeDoc's levels of those inside, each higher than the one before. The first is the title, and stays. */
  open: number[]
}

/**
 * TypeDoc gives headings the levels of a class page: title, group, member, part of a member. A function has no groups, so
 * its parts would skip two levels. Here a heading at the beginning of an element is the title of that element: what else
 * is in it comes below. By its class a heading looks as it did.
 */
export function withHeadingLevels(part: JSX.Children, outline: Outline = { above: 0, open: [1] }): JSX.Children {
  if (Array.isArray(part)) return part.map((one) => withHeadingLevels(one, outline))
  if (!isElement(part)) return part
  const level = levelOf(part)
  if (level !== undefined) return atLevel(place(level, outline), part)
  const title = titleOf(part)
  const inside = title === undefined ? outline : { above: outline.above + parents(title, outline).length, open: [] }
  return { ...part, children: part.children.map((one) => withHeadingLevels(one, inside)) }
}

function levelOf({ tag }: JSX.Element): number | undefined {
  return typeof tag === 'string' && /^h[2-6]$/.test(tag) ? Number(tag[1]) : undefined
}

/** TypeDoc's level of the heading that an element begins with; in one that can be closed, the summary has the heading. */
function titleOf({ tag, children }: JSX.Element): number | undefined {
  if (typeof tag !== 'string') return undefined
  const [first] = elementsIn(children)
  const heading = first?.tag === 'summary' ? elementsIn(first.children).find((one) => levelOf(one)) : first
  return heading && levelOf(heading)
}

const parents = (level: number, { open }: Outline) => open.filter((one) => one < level)

/** Puts a heading where it belongs, and returns its level there. */
function place(level: number, outline: Outline): number {
  outline.open = outline.open.length === 0 ? [1] : [...parents(level, outline), level]
  return Math.min(outline.above + outline.open.length, 6)
}

function atLevel(level: number, heading: JSX.Element): JSX.Element {
  if (heading.tag === `h${level}`) return heading
  const { class: own } = (heading.props ?? {}) as { class?: string }
  const looks = `looks-${heading.tag}`
  return { ...heading, tag: `h${level}`, props: { ...heading.props, class: own ? `${own} ${looks}` : looks } }
}
