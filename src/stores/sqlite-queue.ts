/** Runs tasks one after the other. */
export type Queue = <Result>(task: () => Promise<Result>) => Promise<Result>

const byFile = new Map<string, Queue>()
const byDatabase = new WeakMap<object, Queue>()

/**
 * The queue of a database. SQLite has one writer a file: who comes second would hold up the whole process, and with it the
 * first. So those of this process wait here, without holding up anything.
 */
export function queueOf(database: object): Queue {
  const { name, filename } = database as { name?: unknown; filename?: unknown }
  const file = [name, filename, locationOf(database)].find((path) => typeof path === 'string' && /[\\/.]/.test(path))
  const queue = (file === undefined ? byDatabase.get(database) : byFile.get(String(file))) ?? makeQueue()
  if (file === undefined) byDatabase.set(database, queue)
  else byFile.set(String(file), queue)
  return queue
}

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
