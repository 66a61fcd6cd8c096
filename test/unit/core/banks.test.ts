import { KhaltiClient, type KhaltiOperation } from 'khalti-kit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const bank = (idx: string) => ({ idx, name: `Bank ${idx}` })
const onePage = { total_pages: 1, records: [bank('a')] }

/** A client that is answered with these pages in turn, the last one for ever. */
function clientOf(...pages: (object | number)[]) {
  const asked: { url: string; method: string | undefined; headers: Record<string, string> }[] = []
  const told: KhaltiOperation[] = []
  const tell = ({ operation }: { operation: KhaltiOperation }) => void told.push(operation)
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const page = pages[Math.min(asked.length, pages.length - 1)]
    asked.push({ url: String(input), method: init?.method, headers: Object.fromEntries(new Headers(init?.headers)) })
    return typeof page === 'number' ? new Response('', { status: page }) : Response.json(page)
  }
  const hooks = { onRequest: tell, onResponse: tell, onRetry: tell }
  return { asked, told, client: new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', fetch, hooks }) }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the list of banks', () => {
  it('The list of banks is asked for without a key and without a body', async () => {
    const { client, asked, told } = clientOf(onePage)
    expect(await client.banks('mobilecheckout')).toEqual([bank('a')])
    expect(asked).toEqual([
      {
        url: 'https://dev.khalti.com/api/v5/bank/?payment_type=mobilecheckout&page=1',
        method: 'GET',
        headers: { accept: 'application/json', 'user-agent': 'khalti-kit' },
      },
    ])
    expect(told).toEqual(['banks', 'banks'])
  })

  it.each<[title: string, pages: object[], idxs: string]>([
    [
      'total_pages says it is the last',
      [
        { total_pages: 2, records: [bank('a')] },
        { total_pages: 2, next: 'https://x.example', records: [bank('b')] },
      ],
      'ab',
    ],
    [
      'there is neither total_pages nor a next',
      [{ next: 'https://x.example', records: [bank('a')] }, { records: [bank('b')] }],
      'ab',
    ],
    [
      'next is null',
      [
        { next: 'https://x.example', records: [bank('a')] },
        { next: null, records: [bank('b')] },
      ],
      'ab',
    ],
    [
      'it is empty, whatever total_pages says',
      [
        { total_pages: 9, records: [bank('a')] },
        { total_pages: 9, records: [] },
      ],
      'a',
    ],
    ['it is the first and there are none', [{ total_pages: 0, records: [] }], ''],
  ])('The list of banks ends with a page where %s', async (_title, pages, idxs) => {
    const { client, asked } = clientOf(...pages)
    expect((await client.banks('ebanking')).map(({ idx }) => idx).join('')).toBe(idxs)
    expect(asked.map(({ url }) => new URL(url).searchParams.get('page'))).toEqual(
      pages.map((_, index) => `${index + 1}`),
    )
    expect(new Set(asked.map(({ url }) => new URL(url).host))).toEqual(new Set(['dev.khalti.com']))
  })

  it('The list of banks ends after a hundred pages', async () => {
    const { client, asked } = clientOf({ next: 'https://x.example', records: [bank('a')] })
    expect(await client.banks('ebanking')).toHaveLength(100)
    expect(asked).toHaveLength(100)
  })

  it('A page of banks that failed is asked for again', async () => {
    const { client, asked, told } = clientOf(503, onePage)
    const banks = client.banks('ebanking')
    await vi.runAllTimersAsync()
    expect(await banks).toEqual([bank('a')])
    expect([asked.length, told]).toEqual([2, ['banks', 'banks', 'banks', 'banks', 'banks']])
  })

  it('A list of banks that cannot be read changed nothing, and is safe to ask for again', async () => {
    await expect(clientOf({ records: 'none' }).client.banks('ebanking')).rejects.toMatchObject({
      message:
        'banks got an answer that is not what Khalti documents (HTTP 200), which says neither yes nor no. Try again.',
      retryable: true,
      mayHaveBeenProcessed: false,
    })
  })

  it.each<[paymentType: unknown, shown: string]>([
    ['EBANKING', '"EBANKING"'],
    ['', '""'],
    [undefined, 'undefined'],
    [['ebanking'], 'a list'],
  ])('The list of banks %j is none, and is not asked for', async (paymentType, shown) => {
    const { client, asked } = clientOf(onePage)
    const fault = `payment_type is ${shown}. It is 'ebanking' or 'mobilecheckout'.`
    await expect(client.banks(paymentType as never)).rejects.toMatchObject({
      code: 'input',
      message: `banks was not sent. ${fault}`,
      fields: { payment_type: [fault] },
    })
    expect(asked).toEqual([])
  })
})
