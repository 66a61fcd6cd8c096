import { KhaltiInputError } from 'khalti-kit'
import { memoryPayments, type OrdersQuery } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { storedOf } from '../../../src/checkout/stored-order.ts'
import { newRecord } from '../../../src/rules/record.ts'
import { link, minute, now } from '../../support/records.ts'
import { openShop } from '../../support/shop.ts'

/** A shop with these orders, of which each changed a minute before the one that stands before it; and what its store was asked. */
async function openListed(ids: string[], { isEmpty }: { isEmpty?: string } = {}) {
  const memory = memoryPayments()
  const asked: unknown[] = []
  const list: typeof memory.list = async (query) => {
    asked.push(query)
    return memory.list(query)
  }
  for (const [index, id] of ids.entries()) {
    const at = now - index * minute
    const links = id === isEmpty ? [] : [link({ pidx: `pidx-${index}` })]
    const order = { ...newRecord(id, 'sandbox'), links, events: [{ at, what: 'link' as const }] }
    await memory.write(storedOf(order, 0, new Date(at)))
  }
  const { checkout } = openShop({ checkout: { payments: { ...memory, list } } })
  /** The ids of a page, and what leads to the next one. */
  const page = async (query: OrdersQuery) => {
    const { orders, ...rest } = await checkout.orders(query)
    return { ids: orders.map(({ id }) => id), ...rest }
  }
  return { checkout, asked, page }
}

describe('pages of orders', () => {
  it('A page that all orders fit on has no next one', async () => {
    const { page, asked } = await openListed(['a', 'b'])
    expect(await page({ limit: 2 })).toStrictEqual({ ids: ['a', 'b'] })
    expect(asked).toStrictEqual([{ limit: 3 }])
  })

  it('A page leads to the next one, and the store is asked no more than once for it', async () => {
    const { page, asked } = await openListed(['a', 'b:1\n2', 'c'])
    expect(await page({ limit: 1 })).toStrictEqual({ ids: ['a'], next: `${now}:a` })
    expect(await page({ limit: 1, after: `${now}:a` })).toStrictEqual({
      ids: ['b:1\n2'],
      next: `${now - minute}:b:1\n2`,
    })
    expect(await page({ limit: 1, after: `${now - minute}:b:1\n2` })).toStrictEqual({ ids: ['c'] })
    expect(asked).toStrictEqual([
      { limit: 2 },
      { limit: 2, before: { changedAt: new Date(now), orderId: 'a' } },
      { limit: 2, before: { changedAt: new Date(now - minute), orderId: 'b:1\n2' } },
    ])
  })

  it('An order whose link was never made is not on a page, and does not end it', async () => {
    const { page, asked } = await openListed(['a', 'b', 'c'], { isEmpty: 'a' })
    expect(await page({ limit: 1 })).toStrictEqual({ ids: ['b'], next: `${now - minute}:b` })
    expect(asked).toHaveLength(2)
  })

  it('A page without a limit has fifty orders, and all orders but where attention is asked for', async () => {
    const { checkout, asked } = await openListed([])
    expect(await checkout.orders()).toStrictEqual({ orders: [] })
    await checkout.orders({ attention: false })
    await checkout.orders({ attention: true })
    expect(asked).toStrictEqual([{ limit: 51 }, { limit: 51 }, { limit: 51, attention: true }])
  })

  it.each([1, 1_000])('A page may have %d orders', async (limit) => {
    const { checkout, asked } = await openListed([])
    await checkout.orders({ limit })
    expect(asked).toStrictEqual([{ limit: limit + 1 }])
  })

  const noPage = { after: ['It is not the `next` of a page.'] }
  const limitIs = (shown: string) => ({ limit: [`The limit is ${shown}. It is a whole number from 1 to 1000.`] })
  it.each<[query: unknown, fields: Record<string, string[]>]>([
    ['topi', { options: ['The options are "topi". They are an object, such as {}.'] }],
    [{ atention: true }, { atention: ['atention is none of attention, after, limit.'] }],
    [{ limit: 0 }, limitIs('0')],
    [{ limit: -1 }, limitIs('-1')],
    [{ limit: 1.5 }, limitIs('1.5')],
    [{ limit: 1001 }, limitIs('1001')],
    [{ limit: '5' }, limitIs('"5"')],
    [{ limit: null }, limitIs('null')],
    [{ after: '' }, noPage],
    [{ after: 'topi' }, noPage],
    [{ after: 'x5:topi' }, noPage],
    [{ after: '5:' }, noPage],
    [{ after: '5:to\0pi' }, noPage],
    [{ after: '1234567890123456:topi' }, noPage],
    [{ after: 5 }, noPage],
  ])('A page by %j is refused with what is wrong', async (query, fields) => {
    const { checkout, asked } = await openListed([])
    const refused = await checkout.orders(query as OrdersQuery).catch((error: unknown) => error)
    expect(refused).toEqual(new KhaltiInputError('The orders were not listed', fields))
    expect(refused).toMatchObject({ fields })
    expect(asked).toEqual([])
  })
})
