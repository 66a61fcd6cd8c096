import { paisa } from 'khalti-kit'
import { type Checkout, memoryPayments } from 'khalti-kit/checkout'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openShop } from '../support/shop.ts'

const secret = 'a secret of 16 characters'
const late = 'The payment store has not answered within 30 s. Is its database away?'

const topi = { id: 'topi', name: 'Dhaka topi', amount: paisa(85_000) }

type Question = 'due' | 'list' | 'read' | 'write'

/** A shop whose store goes on to work, until one of these is never answered. */
function openHanging() {
  const asked = vi.fn()
  let hanging: string | undefined
  const payments = memoryPayments({ now: () => new Date('2026-11-23T06:15:00Z') })
  const hangs = <Arguments extends unknown[], Result>(
    name: Question,
    run: (...given: Arguments) => Promise<Result>,
  ) => {
    return (...given: Arguments): Promise<Result> => {
      if (hanging !== name) return run(...given)
      asked()
      return new Promise<never>(() => {})
    }
  }
  const store = {
    ...payments,
    due: hangs('due', payments.due),
    list: hangs('list', payments.list),
    read: hangs('read', payments.read),
    write: hangs('write', payments.write),
  }
  const shop = openShop({ checkout: { payments: store, cronSecret: secret } })
  /** What comes of `run` once the store has kept it waiting for so long. */
  const waited = async <Result>(name: Question, run: () => Promise<Result>): Promise<Result> => {
    hanging = name
    asked.mockClear()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const running = run()
    const ended = running.catch(() => {})
    await vi.waitFor(() => expect(asked).toHaveBeenCalled(), { timeout: 20_000 })
    await vi.advanceTimersByTimeAsync(30_000)
    vi.useRealTimers()
    hanging = undefined
    await ended
    return running
  }
  return { ...shop, waited }
}

// A test that waits for ever is the failure that these are about.
describe('a store that never answers', { timeout: 60_000 }, () => {
  afterEach(() => void vi.useRealTimers())

  it('A store whose due never answers ends reconcile after half a minute', async () => {
    const { checkout, waited } = openHanging()
    await expect(waited('due', () => checkout.reconcile())).rejects.toThrow(late)
    expect(await checkout.reconcile()).toMatchObject({ failed: 0 })
  })

  it.each<[name: string, run: (checkout: Checkout) => Promise<unknown>]>([
    ['initiate', (checkout) => checkout.initiate(topi)],
    ['settle', (checkout) => checkout.settle('HT6o6PEZRWFJ5ygavzHWd5')],
    ['find', (checkout) => checkout.find('topi')],
  ])('A store whose read never answers ends %s after half a minute', async (_name, run) => {
    const { checkout, waited } = openHanging()
    await expect(waited('read', () => run(checkout))).rejects.toThrow(late)
  })

  it('A store whose write never answers ends initiate after half a minute', async () => {
    const { checkout, waited } = openHanging()
    await expect(waited('write', () => checkout.initiate(topi))).rejects.toThrow(late)
    expect(await checkout.initiate(topi)).toHaveProperty('pidx')
  })

  it('A store whose list never answers ends the list of orders after half a minute', async () => {
    const { checkout, waited } = openHanging()
    await expect(waited('list', () => checkout.orders())).rejects.toThrow(late)
  })

  it('A store that never answers keeps no cron job waiting, and the shop hears of it', async () => {
    const { ask, errors, waited } = openHanging()
    const headers = { authorization: `Bearer ${secret}` }
    expect((await waited('due', () => ask('reconcile', { headers }))).status).toBe(500)
    expect(errors).toMatchObject([{ message: late }])
  })

  it('A store that never answers who needs attention keeps no cron job waiting for what it has done', async () => {
    const { ask, errors, waited } = openHanging()
    const answer = await waited('list', () => ask('reconcile', { headers: { authorization: `Bearer ${secret}` } }))
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ failed: 0 })
    expect(errors).toMatchObject([{ message: late }])
  })
})
