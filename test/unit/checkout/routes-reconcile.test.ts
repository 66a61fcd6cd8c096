import { memoryPayments } from 'khalti-kit/checkout'
import { describe, expect, it, vi } from 'vitest'
import { openToldShop, plain, wholeOf } from '../../support/told-shop.ts'

const cronSecret = 'a secret of 16 characters'
const none = { checked: 0, paid: 0, unpaid: 0, pending: 0, hold: 0, refunded: 0, failed: 0 }
const withSecret = { headers: { authorization: `Bearer ${cronSecret}` } }

describe('the secret of the reconcile route', () => {
  it.each<[what: string, authorization: string | undefined]>([
    ['nothing', undefined],
    ['an empty header', ''],
    ['the secret alone', cronSecret],
    ['the word alone', 'Bearer'],
    ['the word and an empty secret', 'Bearer '],
    ['another secret of its length', `Bearer ${cronSecret.toUpperCase()}`],
    ['a part of the secret', `Bearer ${cronSecret.slice(0, -1)}`],
    ['more than the secret', `Bearer ${cronSecret}s`],
    ['the secret behind two blanks', `Bearer  ${cronSecret}`],
    ['the secret by another scheme', `Basic ${cronSecret}`],
    ['the secret by a scheme in small letters', `bearer ${cronSecret}`],
    ['the secret twice', `Bearer ${cronSecret}, Bearer ${cronSecret}`],
    ['a secret that is undefined', 'Bearer undefined'],
  ])('Whoever sends %s is told what it takes, and nothing is looked up', async (_what, authorization) => {
    const { checkout, ask, order, lookups, told } = openToldShop({ checkout: { cronSecret } })
    await checkout.initiate(order())
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
    expect(await wholeOf(await ask('reconcile', { headers }))).toEqual({
      status: 401,
      headers: { ...plain, 'www-authenticate': 'Bearer' },
      body: { error: 'This needs Authorization: Bearer <cronSecret>.', code: 'unauthorized' },
    })
    expect([lookups, told]).toEqual([[], []])
  })

  it.each([
    ['as it is', cronSecret, cronSecret],
    ['with a blank behind it, which no header keeps', `${cronSecret} `, `${cronSecret} `],
    ['with the line end of a file behind it', `${cronSecret}\n`, cronSecret],
  ])('The secret opens the route %s', async (_how, own, given) => {
    const { ask, told } = openToldShop({ checkout: { cronSecret: own } })
    expect(await wholeOf(await ask('reconcile', { headers: { authorization: `Bearer ${given}` } }))).toEqual({
      status: 200,
      headers: plain,
      body: { ...none, attention: 0 },
    })
    expect(told).toEqual([])
  })

  it.each([undefined, null])('A checkout whose secret is %s has no such route, and tells nobody', async (secret) => {
    const { ask, told } = openToldShop({ checkout: { cronSecret: secret as undefined } })
    expect(await wholeOf(await ask('reconcile', { headers: { authorization: `Bearer ${secret}` } }))).toEqual({
      status: 404,
      headers: plain,
      body: { error: 'There is nothing here.', code: 'not-found' },
    })
    expect(told).toEqual([])
  })
})

describe('what the reconcile route answers', () => {
  it('The answer counts what was looked up, and the orders that want a person', async () => {
    const { checkout, ask, order, simulator } = openToldShop({ checkout: { cronSecret } })
    for (const id of ['held', 'paid', 'open']) {
      const { pidx } = await checkout.initiate(order({ id }))
      if (id === 'held') simulator.answerWith(pidx, 'Ambiguous')
      if (id === 'paid') simulator.pay(pidx)
    }
    expect(await wholeOf(await ask('reconcile', { method: 'POST', ...withSecret }))).toEqual({
      status: 200,
      headers: plain,
      body: { ...none, checked: 3, paid: 1, pending: 1, hold: 1, attention: 1 },
    })
  })

  it('The store is asked for a thousand orders that want a person, and no more', async () => {
    const payments = memoryPayments()
    const list = vi.spyOn(payments, 'list')
    await openToldShop({ checkout: { cronSecret, payments } }).ask('reconcile', withSecret)
    expect(list).toHaveBeenCalledExactlyOnceWith({ attention: true, limit: 1000 })
  })

  it('An answer without the number is given where the orders cannot be counted, and the shop is told', async () => {
    const error = new Error('the index is away')
    const payments = { ...memoryPayments(), list: () => Promise.reject(error) }
    const { ask, told } = openToldShop({ checkout: { cronSecret, payments } })
    expect(await wholeOf(await ask('reconcile', withSecret))).toEqual({ status: 200, headers: plain, body: none })
    expect(told).toEqual([{ error, route: 'reconcile' }])
  })

  it('A store that does not say what is due is an error of the shop, which is told', async () => {
    const error = new Error('the database is away')
    const payments = { ...memoryPayments(), due: () => Promise.reject(error) }
    const { ask, told } = openToldShop({ checkout: { cronSecret, payments } })
    expect(await wholeOf(await ask('reconcile', withSecret))).toEqual({
      status: 500,
      headers: plain,
      body: { error: 'Something went wrong in the shop. Please try again.', code: 'internal' },
    })
    expect(told).toEqual([{ error, route: 'reconcile' }])
  })

  it('A cron job that has gone has nothing new begun for it', async () => {
    const { checkout, ask, order, lookups } = openToldShop({ checkout: { cronSecret } })
    await checkout.initiate(order())
    const answer = await ask('reconcile', { ...withSecret, signal: AbortSignal.abort() })
    expect([(await wholeOf(answer)).body, lookups]).toEqual([{ ...none, attention: 0 }, []])
  })
})
