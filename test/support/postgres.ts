import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** A throw-away Postgres server on loopback. */
export interface PostgresServer {
  /** `postgres://…` of its one database. */
  url: string
  /** Stops it and removes its folder. */
  stop(): Promise<void>
}

/** Why no Postgres server can be started here; undefined where one can. In CI one must be there: starting it says so. */
export function whyNoPostgres(): string | undefined {
  if (process.env.CI === 'true') return undefined
  return binaries() === undefined ? 'no PostgreSQL under /usr/lib/postgresql' : undefined
}

/** Starts a server of its own for one test file, in a new folder and on a free port. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = binaries()
  if (bin === undefined)
    throw new Error('There is no PostgreSQL under /usr/lib/postgresql. Install the postgresql package.')
  const folder = mkdtempSync(join(tmpdir(), 'khalti-postgres-'))
  if (isRoot) runAs('root', ['chown', 'postgres', folder])
  const data = join(folder, 'data')
  const port = await freePort()
  runAs('postgres', [
    join(bin, 'initdb'),
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--no-locale',
    '-N',
  ])
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -k ${folder} -c fsync=off -c max_connections=100`
  runAs('postgres', [
    join(bin, 'pg_ctl'),
    '-D',
    data,
    '-w',
    '-t',
    '60',
    '-l',
    join(folder, 'log'),
    '-o',
    options,
    'start',
  ])
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      runAs('postgres', [join(bin, 'pg_ctl'), '-D', data, '-w', '-m', 'immediate', 'stop'])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const isRoot = userInfo().uid === 0

/** The newest version's programs. */
function binaries(): string | undefined {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return undefined
  const newest = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0]
  const bin = join(root, String(newest), 'bin')
  return existsSync(join(bin, 'initdb')) ? bin : undefined
}

/** Postgres refuses to run as root, so root runs it as `postgres`. */
function runAs(user: 'postgres' | 'root', command: string[]): void {
  const [program = '', ...args] =
    isRoot && user !== 'root'
      ? ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', ...command]
      : command
  // The server keeps the pipes of its starter open, so there are none.
  const { status, error } = spawnSync(program, args, { stdio: 'ignore', cwd: tmpdir() })
  if (status !== 0) throw new Error(`${command.join(' ')} failed: ${error?.message ?? `exit code ${status}`}`)
}

/** A port on loopback that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
