/** Bytes of an answer that are read; Khalti's longest, a page of banks, is a few kilobytes. */
export const answerLimit = 1_048_576

/** Collects the bytes of a body, up to the limit. */
export class Body {
  readonly #chunks: Uint8Array[] = []
  #length = 0

  /** Takes the next bytes. False once there are more than the limit: the rest need not be read. */
  add(chunk: Uint8Array): boolean {
    this.#chunks.push(chunk)
    this.#length += chunk.byteLength
    return !this.truncated
  }

  get truncated(): boolean {
    return this.#length > answerLimit
  }

  /** What has come, cut off at the limit. */
  get bytes(): Uint8Array {
    const [only] = this.#chunks
    if (only === undefined) return new Uint8Array()
    return (this.#chunks.length === 1 ? only : this.#joined()).subarray(0, answerLimit)
  }

  #joined(): Uint8Array {
    const whole = new Uint8Array(this.#length)
    let at = 0
    for (const chunk of this.#chunks) {
      whole.set(chunk, at)
      at += chunk.byteLength
    }
    return whole
  }
}

/** Bytes as text; what is no UTF-8 becomes a replacement character. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
