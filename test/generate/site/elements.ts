import { JSX } from 'typedoc'

/** TypeDoc's partials give arrays in arrays, and false for what is absent. */
export function isElement(part: JSX.Children): part is JSX.Element {
  return typeof part === 'object' && part !== null && !Array.isArray(part)
}

/** The elements that stand in one directly; a fragment is none. */
export function elementsIn(part: JSX.Children): JSX.Element[] {
  if (Array.isArray(part)) return part.flatMap(elementsIn)
  if (!isElement(part)) return []
  return part.tag === JSX.Fragment ? part.children.flatMap(elementsIn) : [part]
}

/** Markup with every element in it changed, from the inside out. */
export function changed(part: JSX.Children, change: (element: JSX.Element) => JSX.Children): JSX.Children {
  if (Array.isArray(part)) return part.map((one) => changed(one, change))
  if (!isElement(part)) return part
  return change({ ...part, children: part.children.map((one) => changed(one, change)) })
}
