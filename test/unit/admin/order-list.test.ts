import type { OrderView, Payment } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { noon, openDesk, paymentWith, viewWith, waysOf } from '../../support/admin-desk.ts'

const waiting = { fulfilledAt: undefined } as const
const search = 'Order, payment or transaction The whole id, as the customer reads it out. Search'
const foot = 'Signed in as Gita · English नेपाली'

describe('the overview of orders', () => {
  it('The overview of a new shop says that there is nothing', async () => {
    const desk = openDesk({ views: [] })
    expect(await desk.read('')).toBe(
      `Payments What needs you Nothing right now. ${search} Newest orders There are no orders yet. Download as CSV ${foot}`,
    )
    expect(desk.calls).toEqual([
      ['orders', { attention: true, limit: 20 }],
      ['orders', { limit: 20 }],
    ])
    const page = await (await desk.ask('')).text()
    expect(waysOf(page)).toEqual(['get /order', '/orders.csv Download as CSV'])
    expect(page).toContain('type="search" value=""')
  })

  it('The overview leads on to all that needs a person and to older orders, where there are more', async () => {
    const orders = async (query?: { attention?: boolean | undefined }) => ({
      orders: [viewWith()],
      next: query?.attention ? 'a' : 'b',
    })
    const desk = openDesk({ checkout: { orders } })
    expect(waysOf(await (await desk.ask('?lang=en')).text())).toEqual([
      '/order?id=topi&lang=en Dhaka topi',
      '/orders?attention=1&lang=en All that needs you',
      'get /order?lang=en lang=en',
      '/order?id=topi&lang=en Dhaka topi',
      '/orders?after=b&lang=en Older orders',
      '/orders.csv?lang=en Download as CSV',
    ])
    const row = 'Dhaka topi topi 2026-11-23 12:00 Rs 850.00 Paid Handed out'
    expect(await desk.read('')).toBe(
      `Payments What needs you ${row} All that needs you ${search} Newest orders ${row} Older orders Download as CSV ${foot}`,
    )
  })

  it.each<[query: string, asked: object, title: string, ways: string[]]>([
    [
      '',
      { attention: undefined, limit: 20, after: undefined },
      'All orders',
      ['/orders?after=z Older orders', '/orders.csv Download as CSV'],
    ],
    [
      '?attention=1&after=k',
      { attention: true, limit: 20, after: 'k' },
      'All that needs you',
      ['/orders?attention=1&after=z Older orders', '/orders.csv?attention=1 Download as CSV'],
    ],
    [
      '?attention=0',
      { attention: undefined, limit: 20, after: undefined },
      'All orders',
      ['/orders?after=z Older orders', '/orders.csv Download as CSV'],
    ],
  ])('The page orders%s asks for those orders and leads on to the same', async (query, asked, title, ways) => {
    const desk = openDesk({ checkout: { orders: async () => ({ orders: [], next: 'z' }) } })
    const page = await (await desk.ask(`/orders${query}`)).text()
    expect([desk.calls, waysOf(page)]).toEqual([[['orders', asked]], [...ways, ' Overview']])
    expect(page).toContain(`<title>${title} · Payments</title>`)
    expect(await desk.read(`/orders${query}`)).toBe(
      `Payments ${title} There are no more orders. Older orders Download as CSV Overview ${foot}`,
    )
  })

  it('The last page of orders leads to no older ones', async () => {
    expect(waysOf(await (await openDesk().ask('/orders')).text())).toEqual([
      '/order?id=topi Dhaka topi',
      '/orders.csv Download as CSV',
      ' Overview',
    ])
  })
})

describe('how an order stands in a list', () => {
  const held = paymentWith({ state: 'hold', holdReason: 'shop', ...waiting })
  const pending = paymentWith({ state: 'pending', ...waiting })
  const unpaid = paymentWith({ state: 'unpaid', ...waiting })
  const back = (refundExtent: Payment['refundExtent'], change: Partial<Payment> = {}) =>
    paymentWith({ state: 'refunded', refundExtent, ...change })

  it.each<[what: string, change: Partial<OrderView>, badges: string]>([
    ['that was handed out', {}, 'Paid Handed out'],
    ['that is paid', { payments: [paymentWith(waiting)] }, 'Paid'],
    ['with a newer link', { payments: [pending, paymentWith(waiting)] }, 'Paid'],
    ['with a newer link beside a hold', { payments: [pending, held] }, 'Held'],
    ['with a newer hold', { payments: [held, paymentWith()] }, 'Paid Handed out'],
    ['with a newer payment', { payments: [paymentWith(waiting), back('full')] }, 'Given back Handed out'],
    ['that was not paid', { payments: [unpaid, pending] }, 'Not paid'],
    ['given back', { payments: [back('full', waiting)] }, 'Given back'],
    ['given back in part', { payments: [back('partial', waiting)] }, 'Partly given back'],
    [
      'that is paid, and a part of it back',
      { payments: [paymentWith({ refundExtent: 'partial' })] },
      'Paid Handed out',
    ],
    ['that is held and needs a person for it', { payments: [held], attention: ['hold'] }, 'Held'],
    ['that was paid twice', { attention: ['paid-twice'] }, 'Paid Handed out Paid twice'],
    [
      'that needs a person for two things',
      { attention: ['paid-twice', 'not-told'] },
      'Paid Handed out Paid twice Shop not told',
    ],
    ['that has no payment', { payments: [] }, ''],
  ])('The list says of an order %s how it stands and what it needs, each once', async (_what, change, badges) => {
    const words = await openDesk({ views: [viewWith(change)] }).read('/orders')
    expect(words).toBe(
      `Payments All orders ${`Dhaka topi topi 2026-11-23 12:00 Rs 850.00 ${badges}`.trim()} Download as CSV Overview ${foot}`,
    )
  })

  it('The list names an order without a name by its id, and shows when it changed', async () => {
    const changedAt = new Date(noon.getTime() + 3_600_000)
    expect(await openDesk({ views: [viewWith({ name: '', changedAt })] }).read('/orders')).toContain(
      'All orders topi topi 2026-11-23 13:00 Rs 850.00',
    )
    expect(await openDesk({ views: [viewWith({ changedAt })] }).read('/orders?lang=ne')).toContain(
      'सबै अर्डर Dhaka topi topi २०२६-११-२३ १३:०० रु ८५०.००',
    )
  })
})
