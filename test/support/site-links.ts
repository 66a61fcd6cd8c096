import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'

/** A site that was built, and its pages by their paths. */
interface BuiltSite {
  folder: string
  pages: ReadonlyMap<string, string>
}

/** The values of an attribute, wherever a page has it. */
export function attributes(html: string, name: string): string[] {
  const found = html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))
  return [...found].map(([, value = '']) => value.replace(/&amp;/g, '&'))
}

/** The links of a page that lead nowhere: to no file, or to no such place on a page. */
export function brokenLinks(site: BuiltSite, path: string): string[] {
  const html = site.pages.get(path) ?? ''
  const own = [...attributes(html, 'href'), ...attributes(html, 'src')]
  return own.filter((link) => !/^([a-z][a-z+.-]*:|\/\/)/i.test(link) && !leadsSomewhere(site, path, link))
}

function leadsSomewhere({ folder, pages }: BuiltSite, path: string, link: string): boolean {
  const [file = '', anchor] = link.split('#').map(decodeURIComponent)
  const target = file === '' ? path : posix.join(posix.dirname(path), file.replace(/\?.*$/, ''))
  const html = pages.get(target)
  if (html === undefined) return existsSync(join(folder, target))
  return !anchor || attributes(html, 'id').includes(anchor) || attributes(html, 'name').includes(anchor)
}
