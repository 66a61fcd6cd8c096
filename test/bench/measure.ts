/** One way to do the work that is measured. */
export interface Contender {
  name: string
  run: () => Promise<unknown>
}

/** Calls a second of each contender: the median of many short rounds in turn, so that noise falls on all alike. */
export async function measure(contenders: Contender[], options: { inFlight: number; rounds: number; roundMs: number }) {
  for (const { run } of contenders) await rate(run, options.inFlight, options.roundMs * 2)
  const rates = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round < options.rounds; round += 1) {
    for (const { name, run } of contenders) rates.get(name)?.push(await rate(run, options.inFlight, options.roundMs))
  }
  return new Map([...rates].map(([name, values]) => [name, median(values)]))
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
