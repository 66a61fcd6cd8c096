import { posix } from 'node:path'

/** A text with the line it begins at, from 1. */
export interface Block {
  path: string
  line: number
  /** `ts` or `tsx`. */
  language: string
  code: string
}

/** One page of the documentation. */
export interface Page {
  /** From the root of the repository: `docs/errors.md`. */
  path: string
  text: string
}

interface Fence {
  info: string
  /** The file that it is a copy of: "```ts file=examples/express/server.ts". */
  file: string | undefined
  line: number
  lines: string[]
}

/** The fenced blocks of a page, and the lines outside of them (blank where a block was). */
function split(text: string): { fences: Fence[]; prose: string[] } {
  const fences: Fence[] = []
  let open: (Fence & { mark: string }) | undefined
  const prose = text.split('\n').map((line, index) => {
    const mark = /^\s*(`{3,}|~{3,})\s*(\w*)(?:\s+file=(\S+))?/.exec(line)
    if (open === undefined && mark === null) return line
    if (open === undefined) {
      const [, sign = '', info = '', file] = mark ?? []
      open = { info, file, mark: sign, line: index + 2, lines: [] }
    } else if (line.trim() === open.mark) {
      fences.push(open)
      open = undefined
    } else open.lines.push(line)
    return ''
  })
  if (open !== undefined) throw new Error(`The block at line ${open.line - 1} is never closed.`)
  return { fences, prose }
}

/** The TypeScript blocks of a page, but for copies of files, which are compiled where they are. */
export function codeBlocks({ path, text }: Page): Block[] {
  return split(text)
    .fences.filter(({ info, file }) => (info === 'ts' || info === 'tsx') && file === undefined)
    .map(({ info, line, lines }) => ({ path, line, language: info, code: lines.join('\n') }))
}

/** The blocks of a page that say of which file they are a copy. */
export function copiedFiles({ path, text }: Page): (Block & { file: string })[] {
  return split(text).fences.flatMap(({ info, file, line, lines }) =>
    file === undefined ? [] : [{ path, line, file, language: info, code: lines.join('\n') }],
  )
}

/** The examples of a source file's TSDoc; one without a fence is code all through. */
export function tsdocExamples({ path, text }: Page): Block[] {
  return [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap((comment) => {
    const lineOf = (offset: number) => text.slice(0, comment.index + offset).split('\n').length
    return [...comment[0].matchAll(/@example\s*\n([\s\S]*?)(?=\n\s*\*\s*@|\*\/)/g)].flatMap((example) => {
      const body = (example[1] ?? '').replace(/^\s*\* ?/gm, '')
      const line = lineOf(example.index) + 1
      const fenced = codeBlocks({ path, text: body })
      if (fenced.length === 0) return [{ path, line, language: 'ts', code: body }]
      return fenced.map((block) => ({ ...block, line: line + block.line - 1 }))
    })
  })
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchors({ text }: Page): Set<string> {
  const seen = new Map<string, number>()
  const found = split(text).prose.flatMap((line) => /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1] ?? [])
  return new Set(
    found.map((heading) => {
      const slug = slugOf(heading)
      const count = seen.get(slug) ?? 0
      seen.set(slug, count + 1)
      return count === 0 ? slug : `${slug}-${count}`
    }),
  )
}

function slugOf(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')
}

/** A link of a page to another place in the repository. */
export interface Link {
  line: number
  /** From the root of the repository. */
  target: string
  anchor: string | undefined
}

/** The relative links of a page. */
export function relativeLinks({ path, text }: Page): Link[] {
  return split(text).prose.flatMap((line, index) =>
    [...line.replace(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]:\s*(\S+)/g)]
      .map((match) => match[1] ?? match[2] ?? '')
      .filter((address) => !/^[a-z][a-z+.-]*:/i.test(address))
      .map((address) => {
        const [file = '', anchor] = address.split('#')
        const target = file === '' ? path : posix.join(posix.dirname(path), file)
        return { line: index + 1, target, anchor }
      }),
  )
}
