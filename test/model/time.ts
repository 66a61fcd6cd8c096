import { createHash } from 'node:crypto'

/** When every world begins. */
export const dawn = Date.parse('2026-11-23T06:15:00.000Z')

export const seconds = 1_000
export const minutes = 60 * seconds
export const hours = 60 * minutes
export const days = 24 * hours

/** Whose code is running: its clock may be wrong, and the ids that it makes carry its number. */
export interface Runner {
  readonly index: number
  readonly skewMs: number
  alive: boolean
  minted: number
}

interface Timer {
  id: number
  at: number
  runner: Runner
  run: () => void
}

/** How many worlds there have been. */
let worlds = 0

/** The clock of a world, and the timers that wait for it. */
export class Time {
  now = dawn
  /**
   * The end of every id of Khalti's that is made in this world. Small worlds share a simulator, which refuses to make an id
   * twice, so the same payment has another id in each world.
   */
  readonly mark: Uint8Array
  #elapsed = 0
  #timers: Timer[] = []
  #ids = 0
  /** Whose code runs now. */
  runner: Runner

  constructor(runner: Runner) {
    this.runner = runner
    worlds += 1
    this.mark = Uint8Array.from([worlds % 50, Math.floor(worlds / 50) % 50, Math.floor(worlds / 2_500) % 50])
  }

  get elapsed(): number {
    return this.#elapsed
  }

  /** Adds to every clock. Timers that come due by it fire with {@link fireNext}. */
  pass(ms: number): void {
    this.now += ms
    this.#elapsed += ms
  }

  start(run: () => void, ms: number): number {
    this.#ids += 1
    this.#timers.push({ id: this.#ids, at: this.#elapsed + Math.max(1, ms), runner: this.runner, run })
    return this.#ids
  }

  stop(id: number): void {
    this.#timers = this.#timers.filter((timer) => timer.id !== id)
  }

  /** The timers of living processes. */
  get waiting(): readonly Timer[] {
    this.#timers = this.#timers.filter(({ runner }) => runner.alive)
    return this.#timers
  }

  /** When the next timer fires, in milliseconds from now. */
  get nextInMs(): number | undefined {
    const [first] = this.#soonest()
    return first && Math.max(0, first.at - this.#elapsed)
  }

  /** Lets time pass until the next timer fires, and fires it. */
  fireNext(): void {
    const [first] = this.#soonest()
    if (first === undefined) return
    this.pass(Math.max(0, first.at - this.#elapsed))
    this.stop(first.id)
    this.runner = first.runner
    first.run()
  }

  #soonest(): Timer[] {
    return [...this.waiting].sort((a, b) => a.at - b.at || a.id - b.id)
  }
}

/** An id's bytes: who made it, and its number there, so that no order of events changes a name. */
function mintBytes<Bytes extends ArrayBufferView | null>(bytes: Bytes, { runner, mark }: Time): Bytes {
  const view = bytes as unknown as Uint8Array
  runner.minted += 1
  view.fill(0)
  view[0] = runner.index
  view[1] = runner.minted % 50
  view[2] = Math.floor(runner.minted / 50)
  view.set(mark, view.length - mark.length)
  return bytes
}

const real = { setTimeout, clearTimeout, Date, performance, crypto, random: Math.random }

let current: Time | undefined

/** From now on the code under test lives in this time. */
export function enterTime(time: Time): void {
  current = time
}

function here(): Time {
  if (current === undefined) throw new Error('No world has been made yet.')
  return current
}

/** The true time of the world of the moment. */
export const worldNow = () => new Date(here().now)

/** Runs `run` with the clock, timers and chance of the world of the moment in place of the machine's. */
export async function inWorldTime<Result>(run: () => Promise<Result>): Promise<Result> {
  const worldly = substitutes()
  for (const [name, value] of Object.entries(worldly)) define(name, value)
  Math.random = () => 0.5
  try {
    return await run()
  } finally {
    for (const name of Object.keys(worldly)) define(name, real[name as keyof typeof real])
    Math.random = real.random
    current = undefined
  }
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: true })
}

function substitutes() {
  const serverTime = () => here().now + here().runner.skewMs
  return {
    setTimeout: (run: () => void, ms = 0) => here().start(run, ms),
    clearTimeout: (id: number) => here().stop(id),
    performance: { now: () => here().elapsed },
    Date: new Proxy(real.Date, {
      construct: (target, given: [], newTarget) =>
        Reflect.construct(target, given.length > 0 ? given : [serverTime()], newTarget),
      get: (target, name) => (name === 'now' ? serverTime : Reflect.get(target, name)),
    }),
    crypto: {
      randomUUID: () => mintToken(here()),
      getRandomValues: <Bytes extends ArrayBufferView | null>(bytes: Bytes) => mintBytes(bytes, here()),
      // The real one answers from another thread, at a moment that nobody can repeat.
      subtle: {
        digest: async (_: string, data: Uint8Array) =>
          new Uint8Array(createHash('sha256').update(data).digest()).buffer,
      },
    },
  }
}

function mintToken({ runner }: Time): string {
  runner.minted += 1
  return `${String(runner.index).padStart(8, '0')}-0000-4000-8000-${String(runner.minted).padStart(12, '0')}`
}
