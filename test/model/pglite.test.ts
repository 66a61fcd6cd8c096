import { PGlite } from '@electric-sql/pglite'
import { postgresPayments } from 'khalti-kit/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { playHistories } from './random.ts'
import { isLong, referenceWorld } from './settings.ts'

const histories = isLong ? 2_000 : 40
const from = Number(process.env.MODEL_SEED ?? 1)

describe('long histories of many events on PGlite', () => {
  let embedded: PGlite
  beforeAll(async () => {
    embedded = await PGlite.create()
    await postgresPayments(embedded).migrate()
  })
  afterAll(() => embedded.close())

  const settingsOf = (seed: number) =>
    referenceWorld({
      asksForOrder: seed % 2 === 0,
      stepMs: seed % 3 === 0 ? 0 : 40,
      openDatabase: (now) =>
        ({ store: postgresPayments(embedded, { now }), exclusive: true, open: new Set() }) as never,
    })

  it('Long histories of many events on PGlite keep every promise', { timeout: 3_600_000 }, async () => {
    let played = 0
    for (let seed = from; seed < from + histories; seed += 1) {
      const beforeEach = () => embedded.exec('delete from khalti_keys; delete from khalti_orders').then(() => {})
      const { broken } = await playHistories(settingsOf, { from: seed, count: 1, beforeEach })
      if (broken) throw new Error(`seed ${broken.seed}: ${broken.promise}\n${broken.story}`)
      played += 1
    }
    expect(played).toBe(histories)
  })
})
