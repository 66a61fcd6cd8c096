import { describe, expect, it } from 'vitest'
import { playHistories } from './random.ts'
import { isLong, referenceWorld } from './settings.ts'

const histories = Number(process.env.MODEL_HISTORIES ?? (isLong ? 100_000 : 10_000))
const from = Number(process.env.MODEL_SEED ?? 1)

/** Every eighth kind of shop in turn. */
const settingsOf = (seed: number) =>
  referenceWorld({
    transactions: seed % 2 === 0,
    asksForOrder: seed % 4 < 2,
    stepMs: seed % 3 === 0 ? 0 : 40,
    isOutOfStock: seed % 16 === 15,
  })

describe('long histories of many events', () => {
  it('Long histories of many events keep every promise', { timeout: 3_600_000 }, async () => {
    const { broken, ...played } = await playHistories(settingsOf, { from, count: histories })
    if (broken) throw new Error(`seed ${broken.seed}: ${broken.promise}\n${broken.story}`)
    console.log(`${played.histories} histories, ${played.steps} events`)
    expect(played.histories).toBe(histories)
  })
})
