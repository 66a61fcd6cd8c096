import { AsyncLocalStorage } from 'node:async_hooks'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, describe, expect, it } from 'vitest'
import { postgresPayments } from '../../src/postgres.ts'
import { nextPrefix } from './prefix.ts'
import { openShopOn } from './shop-on.ts'

const lite = new PGlite()
afterAll(() => lite.close())

const ids = Array.from({ length: 20 }, (_, index) => `order-${index}`)
const caller = new AsyncLocalStorage<string>()

/** A shop with twenty links at Khalti, in a store that asks in the name of its caller, as one does that has many tenants. */
async function openTwenty() {
  const asked: { text: string; by: string | undefined }[] = []
  let time = Date.now()
  const query = (text: string, values?: unknown[]) => {
    asked.push({ text, by: caller.getStore() })
    return lite.query(text, values)
  }
  const payments = postgresPayments({ query }, { prefix: nextPrefix(), now: () => new Date(time) })
  await payments.migrate()
  const shop = openShopOn(payments, () => {})
  const pidxes = await Promise.all(ids.map(shop.initiate))
  time += 60_000
  asked.length = 0
  return { ...shop, pidxes, asked }
}

const isJoint = (text: string) => text.includes('json_to_recordset')

describe('what reconcile writes on Postgres', () => {
  it('Twenty links that are still open take a few statements, not twenty, and each has its next look', async () => {
    const { asked, checkout } = await openTwenty()
    expect(await checkout.reconcile()).toMatchObject({ checked: 20, pending: 20, failed: 0 })
    expect(asked.filter(({ text }) => text.startsWith('update') || isJoint(text)).length).toBeLessThan(15)
    expect(await checkout.reconcile()).toMatchObject({ checked: 0 })
  })

  it('What two callers settle at once is written in the name of each, and never together', async () => {
    const { asked, checkout, pidxes, simulator } = await openTwenty()
    for (const pidx of pidxes) simulator.expire(pidx)
    await Promise.all(pidxes.map((pidx) => caller.run(pidx, () => checkout.settle(pidx))))
    expect(asked.filter(({ text }) => isJoint(text))).toEqual([])
    expect(new Set(asked.map(({ by }) => by))).toEqual(new Set(pidxes))
  })

  it('What two runs of reconcile write is written in the name of each', async () => {
    const { asked, checkout } = await openTwenty()
    await Promise.all(['a', 'b'].map((by) => caller.run(by, () => checkout.reconcile({ limit: 10 }))))
    const joint = asked.filter(({ text }) => isJoint(text))
    expect(new Set(joint.map(({ by }) => by))).toEqual(new Set(['a', 'b']))
    expect(asked.some(({ by }) => by === undefined)).toBe(false)
  })

  it('A statement whose answer comes too late leaves no claim behind: what could not be handed out before is, in the same run', async () => {
    let [time, isSlow] = [Date.now(), false]
    const query = async (text: string, values?: unknown[]) => {
      const answer = await lite.query(text, values)
      if (isSlow && isJoint(text)) await new Promise((resolve) => setTimeout(resolve, 4_000))
      return answer
    }
    const payments = postgresPayments({ query }, { prefix: nextPrefix(), now: () => new Date(time) })
    await payments.migrate()
    const handedOut: string[] = []
    const shop = openShopOn(payments, (orderId) => {
      if (!isSlow) throw new Error('The shop is closed.')
      handedOut.push(orderId)
    })
    for (const pidx of await Promise.all(ids.map(shop.initiate))) shop.simulator.pay(pidx)
    time += 60_000
    await shop.checkout.reconcile()
    isSlow = true
    time += 10 * 60_000
    expect(await shop.checkout.reconcile()).toMatchObject({ checked: 20, paid: 20, failed: 0 })
    expect(handedOut.sort()).toEqual([...ids].sort())
  })
})
