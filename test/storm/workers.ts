import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { build } from 'tsup'
import type { WorkerMessage, WorkerSettings } from './worker.ts'

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

/** Starts `count` servers. */
export async function startWorkers(count: number, settings: Omit<WorkerSettings, 'passedMs'>): Promise<Workers> {
  const script = await bundle()
  const reports = new Map<string, number>()
  const running = new Map<ChildProcess, string | undefined>()
  let passedMs = 0
  let kills = 0
  let ended = 0

  const start = () => {
    const env = { ...process.env, STORM_WORKER: JSON.stringify({ ...settings, passedMs }) }
    const child = fork(script.path, { env, execArgv: [] })
    running.set(child, undefined)
    child.on('message', (message: WorkerMessage) => {
      if ('url' in message) running.set(child, message.url)
      else reports.set(masked(message.report), (reports.get(masked(message.report)) ?? 0) + 1)
    })
    child.once('exit', () => {
      if (!running.delete(child)) return
      ended += 1
      if (ended <= count) start()
    })
  }
  const all = () => [...running.values()].filter((url) => url !== undefined)
  for (let started = 0; started < count; started += 1) start()

  const workers: Workers = {
    all,
    reports,
    get kills() {
      return kills
    },
    get ended() {
      return ended
    },
    async any() {
      for (;;) {
        const urls = all()
        const url = urls[Math.floor(Math.random() * urls.length)]
        if (url !== undefined) return url
        await pause(10)
      }
    },
    killOne() {
      const ready = [...running].filter(([, url]) => url !== undefined).map(([child]) => child)
      // Where the machine is too busy to start them that fast, a shop without any server would prove nothing.
      if (ready.length < Math.min(2, count)) return
      const victim = ready[Math.floor(Math.random() * ready.length)]
      if (victim === undefined) return
      running.delete(victim)
      kills += 1
      // Only when it is gone: PGlite's folder is for one process.
      victim.once('exit', start)
      victim.kill('SIGKILL')
    },
    pass(ms) {
      passedMs = ms
      for (const child of running.keys()) child.send({ passedMs }, () => {})
    },
    async up() {
      while (all().length < count) {
        if (ended > count) throw new Error('The servers end by themselves.')
        await pause(10)
      }
    },
    async stop() {
      const exits = [...running.keys()].map((child) => {
        const exit = once(child, 'exit')
        running.delete(child)
        child.kill('SIGKILL')
        return exit
      })
      await Promise.all(exits)
      script.remove()
    },
  }
  await workers.up()
  return workers
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
    banner: { js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url)" },
  })
  return { path: join(outDir, 'worker.js'), remove: () => rmSync(outDir, { recursive: true, force: true }) }
}

/** A report without what differs from payment to payment. */
function masked(report: string): string {
  return report.replace(/\b[\w-]{20,}\b/g, '…').replace(/order-\d+/g, '…')
}
