import type { Queue, SqlDriver } from './sql-driver.ts'

const ofProcess = Symbol.for('khalti-kit.sqlite.queues')
const byDatabase = new WeakMap<object, Queue>()

/**
 * The queue of a database. SQLite allows one writer for each file. A second writer would block the process, and so the first
 * writer could not finish. Writers of this process therefore wait in this queue, which blocks nothing.
 */
export function queueOf(database: object): Queue {
  const file = fileOf(database)
  return file === undefined ? queueIn(byDatabase, database) : queueIn(queuesOfProcess(), file)
}

function queueIn<Key>(queues: Queues<Key>, key: Key): Queue {
  const queue = queues.get(key) ?? makeQueue()
  queues.set(key, queue)
  return queue
}

/** A map, weak or not. */
interface Queues<Key> {
  get(key: Key): Queue | undefined
  set(key: Key, queue: Queue): unknown
}

/**
 * A bundler may load this module several times in one process. The queues are kept on `globalThis`, so all copies share
 * them.
 */
function queuesOfProcess(): Map<string, Queue> {
  const process = globalThis as { [ofProcess]?: Map<string, Queue> }
  process[ofProcess] ??= new Map()
  return process[ofProcess]
}

/** The file of a connection, however its path is spelt; undefined for a database in memory. */
function fileOf(database: object): string | undefined {
  const { name, filename, protocol } = database as { name?: unknown; filename?: unknown; protocol?: unknown }
  // A client of libsql does not tell its file. So one queue is for all of them.
  if (protocol === 'file') return 'libsql'
  const isFile = (path: unknown): path is string => typeof path === 'string' && !/^(:memory:)?$/.test(path)
  const path = [name, filename, locationOf(database)].find(isFile)
  if (path === undefined) return undefined
  const { process } = globalThis as { process?: { cwd?(): string } }
  const folder = inUrl(process?.cwd?.() ?? '').replace(/\/?$/, '/')
  return new URL(inUrl(path), new URL(folder, 'file:///')).href
}

/** A path as a URL takes it: `\\` begins no host, and a `#` ends nothing. A drive of Windows is a scheme of its own. */
const inUrl = (path: string): string => path.replace(/[\\/]+/g, '/').replace(/[%?#]/g, encodeURIComponent)

/** `node:sqlite` tells its file by a method. */
function locationOf(database: object): unknown {
  const { location } = database as { location?: unknown }
  return typeof location === 'function' ? location.call(database) : undefined
}

function makeQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const result = last.then(task)
    last = result.catch(() => undefined)
    return result
  }
}

/**
 * A driver whose statements and transactions come one after the other, those of a transaction alone within it. Many ORMs have one
 * connection to SQLite: what somebody else writes while a transaction is open would be taken back with it, and what they read may
 * never come true. Others open a connection for each transaction, and SQLite refuses who comes second.
 */
export function queuedDriver<Transaction>(driver: SqlDriver<Transaction>): SqlDriver<Transaction> {
  return driver.transaction === undefined ? driver : { ...driver, queue: makeQueue(), queuesReads: true }
}
