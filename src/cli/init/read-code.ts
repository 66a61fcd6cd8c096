import { readText } from '../read-text.ts'

/** Texts first: what looks like a comment in one, such as the `/*` of a path, is none. */
const textsAndComments =
  /('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`)|\/\*[\s\S]*?\*\/|(?:^|\s)\/\/.*$/gm

/** The text of a JavaScript or TypeScript file without its comments. Each line stays where it is. */
export function readCode(path: string): string {
  return readText(path).replace(textsAndComments, (found: string, text?: string) => text ?? found.replace(/[^\n]/g, ''))
}
