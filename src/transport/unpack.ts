import { answerLimit, type Body, textOf } from './body.ts'

type Decompress = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array

/** What is used of Node's zlib. */
type Zlib = Record<'gunzipSync' | 'inflateSync' | 'inflateRawSync' | 'brotliDecompressSync', Decompress>

/** Codings in one answer that are undone: nobody sends more than one, and each undone one may hold the next. */
const mostCodings = 3

/**
 * The text of a body. The client asks for no compression; a proxy on the way may compress all the same, by gzip, deflate or
 * Brotli. What cannot be unpacked stays as it came, and is then read as no answer.
 */
export function unpack(body: Body, coding: string | undefined): { text: string; truncated: boolean } {
  const { bytes, truncated } = body
  if (coding === undefined || truncated) return { text: textOf(bytes), truncated }
  const codings = coding.toLowerCase().split(',').slice(0, mostCodings).reverse()
  try {
    return { text: textOf(codings.reduce(decompress, bytes)), truncated }
  } catch (error) {
    const tooLong = (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE'
    return { text: tooLong ? '' : textOf(bytes), truncated: tooLong }
  }
}

function decompress(bytes: Uint8Array, coding: string): Uint8Array {
  // Asked for where it is needed: only the adapters import Node's modules.
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => Zlib | undefined } }
  const zlib = process?.getBuiltinModule?.('node:zlib')
  const options = { maxOutputLength: answerLimit }
  if (zlib === undefined) return bytes
  switch (coding.trim()) {
    case 'gzip':
    case 'x-gzip':
      return zlib.gunzipSync(bytes, options)
    case 'deflate':
      // HTTP means the zlib format. Some servers send it without its header, whose low four bits would be 8.
      return (((bytes[0] ?? 0) & 15) === 8 ? zlib.inflateSync : zlib.inflateRawSync)(bytes, options)
    case 'br':
      return zlib.brotliDecompressSync(bytes, options)
    default:
      return bytes
  }
}
