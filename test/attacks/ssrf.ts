import { isKhaltiError, KhaltiClient } from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { serveScript } from '../support/server.ts'
import { openShop } from '../support/shop.ts'

/** A network that remembers whom it was asked for, with which key. */
function network(answer: (url: string) => Response = () => Response.json({ detail: 'x' }, { status: 500 })) {
  const asked: { url: string; authorization: string | null }[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { url, headers } = new Request(input, init)
    asked.push({ url, authorization: headers.get('authorization') })
    return answer(url)
  }
  return { asked, fetch }
}

const key = 'live_secret_key_0f8b2c6d1e4a4b7f9c3d5e6a7b8c9d0e'
const traversals = [
  '../../v2/epayment/initiate/?',
  '..%2F..%2Fv2%2Fepayment',
  '%2e%2e/%2e%2e/',
  '@evil.example/',
  '//evil.example',
  'x/refund/#',
  'x?y=',
  'x\\..\\..',
  'x\r\nHost: evil.example',
  '',
]

describe('an id that is a path', () => {
  it("The recipe's refund, which puts the browser's id into the address, asks any path of Khalti's with the shop's key", async () => {
    const { asked, fetch } = network()
    // The refund as it is written beside the recipe: the id comes from the admin page's form.
    const refund = (transactionId: string) =>
      fetch(`https://dev.khalti.com/api/merchant-transaction/${transactionId}/refund/`, {
        method: 'POST',
        headers: { authorization: `Key ${key}` },
      })
    await refund('../v2/epayment/initiate/?')
    expect(asked).toEqual([
      { url: 'https://dev.khalti.com/api/v2/epayment/initiate/?/refund/', authorization: `Key ${key}` },
    ])
  })

  it.each(traversals)('A transaction id of %j reaches no address', async (id) => {
    const { asked, fetch } = network()
    const client = new KhaltiClient({ secretKey: key, environment: 'sandbox', fetch })
    const refusal = await client.refund(id).catch((error: unknown) => error)
    expect([isKhaltiError(refusal) && refusal.code, asked]).toEqual(['input', []])
  })

  it.each(traversals)('A pidx of %j is looked up by no route', async (pidx) => {
    const shop = openShop()
    for (const route of ['return', 'status']) await shop.ask(`${route}?pidx=${encodeURIComponent(pidx)}`)
    expect(shop.lookups).toEqual([])
  })
})

describe('an address to ask that came from elsewhere', () => {
  it.each([
    'http://169.254.169.254',
    'http://metadata.google.internal',
    'http://khalti.com',
    'https://user:pass@khalti.com',
    'https://khalti.com/path',
    'https://khalti.com?x',
    'file:///etc/passwd',
    'gopher://127.0.0.1',
    '//evil.example',
    'javascript:alert(1)',
  ])('A base URL of %j gets neither a request nor the key', async (baseUrl) => {
    const { asked, fetch } = network()
    const client = new KhaltiClient({ secretKey: key, environment: 'sandbox', baseUrl, fetch })
    const refusal = await client.lookup('HT6o6PEZRWFJ5ygavzHWd5').catch((error: unknown) => error)
    expect([isKhaltiError(refusal) && refusal.code, asked]).toEqual(['config', []])
  })

  it("The list of banks is read to its end without a visit to the address in its `next`, and without the shop's key", async () => {
    const page = {
      total_pages: 2,
      next: 'http://169.254.169.254/latest',
      previous: null,
      total_records: 2,
      current_page: 1,
    }
    const bank = { idx: 'a', name: 'A Bank', short_name: 'A', logo: '', swift_code: '', has_cardpayment: false }
    const { asked, fetch } = network(() => Response.json({ ...page, records: [{ ...bank, address: '' }] }))
    await new KhaltiClient({ secretKey: key, environment: 'sandbox', fetch }).banks('ebanking')
    expect(asked.map(({ url, authorization }) => [new URL(url).origin, authorization])).toEqual([
      ['https://dev.khalti.com', null],
      ['https://dev.khalti.com', null],
    ])
  })

  it.each([301, 302, 303, 307, 308])(
    'A redirect of the gateway by %i is not followed, so that the key stays where it is',
    async (status) => {
      const keys: unknown[] = []
      const elsewhere = await serveScript(({ headers }, response) => {
        keys.push(headers.authorization)
        response.end('{}')
      })
      const gateway = await serveScript((_request, response) => {
        response.writeHead(status, { location: elsewhere.origin }).end()
      })
      const options = { secretKey: key, environment: 'sandbox', baseUrl: gateway.origin, maxRetries: 0 } as const
      for (const client of [new KhaltiClient(options), new KhaltiClient({ ...options, fetch: globalThis.fetch })]) {
        const refusal = await client.lookup('HT6o6PEZRWFJ5ygavzHWd5').catch((error: unknown) => error)
        expect(isKhaltiError(refusal) && refusal.code).toBe('response')
        await client.close()
      }
      expect(keys).toEqual([])
      await Promise.all([gateway.close(), elsewhere.close()])
    },
  )
})
