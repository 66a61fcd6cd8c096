import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { openMongodb, whyNoMongo } from '../stores/mongodb-server.ts'
import { startMariaDb, whyNoMariaDb } from '../support/mariadb.ts'
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

/** Four servers on a database server; PGlite takes one process, which needs longer to start. */
const onServer = { customers: asked ?? 160, atOnce: 24, workers: 4, killEvery: 30 }
/** Small: without transactions no claim is ever rolled back, and the server that stands in for MongoDB has none. */
const onMongo = { customers: Math.min(asked ?? 60, 200), atOnce: 16, workers: 4, killEvery: 30 }
const embedded = { customers: asked ?? 60, atOnce: 16, workers: 1, killEvery: 80 }

const places: { name: string; reason: string | undefined; run: () => Promise<Aftermath> }[] = [
  { name: 'Postgres', reason: whyNoPostgres(), run: stormOnPostgres },
  { name: 'MariaDB', reason: whyNoMariaDb(), run: stormOnMariaDb },
  { name: 'MongoDB', reason: whyNoMongo(), run: stormOnMongo },
  // It is there for machines without a server.
  { name: 'PGlite', reason: undefined, run: stormEmbedded },
].filter(({ name }) => {
  const wanted = process.env.STORM_DATABASE
  return wanted === undefined ? name !== 'PGlite' || whyNoPostgres() !== undefined : name.toLowerCase() === wanted
})

describe.each(places)('a storm on $name', ({ reason, run }) => {
  if (reason !== undefined && process.env.STORM_DATABASE === undefined) {
    it.skip(`A storm on this database is left out: ${reason}`, () => {})
    return
  }
  let aftermath: Aftermath
  let cases: Case[] = []

  beforeAll(async () => {
    aftermath = await run()
    cases = casesOf(aftermath)
    console.log(report(aftermath, cases))
  }, 3_600_000)

  const facts: [title: string, check: Check][] = [
    ['fulfils every paid order exactly once', isFulfilledOnce],
    ['fulfils no unpaid order', isUnpaidUnfulfilled],
    ['tells of every second payment and of every payment for a changed cart', isSurplusTold],
    ['forgets no payment', isNothingForgotten],
    ['takes money through links alone that a customer was given', isOnlyGivenPaid],
    ['never has two links of one cart live at once', isOneLinkLive],
  ]
  it.each(facts)('A storm leaves every order as it must be: on $name it %s', (_title, check) => {
    const wrong = cases.flatMap((order) => {
      const why = check(order)
      return why === undefined ? [] : [`${order.customer.orderId} (${order.customer.does}): ${why}`]
    })
    expect(wrong).toEqual([])
  })

  it('A storm on $name takes no server down that was not killed', () => {
    expect(aftermath.ended).toBe(0)
  })
})

async function stormOnPostgres(): Promise<Aftermath> {
  const server = await startPostgres()
  try {
    return await storm({ ...onServer, database: { postgres: server.url } })
  } finally {
    await server.stop()
  }
}

async function stormOnMariaDb(): Promise<Aftermath> {
  const server = await startMariaDb()
  try {
    return await storm({ ...onServer, database: { mysql: server.url } })
  } finally {
    await server.stop()
  }
}

/** The server that MONGODB_URL names: what it has from an earlier storm goes. Else one in memory, see docs/mongodb.md. */
async function stormOnMongo(): Promise<Aftermath> {
  const server = await openMongodb()
  if ('missing' in server) throw new Error(server.missing)
  try {
    return await storm({ ...onMongo, database: { mongodb: server.url } })
  } finally {
    await server.close()
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

function report({ figures, reports, stored, claims, goods }: Aftermath, cases: Case[]): string {
  const count = (what: (order: Case) => number) => cases.reduce((sum, order) => sum + what(order), 0)
  const links = count(({ khalti }) => khalti.length)
  const lines = Object.entries({
    ...figures,
    'links at Khalti': links,
    'of them given to nobody': links - count(({ customer }) => customer.links.length),
    'payments stored': stored.length,
    'payments made': count(({ bought, outdated }) => bought.length + outdated.length),
    'orders paid': count(({ bought }) => Math.min(1, bought.length)),
    'claims to fulfil': claims,
    'orders fulfilled': count((order) => order.goods.length),
    'times that fulfil wrote': goods.length,
    'paid twice': count(({ bought }) => Math.max(0, bought.length - 1)),
    'paid for a changed cart, held': count(({ outdated }) => outdated.length),
  }).map(([name, value]) => `  ${name.padEnd(32)} ${value}`)
  const reported = [...reports].sort((a, b) => b[1] - a[1]).map(([text, times]) => `  ${times} x ${text.slice(0, 150)}`)
  return ['The storm', ...lines, 'What the servers reported', ...reported].join('\n')
}
