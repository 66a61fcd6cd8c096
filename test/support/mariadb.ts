import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createPool } from 'mysql2/promise'
import { freePort } from './postgres.ts'

/** A throw-away MariaDB server on loopback. */
export interface MariaDbServer {
  /** `mysql://…` of its one database. */
  url: string
  /** Stops it and removes its folder. */
  stop(): Promise<void>
}

const [server, installer] = ['/usr/sbin/mariadbd', '/usr/bin/mariadb-install-db']

/** Why no MariaDB server can be started here; undefined where one can. In CI one must be there: starting it says so. */
export function whyNoMariaDb(): string | undefined {
  if (process.env.CI === 'true') return undefined
  return [server, installer].every(existsSync) ? undefined : `no ${server}`
}

/** Starts a server of its own for one test file, in a new folder and on a free port. */
export async function startMariaDb(): Promise<MariaDbServer> {
  const folder = mkdtempSync(join(tmpdir(), 'khalti-mariadb-'))
  const data = join(folder, 'data')
  const port = await freePort()
  const user = userInfo().username
  const install = ['--no-defaults', `--datadir=${data}`, `--user=${user}`, '--auth-root-authentication-method=normal']
  const { status, stderr, error } = spawnSync(installer, [...install, '--skip-test-db'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`MariaDB cannot be installed: ${error?.message ?? stderr}`)
  const options = [
    '--no-defaults',
    `--datadir=${data}`,
    `--user=${user}`,
    `--port=${port}`,
    `--socket=${join(folder, 'socket')}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--max-connections=200',
    '--innodb-flush-log-at-trx-commit=0',
    // What many servers have by default: a collation to which A is a.
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_general_ci',
  ]
  const child = spawn(server, options, { stdio: 'ignore' })
  const url = `mysql://root@127.0.0.1:${port}/shop`
  await makeDatabase(child, port)
  return {
    url,
    async stop() {
      if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function makeDatabase(child: ChildProcess, port: number): Promise<void> {
  const pool = createPool({ host: '127.0.0.1', port, user: 'root' })
  try {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`mariadbd ended with ${child.exitCode} when it was started.`)
      const isMade = await pool.query('create database shop').then(
        () => true,
        () => false,
      )
      if (isMade) return
      await pause(50)
    }
  } finally {
    await pool.end()
  }
}
