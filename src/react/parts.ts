import type { CSSProperties } from 'react'

/** Classes of the shop's, by part. */
export type PartClassNames<Part extends string> = { [part in Part]?: string | undefined }

/** What every part gets: our class and the shop's, and an edge. */
export interface PartAttributes {
  className: string
  style?: CSSProperties | undefined
}

/** The edge of fields and buttons, by variables of the sheet. */
export const edge: CSSProperties = { border: 'var(--khalti-edge, 1px solid)', padding: 'var(--khalti-pad, 0.5em)' }

/**
 * Gives each part its class. And a style, for pages that took the browser's own looks away (Tailwind's reset) and have not
 * loaded our sheet; not where the shop has classes of its own for the part.
 */
export function partsOf<Part extends string>(classNames: PartClassNames<Part> = {}) {
  return (part: Part, style?: CSSProperties): PartAttributes => {
    const own = classNames[part]
    return { className: `khalti-${part}${own ? ` ${own}` : ''}`, ...(style && !own && { style }) }
  }
}

/** Ours, and in their place what the shop gives. What it leaves undefined stays ours. */
export function withOwn<Set extends object>(ours: Set, own: { [name in keyof Set]?: Set[name] | undefined } = {}): Set {
  const all = { ...ours }
  for (const name in own) if (own[name] !== undefined) all[name] = own[name] as Set[typeof name]
  return all
}
