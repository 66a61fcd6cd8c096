import { posix } from 'node:path'

/** The path by which one file imports another; both from the project's root. */
export function relativeImport(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to)
  return path.startsWith('.') ? path : `./${path}`
}
