import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { build } from 'tsup'
import type { WorkerMessage, WorkerOrder, WorkerSettings } from './worker.ts'

/** How many processes wait to take the place of one that is killed: to start one takes longer than a kill. */
const spares = 4

/** The shop's servers: processes that are killed, and others that take their place. */
export class Workers {
  readonly #children = new Set<ChildProcess>()
  readonly #waiting: ChildProcess[] = []
  readonly #serving = new Map<ChildProcess, string>()
  readonly #count: number
  readonly #settings: Omit<WorkerSettings, 'passedMs'>
  readonly #script: Bundle
  #missing: number
  #passedMs = 0
  #isOver = false
  /** How many were killed. */
  kills = 0
  /** How many ended by themselves, which none should. */
  ended = 0
  /** What their checkouts reported, by its text without ids. */
  readonly reports = new Map<string, number>()

  private constructor(count: number, settings: Omit<WorkerSettings, 'passedMs'>, script: Bundle) {
    this.#count = count
    this.#missing = count
    this.#settings = settings
    this.#script = script
  }

  /** Starts `count` servers and waits until they are up. */
  static async start(count: number, settings: Omit<WorkerSettings, 'passedMs'>): Promise<Workers> {
    const workers = new Workers(count, settings, await bundle())
    for (let started = 0; started < count + spares; started += 1) workers.#fork()
    await workers.up()
    return workers
  }

  /** The addresses of those that are up. */
  all(): string[] {
    return [...this.#serving.values()]
  }

  /** The address of one that is up, by chance; waits while none is. */
  async any(): Promise<string> {
    for (;;) {
      const url = oneOf(this.all())
      if (url !== undefined) return url
      if (this.ended > this.#count) throw new Error('The servers end by themselves.')
      await pause(10)
    }
  }

  /** Resolves when all are up. */
  async up(): Promise<void> {
    while (this.#serving.size < this.#count) {
      if (this.ended > this.#count)
        throw new Error(`The servers end by themselves: ${[...this.reports.keys()].join('; ')}`)
      await pause(10)
    }
  }

  /** SIGKILL to one that is up. */
  killOne(): void {
    const victim = oneOf([...this.#serving.keys()])
    // Where the machine is too busy to start them that fast, it waits: a shop without servers would prove nothing.
    if (victim === undefined || this.#serving.size < this.#count - 1) return
    this.#serving.delete(victim)
    this.kills += 1
    victim.kill('SIGKILL')
  }

  /** Lets time pass for all. */
  pass(passedMs: number): void {
    this.#passedMs = passedMs
    for (const child of this.#children) send(child, { passedMs })
  }

  /** Ends all of them. */
  async stop(): Promise<void> {
    this.#isOver = true
    const exits = [...this.#children].map((child) => once(child, 'exit'))
    for (const child of this.#children) child.kill('SIGKILL')
    await Promise.all(exits)
    this.#script.remove()
  }

  #fork(): void {
    const child = fork(this.#script.path, { execArgv: [] })
    this.#children.add(child)
    child.on('message', (message: WorkerMessage) => this.#hear(child, message))
    child.once('exit', () => this.#replace(child))
  }

  #hear(child: ChildProcess, message: WorkerMessage): void {
    if ('url' in message) this.#serving.set(child, message.url)
    if ('report' in message) tally(this.reports, masked(message.report))
    if (!('ready' in message)) return
    this.#waiting.push(child)
    this.#fill()
  }

  #fill(): void {
    while (this.#missing > 0) {
      const child = this.#waiting.shift()
      if (child === undefined) return
      this.#missing -= 1
      send(child, { begin: { ...this.#settings, passedMs: this.#passedMs } })
    }
  }

  /** Only now that it is gone: PGlite's folder is for one process. */
  #replace(child: ChildProcess): void {
    this.#children.delete(child)
    if (this.#isOver) return
    this.#serving.delete(child)
    if (!child.killed) this.ended += 1
    if (this.ended > this.#count) return
    this.#missing += 1
    this.#fill()
    this.#fork()
  }
}

function send(child: ChildProcess, order: WorkerOrder): void {
  child.send(order, () => {})
}

/** The worker's program. */
interface Bundle {
  path: string
  remove(): void
}

/** The worker as one file of JavaScript: a killed process must be back at once. */
async function bundle(): Promise<Bundle> {
  mkdirSync('.tmp', { recursive: true })
  const outDir = mkdtempSync(join('.tmp', 'storm-'))
  await build({
    config: false,
    entry: ['test/storm/worker.ts'],
    outDir,
    format: 'esm',
    target: 'node20',
    silent: true,
    removeNodeProtocol: false,
    external: ['@electric-sql/pglite', 'pg-native', 'mysql2', 'mongodb'],
    // One file to read: to load undici from its many files takes twice as long as all else together.
    noExternal: ['pg', 'zod', 'undici'],
    banner: {
      js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url)",
    },
  })
  return { path: join(outDir, 'worker.js'), remove: () => rmSync(outDir, { recursive: true, force: true }) }
}

/** A report without what differs from payment to payment. */
function masked(report: string): string {
  return report.replace(/\b[\w-]{20,}\b/g, '…').replace(/order-\d+/g, '…')
}

function tally(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}

function oneOf<Item>(items: Item[]): Item | undefined {
  return items[Math.floor(Math.random() * items.length)]
}
