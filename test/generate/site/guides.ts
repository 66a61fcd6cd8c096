import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** A page of the documentation, and the part of the table of contents it is in. */
export interface Guide {
  /** From the root of the repository. */
  path: string
  title: string
  section: string
}

/** The pages in the order of docs/README.md, which comes first itself; a page it forgets comes last. */
export function guides(): Guide[] {
  const listed = contents()
  const forgotten = readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/${name}`)
    .filter((path) => path.endsWith('.md') && !listed.some((guide) => guide.path === path))
    .sort()
    .map((path) => ({ path, section: 'More' }))
  const project = ['CONTRIBUTING.md', 'SECURITY.md'].map((path) => ({ path, section: 'This project' }))
  return [...listed, ...forgotten, ...project].map(({ path, section }) => ({ path, section, title: titleOf(path) }))
}

function contents(): { path: string; section: string }[] {
  let section = ''
  const found = [{ path: 'docs/README.md', section: 'Start here' }]
  for (const line of readFileSync('docs/README.md', 'utf8').split('\n')) {
    section = /^([A-Z].*):$/.exec(line)?.[1] ?? section
    const path = `docs/${/^\s*- \[[^\]]+\]\(([^)#]+\.md)\)/.exec(line)?.[1]}`
    if (existsSync(path)) found.push({ path, section })
  }
  return found
}

function titleOf(path: string): string {
  const title = /^# (.+)$/m.exec(readFileSync(path, 'utf8'))?.[1]
  if (title === undefined) throw new Error(`${path} has no title.`)
  return title.replace(/`/g, '')
}
