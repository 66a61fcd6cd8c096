import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, whyNoPostgres } from '../support/postgres.ts'
import {
  type Case,
  type Check,
  casesOf,
  isFulfilledOnce,
  isNothingForgotten,
  isOneLinkLive,
  isOnlyGivenPaid,
  isSurplusTold,
  isUnpaidUnfulfilled,
} from './audit.ts'
import { type Aftermath, storm } from './storm.ts'

/** How many customers: `full`, a number, or few. */
const asked = process.env.STORM === 'full' ? 2_000 : Number(process.env.STORM) || undefined
const isEmbedded = whyNoPostgres() !== undefined || process.env.STORM_DATABASE === 'pglite'

/** Four servers on Postgres; PGlite takes one process, which needs longer to start. */
const onServer = { customers: asked ?? 160, atOnce: 24, workers: 4, killEveryMs: 300 }
const embedded = { customers: asked ?? 60, atOnce: 16, workers: 1, killEveryMs: 4_000 }

describe(`a storm on ${isEmbedded ? 'PGlite' : 'a Postgres server'}`, () => {
  let aftermath: Aftermath
  let cases: Case[] = []

  beforeAll(async () => {
    aftermath = await (isEmbedded ? stormEmbedded() : stormOnServer())
    cases = casesOf(aftermath)
    console.log(report(aftermath, cases))
  }, 600_000)

  const facts: [title: string, check: Check][] = [
    ['fulfils every paid order exactly once', isFulfilledOnce],
    ['fulfils no unpaid order', isUnpaidUnfulfilled],
    ['tells of every second payment and of every payment for a changed cart', isSurplusTold],
    ['forgets no payment', isNothingForgotten],
    ['takes money through links alone that a customer was given', isOnlyGivenPaid],
    ['never has two links of one cart live at once', isOneLinkLive],
  ]
  it.each(facts)('%s', (_title, check) => {
    const wrong = cases.flatMap((order) => {
      const why = check(order)
      return why === undefined ? [] : [`${order.customer.orderId} (${order.customer.does}): ${why}`]
    })
    expect(wrong).toEqual([])
  })

  it('takes no server down that was not killed', () => {
    expect(aftermath.ended).toBe(0)
  })
})

async function stormOnServer(): Promise<Aftermath> {
  const server = await startPostgres()
  try {
    return await storm({ ...onServer, database: { url: server.url } })
  } finally {
    await server.stop()
  }
}

async function stormEmbedded(): Promise<Aftermath> {
  const folder = mkdtempSync(join(tmpdir(), 'khalti-storm-'))
  try {
    return await storm({ ...embedded, database: { folder: join(folder, 'data') } })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function report({ figures, reports, stored, goods }: Aftermath, cases: Case[]): string {
  const count = (what: (order: Case) => number) => cases.reduce((sum, order) => sum + what(order), 0)
  const links = count(({ khalti }) => khalti.length)
  const lines = Object.entries({
    ...figures,
    'links at Khalti': links,
    'of them given to nobody': links - count(({ customer }) => customer.links.length),
    'payments stored': stored.length,
    'payments made': count(({ bought, outdated }) => bought.length + outdated.length),
    'orders paid': count(({ bought }) => Math.min(1, bought.length)),
    'claims to fulfil': stored.reduce((sum, { claims }) => sum + claims, 0),
    'orders fulfilled': goods.length,
    'paid twice': count(({ bought }) => Math.max(0, bought.length - 1)),
    'paid for a changed cart, held': count(({ outdated }) => outdated.length),
  }).map(([name, value]) => `  ${name.padEnd(32)} ${value}`)
  const reported = [...reports].sort((a, b) => b[1] - a[1]).map(([text, times]) => `  ${times} x ${text.slice(0, 150)}`)
  return ['The storm', ...lines, 'What the servers reported', ...reported].join('\n')
}
