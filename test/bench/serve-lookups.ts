import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** Starts the gateway of the benchmarks in a process of its own, so that only the caller is measured. */
export async function serveLookups(): Promise<{ origin: string; server: ChildProcess }> {
  const server = fork(new URL('lookup-server.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
  const [port] = await once(server, 'message')
  return { origin: `http://127.0.0.1:${port}`, server }
}
