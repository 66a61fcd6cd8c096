import { readFileSync } from 'node:fs'

/** A text file as editors on any system save it: UTF-8 or UTF-16, with a byte order mark or without. @throws where it cannot be read. */
export function readText(path: string): string {
  const bytes = readFileSync(path)
  return new TextDecoder(encodingOf(bytes)).decode(bytes)
}

/** Every second byte of an English text in UTF-16 is 0, and none of one in UTF-8. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (second === 0) return 'utf-16le'
  return first === 0 ? 'utf-16be' : 'utf-8'
}
