import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { build } from 'tsup'
import type { WorkerMessage, WorkerOrder, WorkerSettings } from './worker.ts'

/** The shop's servers: processes that are killed and started again. */
export interface Workers {
  /** The address of one that is up, by chance; waits while none is. */
  any(): Promise<string>
  /** The addresses of those that are up. */
  all(): string[]
  /** SIGKILL to one that is up, and a new one in its place. */
  killOne(): void
  /** Lets time pass for all. */
  pass(passedMs: number): void
  /** Resolves when all are up. */
  up(): Promise<void>
  /** Ends all of them. */
  stop(): Promise<void>
  readonly kills: number
  /** How many ended by themselves, which none should. */
  readonly ended: number
  /** What their checkouts reported, by its text without ids. */
  readonly reports: ReadonlyMap<string, number>
}

/** How many processes wait to take the place of one that is killed: to start one takes longer than a kill. */
const spares = 4

/** Starts `count` servers. */
export async function startWorkers(count: number, settings: Omit<WorkerSettings, 'passedMs'>): Promise<Workers> {
  const script = await bundle()
  const reports = new Map<string, number>()
  const children = new Set<ChildProcess>()
  const waiting: ChildProcess[] = []
  const serving = new Map<ChildProcess, string>()
  let [wanted, passedMs, kills, ended, isOver] = [count, 0, 0, 0, false]

  const send = (child: ChildProcess, order: WorkerOrder) => child.send(order, () => {})
  const begin = () => {
    for (let child = waiting[0]; child && wanted > 0; child = waiting[0]) {
      waiting.shift()
      wanted -= 1
      send(child, { begin: { ...settings, passedMs } })
    }
  }
  const start = () => {
    const child = fork(script.path, { execArgv: [] })
    children.add(child)
    child.on('message', (message: WorkerMessage) => {
      if ('url' in message) return void serving.set(child, message.url)
      if ('report' in message) return void tally(reports, masked(message.report))
      waiting.push(child)
      begin()
    })
    child.once('exit', () => {
      children.delete(child)
      if (isOver) return
      if (serving.delete(child) || !child.killed) ended += 1
      if (waiting.includes(child)) waiting.splice(waiting.indexOf(child), 1)
      // Only now that it is gone: PGlite's folder is for one process.
      else wanted += 1
      begin()
      if (ended <= count) start()
    })
  }
  for (let started = 0; started < count + spares; started += 1) start()

  const all = () => [...serving.values()]
  const up = async () => {
    while (all().length < count) {
      if (ended > count) throw new Error('The servers end by themselves.')
      await pause(10)
    }
  }
  await up()
  return {
    all,
    up,
    reports,
    get kills() {
      return kills
    },
    get ended() {
      return ended
    },
    async any() {
      for (;;) {
        const url = oneOf(all())
        if (url !== undefined) return url
        await pause(10)
      }
    },
    killOne() {
      const victim = oneOf([...serving.keys()])
      // Where the machine is too busy to start them that fast, a shop without any server would prove nothing.
      if (victim === undefined || serving.size < Math.min(2, count)) return
      serving.delete(victim)
      kills += 1
      victim.kill('SIGKILL')
    },
    pass(ms) {
      passedMs = ms
      for (const child of children) send(child, { passedMs })
    },
    async stop() {
      isOver = true
      const exits = [...children].map((child) => once(child, 'exit'))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(exits)
      script.remove()
    },
  }
}

/** The worker as one file of JavaScript: a killed process must be back at once. */
async function bundle() {
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
    external: ['@electric-sql/pglite', 'pg-native', 'undici'],
    noExternal: ['pg', 'zod'],
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
