import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort } from './postgres.ts'

/** A throw-away PgBouncer on loopback, in transaction mode. */
export interface PgBouncer {
  /** `postgres://…` of the database behind it. */
  url: string
  /** Stops it and removes its folder. */
  stop(): Promise<void>
}

const program = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'].find(existsSync)

/** Why no PgBouncer can be started here; undefined where one can. In CI one must be there: starting it says so. */
export function whyNoPgBouncer(): string | undefined {
  if (process.env.CI === 'true') return undefined
  return program === undefined ? 'no pgbouncer in /usr/sbin, /usr/bin or /usr/local/bin' : undefined
}

/** Starts one before this database, with so few connections of its own that its clients must share them. */
export async function startPgBouncer(databaseUrl: string, connections: number): Promise<PgBouncer> {
  if (program === undefined) throw new Error('There is no pgbouncer. Install the pgbouncer package.')
  const folder = mkdtempSync(join(tmpdir(), 'khalti-pgbouncer-'))
  const port = await freePort()
  const file = join(folder, 'pgbouncer.ini')
  writeFileSync(file, settings(new URL(databaseUrl), port, connections))
  // It refuses to run as root, and becomes somebody else.
  const args = userInfo().uid === 0 ? ['-q', '-u', 'nobody', file] : ['-q', file]
  const bouncer = spawn(program, args, { stdio: 'ignore' })
  await answers(bouncer, port)
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      if (bouncer.exitCode === null && bouncer.kill('SIGKILL')) await once(bouncer, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const settings = (database: URL, port: number, connections: number) => `[databases]
postgres = host=${database.hostname} port=${database.port} dbname=postgres user=postgres

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${connections}
max_client_conn = 100
`

async function answers(bouncer: ChildProcess, port: number): Promise<void> {
  for (;;) {
    if (bouncer.exitCode !== null) throw new Error(`pgbouncer ended with ${bouncer.exitCode} when it was started.`)
    const socket = connect(port, '127.0.0.1')
    const isThere = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
