/** Decisions, by a seed or as they were made before: the same numbers, the same history. */
export class Chance {
  /** Every number so far. */
  readonly drawn: number[] = []
  readonly #given: readonly number[] | undefined
  readonly #length: number
  #state: number

  /** @param source - A seed and how many decisions it is good for, or the decisions themselves. */
  constructor(source: { seed: number; length: number } | readonly number[]) {
    this.#given = 'seed' in source ? undefined : source
    this.#length = 'seed' in source ? source.length : source.length
    this.#state = 'seed' in source ? source.seed : 0
  }

  /** Whether there is nothing more to decide. */
  get isOver(): boolean {
    return this.drawn.length >= this.#length
  }

  /** One of the ways, each as likely as its weight; the first where the number is 0. */
  pick<Way extends { weight: number }>(ways: readonly Way[]): Way | undefined {
    const total = ways.reduce((sum, { weight }) => sum + weight, 0)
    let left = this.#next() % Math.max(1, total)
    for (const way of ways) {
      if (left < way.weight) return way
      left -= way.weight
    }
    return ways[0]
  }

  /** Mulberry32, by Tommy Ettinger (public domain). */
  #next(): number {
    const at = this.drawn.length
    const drawn = this.#given ? (this.#given[at] ?? 0) : this.#random()
    this.drawn.push(drawn)
    return drawn
  }

  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % 1_000_000
  }
}

/** The shortest list of decisions found that still fails: pieces are cut out, then numbers become 0, again and again. */
export async function shrink(
  drawn: readonly number[],
  fails: (drawn: readonly number[]) => Promise<boolean>,
): Promise<readonly number[]> {
  let best = drawn
  let tries = 600
  for (let before: readonly number[] = []; before !== best; ) {
    before = best
    for (const candidate of shorter(() => best)) {
      tries -= 1
      if (tries < 0) return best
      if (await fails(candidate)) best = candidate
    }
  }
  return best
}

/** Simpler lists than the best one, which may become simpler meanwhile. */
function* shorter(best: () => readonly number[]): Generator<readonly number[]> {
  for (let size = Math.ceil(best().length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < best().length; from += size) {
      let length: number
      do {
        length = best().length
        yield [...best().slice(0, from), ...best().slice(from + size)]
      } while (best().length < length && from < best().length)
    }
  }
  for (let at = 0; at < best().length; at += 1) {
    if (best()[at] !== 0) yield best().map((number, index) => (index === at ? 0 : number))
  }
}
