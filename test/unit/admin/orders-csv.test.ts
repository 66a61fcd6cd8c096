import { rupees } from 'khalti-kit'
import { memoryPayments } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { openAdmin } from '../../support/admin.ts'

/** What a spreadsheet reads of a CSV, by RFC 4180. */
function parse(csv: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain = '', end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === '\r\n') rows.push([])
    if (end === '') break
  }
  return rows.slice(0, -1)
}

const read = async (response: Response) =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer())

describe('the CSV of orders', () => {
  it("The CSV has a line for each payment, with rupees that add up, times in Nepal, and Khalti's fee", async () => {
    const shop = openAdmin({
      client: {
        fetch: async (input, init) => {
          const answer = await shop.simulator.fetch(input, init)
          if (!String(input).includes('/lookup/')) return answer
          return Response.json({ ...(await answer.json()), fee: 2_550 }, answer)
        },
      },
    })
    const { pidx, transactionId } = await shop.sell({ amount: rupees('1,250.50') })
    await shop.checkout.refund(pidx, { amount: rupees(250) })
    shop.pass(60_000)
    await shop.checkout.markPaid(shop.order({ id: 'cash' }), { method: 'cash' })
    const response = await shop.open('/orders.csv')
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': expect.stringMatching(/^attachment; filename="orders-\d{4}-\d\d-\d\d\.csv"$/),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    const csv = await read(response)
    expect(csv.startsWith('\uFEFF')).toBe(true)
    const [header = [], cash, sold = []] = parse(csv.slice(1))
    expect(cash?.slice(0, 6)).toEqual(['cash', 'Dhaka topi', expect.stringMatching(/^cash:cash:/), '', 'cash', 'paid'])
    expect(Object.fromEntries(header.map((name, index) => [name, sold[index]]))).toEqual({
      order: 'topi',
      name: 'Dhaka topi',
      pidx,
      transaction_id: transactionId,
      method: 'khalti',
      state: 'refunded',
      hold_reason: '',
      amount: '1250.50',
      received: '1250.50',
      refunded: '250.00',
      fee: '25.50',
      created_at: '2026-11-23 12:00',
      paid_at: '2026-11-23 12:00',
      handed_out_at: '2026-11-23 12:00',
      changed_at: '2026-11-23 12:00',
      attention: '',
    })
  })

  it('The CSV says that Khalti took no fee where it said so, and says nothing where it did not', async () => {
    const fees: Record<string, number | undefined> = { free: 0, untold: undefined }
    const shop = openAdmin({
      client: {
        fetch: async (input, init) => {
          const answer = await shop.simulator.fetch(input, init)
          if (!String(input).includes('/lookup/')) return answer
          const { fee: _, ...lookup } = await answer.json()
          return Response.json({ ...lookup, fee: fees[current] }, answer)
        },
      },
    })
    let current = 'free'
    await shop.sell({ id: 'free' })
    shop.pass(60_000)
    current = 'untold'
    await shop.sell({ id: 'untold' })
    const [header = [], untold, free] = parse((await read(await shop.open('/orders.csv'))).slice(1))
    const column = header.indexOf('fee')
    expect([free?.[column], untold?.[column]]).toEqual(['0.00', ''])
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\n=1', '＝1', '=cmd|"/c calc"!A0,x', '-2+3;"x'])(
    'A name of %j is a text and no formula',
    async (name) => {
      const shop = openAdmin()
      await shop.sell({ name })
      const csv = await read(await shop.open('/orders.csv'))
      const [, row] = parse(csv.slice(1))
      // A checkout may trim what it stores; what is left is behind an apostrophe.
      expect(row?.[1]).toMatch(/^'/)
      expect(row?.[1]?.slice(1)).toBe((await shop.checkout.order('topi'))?.name)
      expect(row).toHaveLength(16)
    },
  )

  it('Commas, quotes, lines and Devanagari in a name keep to their cell', async () => {
    const shop = openAdmin()
    const name = 'ढाका टोपी, "red"; two\r\nlines'
    await shop.sell({ name })
    const rows = parse((await read(await shop.open('/orders.csv'))).slice(1))
    expect([rows.length, rows[1]?.[1], rows[1]?.length]).toEqual([2, name, 16])
  })

  it('The list is read page by page as it is sent, and an order that changes meanwhile is not lost', async () => {
    let lists = 0
    const shop = openAdmin()
    for (let number = 0; number < 450; number += 1) {
      await shop.checkout.markPaid(shop.order({ id: `order-${number}` }), { method: 'cash' })
      shop.pass(1_000)
    }
    const { list } = shop.payments
    shop.payments.list = (query) => {
      lists += 1
      return list.call(shop.payments, query)
    }
    const reader = ((await shop.open('/orders.csv')).body as ReadableStream<Uint8Array>).getReader()
    let csv = ''
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (csv === '') {
        // Of 450 orders, read by the hundred, the oldest is far from read.
        expect(lists).toBeLessThan(3)
        await shop.checkout.attended('order-0', { by: 'Gita' })
      }
      csv += new TextDecoder().decode(part.value, { stream: true })
    }
    const ids = parse(csv)
      .slice(1)
      .map(([id]) => id)
    expect([ids.length, new Set(ids).size]).toEqual([450, 450])
    expect(lists).toBeGreaterThan(3)
  })

  it('The CSV of orders gives a page and no file where the list cannot be read', async () => {
    const payments = memoryPayments()
    payments.list = () => Promise.reject(new Error('the database is away'))
    const { open, errors } = openAdmin({ checkout: { payments } })
    const response = await open('/orders.csv')
    expect([response.status, response.headers.get('content-type')]).toEqual([500, 'text/html; charset=utf-8'])
    expect(await response.text()).not.toContain('database')
    expect(errors).toHaveLength(1)
  })
})
