import type { JSX } from 'typedoc'
import { changed } from './elements.ts'

/** The link to a part that can be closed stands in its summary, a button in a button. Here it comes after the summary. */
export function withPermalinksBeside(page: JSX.Children): JSX.Children {
  return changed(page, (element) => {
    if (element.tag !== 'details') return element
    const [summary, ...content] = element.children
    const links: JSX.Element[] = []
    const withoutLinks = changed(summary, (one) => {
      if (one.tag === 'a') links.push(one)
      return one.tag !== 'a' && one
    })
    return { ...element, children: [withoutLinks, ...links, ...content] }
  })
}
