import { readText } from '../read-text.ts'

/** The text of a JavaScript or TypeScript file without its comments. */
export function readCode(path: string): string {
  return readText(path).replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '')
}
