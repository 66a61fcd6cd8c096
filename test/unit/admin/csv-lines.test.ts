import type { OrderView, Payment } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { noon, openDesk, paymentWith, viewWith } from '../../support/admin-desk.ts'

const header =
  '\uFEFForder,name,pidx,transaction_id,method,state,hold_reason,amount,received,refunded,fee,created_at,paid_at,handed_out_at,changed_at,attention\r\n'
const paisa = (number: number) => number as Payment['amount']
const textOf = async (response: Response) =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer())
const later = (minutes: number) => new Date(noon.getTime() + minutes * 60_000)

/** A shop whose lists are these pages, one after the other, by the number of the question. */
function openPages(pages: OrderView[][], first = pages.length) {
  let asked = 0
  const orders = async () => {
    const page = pages[asked] ?? []
    asked += 1
    return { orders: page, ...(asked !== first && asked < pages.length && { next: `after ${asked}` }) }
  }
  return openDesk({ checkout: { orders } })
}

const idsOf = (csv: string) =>
  csv
    .replace(header, '')
    .split('\r\n')
    .map((line) => line.split(',')[0])
    .slice(0, -1)

describe('the lines of the CSV', () => {
  it('The CSV has a line for each payment of an order, with what is known and nothing where it is not', async () => {
    const pending = {
      state: 'pending',
      receivedAmount: undefined,
      receivedAt: undefined,
      fulfilledAt: undefined,
    } as const
    const payments = [
      paymentWith({ pidx: 'two', ...pending, transactionId: undefined, createdAt: later(1) }),
      paymentWith({ fee: paisa(2_550), receivedAt: later(2), fulfilledAt: later(3) }),
    ]
    const view = viewWith({ payments, attention: ['hold', 'not-told'], changedAt: later(4) })
    expect(await textOf(await openDesk({ views: [view, view] }).ask('/orders.csv'))).toBe(
      `${header}topi,Dhaka topi,two,,khalti,pending,,850.00,,0.00,,2026-11-23 12:01,,,2026-11-23 12:04,hold not-told\r
topi,Dhaka topi,one,T1,khalti,paid,,850.00,850.00,0.00,25.50,2026-11-23 12:00,2026-11-23 12:02,2026-11-23 12:03,2026-11-23 12:04,hold not-told\r
`,
    )
  })

  it.each<[payment: Partial<Payment>, cells: string]>([
    [{}, ',850.00,850.00,0.00'],
    [{ state: 'hold', holdReason: 'changed' }, 'changed,850.00,850.00,0.00'],
    [{ refundExtent: 'partial', refundedAmount: paisa(1) }, ',850.00,850.00,0.01'],
    [{ refundExtent: 'full', refundedAmount: paisa(85_000) }, ',850.00,850.00,850.00'],
    [{ refundExtent: 'partial' }, ',850.00,850.00,unknown'],
    [{ refundedAmount: paisa(5) }, ',850.00,850.00,0.00'],
    [{ amount: paisa(12_345_605), receivedAmount: paisa(0) }, ',123456.05,0.00,0.00'],
  ])('Of a payment with %j the line has the cells %s', async (payment, cells) => {
    const csv = await textOf(
      await openDesk({ views: [viewWith({ payments: [paymentWith(payment)] })] }).ask('/orders.csv'),
    )
    expect(csv.split('\r\n')[1]?.split(',').slice(6, 10).join(',')).toBe(cells)
  })

  it.each<[name: string, cell: string]>([
    ['a,b', '"a,b"'],
    ['a;b', '"a;b"'],
    ['a"b', '"a""b"'],
    ['a\rb', '"a\rb"'],
    ['a\nb', '"a\nb"'],
    ['a\tb', '"a\tb"'],
    [' a', '" a"'],
    ['a ', '"a "'],
    ['a b', 'a b'],
    ["it's", "it's"],
    ['1-2', '1-2'],
    ['a=b', 'a=b'],
    ['a\t=b', '"a\t=b"'],
    ['=a', "'=a"],
    [' =a', "' =a"],
    ['\0=a', "'\0=a"],
    ['\ta', '"\'\ta"'],
    ['\ra', '"\'\ra"'],
    ['\na', '"\'\na"'],
    ['+a', "'+a"],
    ['-a', "'-a"],
    ['@a', "'@a"],
    ['＝a', "'＝a"],
    ['＋a', "'＋a"],
    ['－a', "'－a"],
    ['＠a', "'＠a"],
  ])('The name %j stands in the CSV as %j', async (orderName, cell) => {
    const views = [viewWith({ payments: [paymentWith({ orderName })] })]
    expect(await textOf(await openDesk({ views }).ask('/orders.csv'))).toContain(`\r\ntopi,${cell},one,T1,`)
  })

  it('The CSV is a file of this day that nobody stores, and that no page of another origin may load', async () => {
    const response = await openDesk().ask('/orders.csv')
    const { 'content-disposition': disposition, ...headers } = Object.fromEntries(response.headers)
    expect([response.status, headers]).toEqual([
      200,
      {
        'content-type': 'text/csv; charset=utf-8',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      },
    ])
    expect(disposition).toMatch(/^attachment; filename="orders-\d{4}-\d\d-\d\d\.csv"$/)
  })
})

describe('which orders the CSV has', () => {
  it('The CSV asks for those that need a person where it is asked to, by 200, page after page', async () => {
    for (const [query, attention] of [
      ['?attention=1', true],
      ['?attention=0', undefined],
      ['', undefined],
    ] as const) {
      const desk = openPages([[viewWith()], [viewWith({ id: 'mala' })], [viewWith()]], 2)
      expect(idsOf(await textOf(await desk.ask(`/orders.csv${query}`)))).toEqual(['topi', 'mala'])
      expect(desk.calls).toEqual([
        ['orders', { attention, limit: 200, after: undefined }],
        ['orders', { attention, limit: 200, after: 'after 1' }],
        ['orders', { attention, limit: 200, after: undefined }],
      ])
    }
  })

  it('The CSV of no orders is its first line', async () => {
    expect(await textOf(await openDesk({ views: [] }).ask('/orders.csv'))).toBe(header)
  })

  it('Orders that change while the CSV is read are read at its end, as far as there are any', async () => {
    const at = (id: string, minutes: number) => viewWith({ id, changedAt: later(minutes) })
    const desk = openPages(
      [[at('c', 3), at('b', 2)], [at('a', 1)], [at('f', 6), at('e', 5)], [at('d', 4), at('same', 3)], [at('never', 9)]],
      2,
    )
    expect(idsOf(await textOf(await desk.ask('/orders.csv')))).toEqual(['c', 'b', 'a', 'f', 'e', 'd'])
    expect(desk.calls.map(([, query]) => (query as { after?: string }).after)).toEqual([
      undefined,
      'after 1',
      undefined,
      'after 3',
    ])
  })

  it('An order that is there twice, since it changed meanwhile, has its line once', async () => {
    const desk = openPages(
      [[viewWith({ id: 'a' })], [viewWith({ id: 'b' }), viewWith({ id: 'a', changedAt: later(9) })], []],
      2,
    )
    expect(idsOf(await textOf(await desk.ask('/orders.csv')))).toEqual(['a', 'b'])
  })

  it('Orders that came first while an empty list was read are in the CSV', async () => {
    const desk = openPages([[], [viewWith({ id: 'new' })]], 1)
    expect(idsOf(await textOf(await desk.ask('/orders.csv')))).toEqual(['new'])
  })

  it('A list that fails in the middle breaks the file off, and the shop hears of it', async () => {
    const error = new Error('the database is away')
    let asked = 0
    const orders = async () => {
      asked += 1
      if (asked > 1) throw error
      return { orders: [viewWith()], next: 'z' }
    }
    const desk = openDesk({ checkout: { orders } })
    await expect(textOf(await desk.ask('/orders.csv'))).rejects.toBe(error)
    expect(desk.reports).toEqual([[error]])
  })

  it('A list that fails at once gives a page and no file', async () => {
    const desk = openDesk({ checkout: { orders: () => Promise.reject(new Error('away')) } })
    const { status, headers } = await desk.ask('/orders.csv')
    expect([status, headers.get('content-type')]).toEqual([500, 'text/html; charset=utf-8'])
  })

  it.each<[how: string, end: Partial<OrderView>[] | Error, reports: unknown[]]>([
    ['gives more', [{ id: 'b' }], []],
    ['gives nothing', [], []],
    ['fails', new Error('away'), [[new Error('away')]]],
  ])(
    'A browser that goes away while a list is read, which %s then, is no error of the shop',
    async (_how, end, reports) => {
      let go = () => {}
      const going = new Promise<void>((resolve) => {
        go = resolve
      })
      const orders = async ({ after }: { after?: string | undefined } = {}) => {
        if (after === undefined) return { orders: [viewWith()], next: 'z' }
        await going
        if (end instanceof Error) throw end
        return { orders: end.map(viewWith), next: 'zz' }
      }
      const desk = openDesk({ checkout: { orders } })
      const reader = (await desk.ask('/orders.csv')).body?.getReader()
      await reader?.read()
      await reader?.read()
      await expect.poll(() => desk.calls).toHaveLength(2)
      await reader?.cancel()
      go()
      await new Promise((resolve) => setTimeout(resolve, 5))
      expect([desk.calls.length, desk.reports]).toEqual([2, reports])
    },
  )
})
