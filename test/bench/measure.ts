/** One way to do the work that is measured. */
export interface Contender {
  name: string
  run: () => Promise<unknown>
}

/** What was measured: a rate for each contender and round. */
export class Rates {
  readonly #rounds = new Map<string, number[]>()

  /** Adds a round's rate. */
  add(name: string, rate: number): void {
    this.#rounds.set(name, [...(this.#rounds.get(name) ?? []), rate])
  }

  /** The median rate of a contender. */
  of(name: string): number {
    return median(this.#rounds.get(name) ?? [])
  }

  /** The median of what one contender's rate was of another's, round by round: what slows both down falls out. */
  ratio(name: string, other: string): number {
    const others = this.#rounds.get(other) ?? []
    return median((this.#rounds.get(name) ?? []).map((rate, round) => rate / (others[round] ?? Number.NaN)))
  }

  /** Prints all of them beside `name`. */
  print(title: string, name: string): void {
    console.log(`\n${title}`)
    for (const other of this.#rounds.keys()) {
      const rate = Math.round(this.of(other)).toString().padStart(7)
      console.log(`  ${other.padEnd(36)} ${rate} a second   ${name} is ${this.ratio(name, other).toFixed(2)} of it`)
    }
  }
}

/** Calls a second of each contender, in many short rounds in turn, so that noise falls on all alike. */
export async function measure(
  contenders: Contender[],
  options: { inFlight: number; rounds: number; roundMs: number },
): Promise<Rates> {
  for (const { run } of contenders) await rate(run, options.inFlight, options.roundMs * 2)
  const rates = new Rates()
  for (let round = 0; round < options.rounds; round += 1) {
    for (const { name, run } of contenders) rates.add(name, await rate(run, options.inFlight, options.roundMs))
  }
  return rates
}

async function rate(run: () => Promise<unknown>, inFlight: number, ms: number): Promise<number> {
  let calls = 0
  const start = performance.now()
  const worker = async () => {
    while (performance.now() - start < ms) {
      await run()
      calls += 1
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  return (calls * 1000) / (performance.now() - start)
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
