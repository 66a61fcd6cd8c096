import { KhaltiInputError } from 'khalti-kit'
import type { ReconcileOptions } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { none, openDueShop } from '../../support/due-shop.ts'
import { link, record } from '../../support/records.ts'

describe('what reconcile is told to do', () => {
  it.each<[options: unknown, field: string, text: string]>([
    [{ limit: 0 }, 'limit', 'limit is 0. It is a whole number above 0.'],
    [{ limit: -1 }, 'limit', 'limit is -1. It is a whole number above 0.'],
    [{ limit: Number.NaN }, 'limit', 'limit is NaN. It is a whole number above 0.'],
    [{ limit: '5' }, 'limit', 'limit is "5". It is a whole number above 0.'],
    [{ concurrency: 1.5 }, 'concurrency', 'concurrency is 1.5. It is a whole number above 0.'],
    [{ concurrency: Infinity }, 'concurrency', 'concurrency is Infinity. It is a whole number above 0.'],
    [{ budgetMs: 0 }, 'budgetMs', 'budgetMs is 0. It is a whole number above 0.'],
    [{ budgetMs: 2 ** 53 }, 'budgetMs', 'budgetMs is 9007199254740992. It is a whole number above 0.'],
    [{ limt: 5 }, 'limt', 'limt is none of limit, concurrency, budgetMs, signal.'],
    ['now', 'options', 'The options are "now". They are an object, such as {}.'],
  ])('Reconcile refuses the options %j, and says why', async (options, field, text) => {
    const { checkout, looks } = await openDueShop([record()])
    const refused = await checkout.reconcile(options as ReconcileOptions).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(KhaltiInputError)
    expect(refused).toMatchObject({ message: `reconcile was not run. ${text}`, fields: { [field]: [text] } })
    expect(looks).toEqual([])
  })

  it('A limit that is infinite is none', async () => {
    const { checkout } = await openDueShop([record()])
    expect(await checkout.reconcile({ limit: Number.POSITIVE_INFINITY })).toEqual({ ...none, checked: 1, pending: 1 })
  })

  it.each<[options: ReconcileOptions, happens: string]>([
    [{ concurrency: 1 }, 'due 5, look, look, look, look, look, due 5, look, look'],
    [{ concurrency: 1, limit: 6 }, 'due 5, look, look, look, look, look, due 1, look'],
    [{ concurrency: 1, limit: 5 }, 'due 5, look, look, look, look, look'],
    [{ concurrency: 1, limit: 2 }, 'due 2, look, look'],
    [{ concurrency: 1, limit: 7 }, 'due 5, look, look, look, look, look, due 2, look, look'],
  ])('Reconcile with %j asks its store in time, and not too early', async (options, happens) => {
    const orders = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((pidx) => record([link({ pidx })], { orderId: pidx }))
    const happened: string[] = []
    const { checkout } = await openDueShop(orders, {
      otherwise: ({ due, write }) => ({
        due(limit, leaseMs) {
          happened.push(`due ${limit}`)
          return due(limit, leaseMs)
        },
        write(order) {
          happened.push('look')
          return write(order)
        },
      }),
    })
    await checkout.reconcile(options)
    expect(happened.join(', ')).toBe(happens)
  })
})
