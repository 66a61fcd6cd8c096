/** A part of the picture that changes, and for how long it stays as it is then. */
export interface Frame {
  /** A still WebP, of `width` and `height` pixels. */
  still: Buffer
  /** Where it lies; even numbers. */
  x: number
  y: number
  width: number
  height: number
  ms: number
}

/** Puts stills together to a WebP that moves, for ever. The first frame is as large as the picture. */
export function animatedWebp(frames: readonly Frame[]): Buffer {
  const [first] = frames
  if (first === undefined) throw new Error('A picture that moves has a frame.')
  const moves = 0x02
  const size = Buffer.concat([bytes(moves, 4), bytes(first.width - 1, 3), bytes(first.height - 1, 3)])
  const [background, forEver] = [bytes(0xffffffff, 4), bytes(0, 2)]
  const chunks = [chunk('VP8X', size), chunk('ANIM', Buffer.concat([background, forEver])), ...frames.map(frameChunk)]
  return chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), ...chunks]))
}

function frameChunk({ still, x, y, width, height, ms }: Frame): Buffer {
  if (x % 2 !== 0 || y % 2 !== 0) throw new Error(`A frame begins at even pixels, not at ${x}, ${y}.`)
  const coversWhatWas = 0x02
  const place = [x / 2, y / 2, width - 1, height - 1, ms].map((number) => bytes(number, 3))
  return chunk('ANMF', Buffer.concat([...place, bytes(coversWhatWas, 1), pixels(still)]))
}

/** The chunk of a still that has its pixels. */
function pixels(still: Buffer): Buffer {
  let at = 12
  while (at < still.length) {
    const end = at + 8 + still.readUInt32LE(at + 4)
    const name = still.toString('latin1', at, at + 4)
    if (name === 'VP8 ' || name === 'VP8L') return still.subarray(at, end + (end % 2))
    at = end + (end % 2)
  }
  throw new Error('This is no still WebP.')
}

function chunk(name: string, content: Buffer): Buffer {
  const filling = Buffer.alloc(content.length % 2)
  return Buffer.concat([Buffer.from(name), bytes(content.length, 4), content, filling])
}

function bytes(number: number, length: number): Buffer {
  const buffer = Buffer.alloc(length)
  buffer.writeUIntLE(number, 0, length)
  return buffer
}
