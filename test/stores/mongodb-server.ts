import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const folder = join(import.meta.dirname, '../../.tmp/mongodb-server')
const patienceMs = 60_000

/** Where the tests of MongoDB run, or why they do not. */
export type MongodbServer = { url: string; isReal: boolean; close(): Promise<void> } | { missing: string }

/** Why there is no MongoDB here; undefined where there is one. */
export function whyNoMongo(): string | undefined {
  if (process.env.MONGODB_URL || existsSync(join(folder, 'MongodbServer.class'))) return undefined
  return 'MONGODB_URL names no MongoDB, and test/stores/mongodb-server/prepare.sh has not fetched a server in its place'
}

/**
 * The server that `MONGODB_URL` names; else one of the wire protocol on loopback, in memory, where
 * `test/stores/mongodb-server/prepare.sh` has fetched it.
 */
export async function openMongodb(): Promise<MongodbServer> {
  const url = process.env.MONGODB_URL
  if (url) return { url, isReal: true, close: async () => {} }
  const missing = whyNoMongo()
  return missing === undefined ? startServer() : { missing }
}

async function startServer(): Promise<MongodbServer> {
  const child = spawn('java', ['-cp', `${folder}/*:${folder}`, 'MongodbServer'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const port = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('The MongoDB server said no port within a minute.')), patienceMs)
    createInterface(child.stdout).on('line', (line) => {
      clearTimeout(late)
      resolve(line.replace('port ', ''))
    })
    child.once('error', reject)
  })
  const close = () => {
    child.stdin.end()
    return ended
  }
  return { url: `mongodb://127.0.0.1:${port}/?directConnection=true`, isReal: false, close }
}
