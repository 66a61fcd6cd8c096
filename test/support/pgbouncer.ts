import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

const program = '/usr/sbin/pgbouncer'

/** Why no PgBouncer can be started here; undefined where one can. In CI one must be there: starting it says so. */
export function whyNoPgBouncer(): string | undefined {
  return process.env.CI === 'true' || existsSync(program) ? undefined : `no ${program}`
}

/** Puts a PgBouncer in transaction mode, with three connections, in front of a server. */
export async function startPgBouncer(server: string): Promise<{ url: string; stop(): void }> {
  if (!existsSync(program)) throw new Error(`There is no ${program}. Install the pgbouncer package.`)
  const folder = mkdtempSync(join(tmpdir(), 'khalti-pgbouncer-'))
  // It refuses to run as root, and another user must be able to read its settings.
  chmodSync(folder, 0o755)
  const port = await freePort()
  const { hostname, port: behind } = new URL(server)
  const settings = join(folder, 'pgbouncer.ini')
  writeFileSync(
    settings,
    `[databases]
postgres = host=${hostname} port=${behind} user=postgres dbname=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
`,
  )
  const user = ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups']
  const [command = program, ...args] = [...(userInfo().uid === 0 ? user : []), program, settings]
  const bouncer = spawn(command, args, { stdio: 'ignore' })
  await answering(port)
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop() {
      bouncer.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function answering(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const there = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      socket.unref()
    })
    if (there) return
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`PgBouncer does not answer on port ${port}.`)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
