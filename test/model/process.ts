import type { Runner } from './time.ts'

/** What can go wrong at a step. */
export type Mishap = 'fails' | 'loses its answer' | 'hangs'

/** A step that a process wants to take. It waits for the scheduler. */
export interface Wish<Result> {
  /** What it does, as a story tells it. */
  words: string
  run(): Result | Promise<Result>
  /** Whether it can be taken now; false while it waits for somebody's lock. */
  ready?(): boolean
  /** Whether the order of it and any step of another process makes no difference to anybody. Default: false. */
  isPrivate?: boolean
  mishaps: Mishap[]
  /** What it rejects with where it fails. */
  failure(mishap: Mishap): unknown
}

/** A step that waits, or hangs for ever. */
export interface Gate {
  process: Process
  words: string
  mishaps: Mishap[]
  hung: boolean
  isPrivate: boolean
  ready(): boolean
  open(mishap?: Mishap): void
}

/** The outcome of a step. */
export interface Fact {
  words: string
  what: unknown
}

/** Counts what is under way outside of the scheduler, such as a database's answer. */
export interface Traffic {
  underWay: number
}

/** One server process: it takes a step only where the scheduler opens the gate, and none any more once it is dead. */
export class Process implements Runner {
  readonly name: string
  readonly index: number
  readonly skewMs: number
  alive = true
  minted = 0
  /** Mishaps that it has met. */
  mishaps = 0
  gates: Gate[] = []
  /** Operations that have not ended yet. */
  running = 0
  /** All that it has learned from outside: what it knows follows from that. */
  memory: Fact[] = []
  /** What the scheduler calls when it dies. */
  readonly onDeath: (() => void)[] = []
  readonly #traffic: Traffic

  constructor({
    name,
    index,
    skewMs = 0,
    traffic,
  }: { name: string; index: number; skewMs?: number; traffic: Traffic }) {
    this.name = name
    this.index = index
    this.skewMs = skewMs
    this.#traffic = traffic
  }

  /** Waits for the scheduler, then does it. */
  step<Result>(wish: Wish<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const gate: Gate = {
        process: this,
        words: wish.words,
        mishaps: wish.mishaps,
        hung: false,
        isPrivate: wish.isPrivate ?? false,
        ready: () => !gate.hung && (wish.ready?.() ?? true),
        open: (mishap) => this.#open({ gate, wish, mishap, resolve, reject }),
      }
      if (this.alive) this.gates.push(gate)
    })
  }

  /** What it has learned, as far as it counts: of an order that it has read again only the time of the read before. */
  get knowledge(): unknown[] {
    const isRead = (fact: Fact) => fact.words === 'reads the order' && fact.what !== null
    const last = this.memory.findLastIndex(isRead)
    return this.memory.map((fact, index) => {
      return isRead(fact) && index < last ? { ...fact, what: (fact.what as { now?: Date }).now } : fact
    })
  }

  /** It is over for this process: no step of it is ever taken again. */
  die(): void {
    this.alive = false
    this.gates = []
    this.running = 0
    this.memory = []
    for (const end of this.onDeath) end()
  }

  #open<Result>(opening: {
    gate: Gate
    wish: Wish<Result>
    mishap: Mishap | undefined
    resolve: (result: Result) => void
    reject: (error: unknown) => void
  }): void {
    const { gate, wish, mishap, resolve, reject } = opening
    if (mishap === 'fails' || mishap === 'hangs') this.mishaps += 1
    if (mishap === 'hangs') {
      gate.hung = true
      return
    }
    this.gates = this.gates.filter((other) => other !== gate)
    if (mishap === 'fails') {
      this.#learn(wish.words, mishap)
      reject(wish.failure(mishap))
      return
    }
    this.#traffic.underWay += 1
    // A function of its own, so that what throws at once rejects.
    const running = (async () => wish.run())()
    running
      .then(
        (result) => {
          this.#learn(wish.words, mishap ?? result)
          if (mishap === undefined) return resolve(result)
          this.mishaps += 1
          reject(wish.failure(mishap))
        },
        (error: unknown) => {
          this.#learn(wish.words, String(error))
          reject(error)
        },
      )
      .finally(() => {
        this.#traffic.underWay -= 1
      })
  }

  #learn(words: string, what: unknown): void {
    if (this.alive) this.memory.push({ words, what })
  }
}

/** Ends when nothing runs any more: every living process waits at a gate, for a timer, or for nobody. */
export async function quiet(traffic: Traffic): Promise<void> {
  do await new Promise(setImmediate)
  while (traffic.underWay > 0)
}
