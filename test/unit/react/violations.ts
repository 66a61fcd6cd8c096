import axe from 'axe-core'

/** What axe-core finds in an element. Not the colours: jsdom paints nothing, so they are looked at in a real browser. */
export async function violations(element: Element): Promise<unknown[]> {
  const found = await axe.run(element, { rules: { 'color-contrast': { enabled: false } } })
  return found.violations
}
