import { readText } from '../read-text.ts'

/** The text of a JavaScript or TypeScript file without its comments. Each line stays where it is. */
export function readCode(path: string): string {
  return readText(path).replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, ''))
}
