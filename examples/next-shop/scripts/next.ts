import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** Runs `next build` in an app. Rejects with what it printed where it fails; returns what it printed else. */
export async function buildApp(app: string): Promise<string> {
  const build = next(app, ['build'], {})
  const { printed, ended } = listen(build)
  if ((await ended) !== 0) throw new Error(`next build failed.\n${printed()}`)
  return printed()
}

/** A shop that answers. */
export interface RunningApp {
  url: string
  /** What it has printed. */
  printed(): string
  /** What it prints to stderr. */
  errors: Readable
  /** Resolves when it has ended. */
  ended: Promise<number | null>
  close(): Promise<void>
}

/** Runs `next start` in a built app, and waits until it is ready. */
export async function startApp(app: string, port: number, env: Record<string, string>): Promise<RunningApp> {
  const server = next(app, ['start', '-p', String(port), '-H', '127.0.0.1'], env)
  const { printed, ended } = listen(server)
  await new Promise<void>((resolve, reject) => {
    server.stdout.on('data', () => printed().includes('Ready in') && resolve())
    ended.then((code) => reject(new Error(`next start ended with ${code}.\n${printed()}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    printed,
    errors: server.stderr,
    ended,
    async close() {
      server.kill()
      await ended
    },
  }
}

function next(app: string, args: string[], env: Record<string, string>): ChildProcessByStdio<null, Readable, Readable> {
  const command = createRequire(join(app, 'package.json')).resolve('next/dist/bin/next')
  // Next refuses a NODE_ENV of "test", which test runners set.
  const { NODE_ENV: _, ...rest } = process.env
  return spawn(process.execPath, [command, ...args], {
    cwd: app,
    env: { ...rest, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function listen(child: ChildProcessByStdio<null, Readable, Readable>) {
  let text = ''
  const read = (chunk: Buffer) => {
    text += chunk
  }
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { printed: () => text, ended }
}
