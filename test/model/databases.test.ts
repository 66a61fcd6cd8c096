import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { createClient } from '@libsql/client'
import { postgresPayments } from 'khalti-kit/postgres'
import { sqlitePayments } from 'khalti-kit/sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { playHistories } from './random.ts'
import { isLong, referenceWorld } from './settings.ts'

const histories = isLong ? 2_000 : 40
const from = Number(process.env.MODEL_SEED ?? 1)

/** A database that all worlds of a test share, one after the other. */
interface Shared {
  storeBy(now: () => Date): unknown
  empty(): Promise<unknown>
  close(): unknown
}

async function openPglite(): Promise<Shared> {
  const embedded = await PGlite.create()
  await postgresPayments(embedded).migrate()
  return {
    storeBy: (now) => postgresPayments(embedded, { now }),
    empty: () => embedded.exec('delete from khalti_keys; delete from khalti_orders'),
    close: () => embedded.close(),
  }
}

async function openSqlite(): Promise<Shared> {
  const folder = mkdtempSync(join(tmpdir(), 'khalti-model-'))
  const client = createClient({ url: `file:${join(folder, 'model.db')}` })
  // Nothing of it needs to outlive the process.
  await client.execute('pragma synchronous = off')
  await sqlitePayments(client).migrate()
  return {
    storeBy: (now) => sqlitePayments(client, { now }),
    empty: () => client.batch(['delete from khalti_keys', 'delete from khalti_orders'], 'write'),
    close() {
      client.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

describe.each([
  { name: 'PGlite', open: openPglite },
  { name: 'SQLite', open: openSqlite },
])('long histories of many events on $name', ({ name, open }) => {
  let shared: Shared
  beforeAll(async () => {
    shared = await open()
  })
  afterAll(() => shared?.close())

  const settingsOf = (seed: number) =>
    referenceWorld({
      asksForOrder: seed % 2 === 0,
      stepMs: seed % 3 === 0 ? 0 : 40,
      openDatabase: (now) => ({ store: shared.storeBy(now), exclusive: true, open: new Set() }) as never,
    })

  it(`Long histories of many events on ${name} keep every promise`, { timeout: 3_600_000 }, async () => {
    let played = 0
    for (let seed = from; seed < from + histories; seed += 1) {
      const beforeEach = async () => void (await shared.empty())
      const { broken } = await playHistories(settingsOf, { from: seed, count: 1, beforeEach })
      if (broken) throw new Error(`seed ${broken.seed}: ${broken.promise}\n${broken.story}`)
      played += 1
    }
    expect(played).toBe(histories)
  })
})
