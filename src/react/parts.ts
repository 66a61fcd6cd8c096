import type { CSSProperties } from 'react'

/** Classes of the shop's, by part. */
export type PartClassNames<Part extends string> = { [part in Part]?: string | undefined }

/** What every part gets: our class and the shop's, and an edge. */
export interface PartAttributes {
  className: string
  style?: CSSProperties | undefined
}

/**
 * Gives each part its class. An edge, too, for fields and buttons on pages that took the browser's away (Tailwind's reset)
 * and have not loaded our sheet, which sets these two; not where the shop has classes of its own for the part.
 */
export function partsOf<Part extends string>(classNames: PartClassNames<Part> = {}) {
  return (part: Part, edge?: boolean): PartAttributes => {
    const own = classNames[part]
    const style = { border: 'var(--khalti-edge, 1px solid)', padding: 'var(--khalti-pad, 0.5em)' }
    return { className: `khalti-${part}${own ? ` ${own}` : ''}`, ...(edge && !own && { style }) }
  }
}
