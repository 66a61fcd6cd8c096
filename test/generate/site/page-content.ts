import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { CommentDisplayPart } from 'typedoc'
import { sequenceDiagram } from './sequence-diagram.ts'

/** The text of a guide as the site shows it; `folder` is the one that the guide is in. */
export function pageContent(parts: CommentDisplayPart[], folder: string): CommentDisplayPart[] {
  const all = parts.map((part, index) => shown(part, parts[index - 1]))
  return withoutFolderLinks(all, folder)
}

function shown(part: CommentDisplayPart, before: CommentDisplayPart | undefined): CommentDisplayPart {
  const { kind, text } = part
  if (kind === 'code' && text.startsWith('```mermaid')) {
    return { kind: 'text', text: sequenceDiagram(text.split('\n').slice(1, -1).join('\n')) }
  }
  // The anchors of headings leave out what is marked as code.
  const inHeading = before !== undefined && /(^|\n)#+ [^\n]*$/.test(before.text)
  if (kind === 'code' && inHeading) return { kind: 'text', text: text.replace(/`/g, '') }
  // The page shows its name as the title.
  return before === undefined ? { ...part, text: text.replace(/^\s*# .+\n/, '') } : part
}

/** A folder of the repository is no page: what links to one keeps its words and loses the link. */
export function withoutFolderLinks(parts: CommentDisplayPart[], folder: string): CommentDisplayPart[] {
  const kept = parts.map((part) => ({ ...part }))
  kept.forEach((part, index) => {
    if (part.kind !== 'relative-link' || !isFolder(join(folder, part.text))) return
    part.text = ''
    const [before, after] = [kept[index - 1], kept[index + 1]]
    if (before !== undefined) before.text = before.text.replace(/\]\($/, '')
    if (after !== undefined) after.text = after.text.replace(/^\)/, '')
    const opening = kept.slice(0, index).findLast(({ kind, text }) => kind === 'text' && text.includes('['))
    if (opening !== undefined) opening.text = opening.text.replace(/\[([^[]*)$/, '$1')
  })
  return kept.filter(({ text }) => text !== '')
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
