import { Request as UndiciRequest } from 'undici'
import { describe, expect, test } from 'vitest'
import { createSimulator } from '../../../src/testing.ts'
import { goodRequest, lookup, start } from '../../support/gateway.ts'

/** As Hono's server for Node.js makes it: it looks like a Request of this process, and is none. */
function lightRequest(url: string, init: RequestInit): Request {
  const real = new Request(url, init)
  const read = (name: keyof Request) => ({ get: () => real[name] })
  const parts = { url: read('url'), method: read('method'), headers: read('headers'), body: read('body') }
  return Object.create(Object.create(Request.prototype, parts))
}

const otherRequests: [string, (url: string, init: RequestInit) => Request][] = [
  ['undici', (url, init) => new UndiciRequest(url, init as object) as unknown as Request],
  ["Hono's server", lightRequest],
]

describe('simulator.fetch', () => {
  test('Simulator.fetch has a fetch that works detached, with an address, a URL or a Request', async () => {
    const { fetch } = createSimulator()
    const url = 'https://khalti.com/api/v5/bank/'
    for (const input of [url, new URL(url), new Request(url)]) expect((await fetch(input)).status).toBe(200)
  })

  test('Simulator.fetch lets init win over the Request, as fetch does', async () => {
    const { fetch } = createSimulator()
    const request = new Request('https://khalti.com/api/v5/bank/')
    expect((await fetch(request, { method: 'DELETE' })).status).toBe(405)
  })

  test.each(otherRequests)(
    'Simulator.fetch answers a Request of %s by its method, headers and body',
    async (_of, make) => {
      const simulator = createSimulator()
      const ask = (init: RequestInit) => simulator.fetch(make('https://khalti.com/api/v2/epayment/initiate/', init))
      const headers = { authorization: 'Key anything', 'content-type': 'application/json' }
      const answer = await ask({ method: 'POST', headers, body: JSON.stringify(goodRequest) })
      expect(await answer.json()).toMatchObject({ pidx: simulator.payments()[0]?.pidx })
      expect(answer.status).toBe(200)
      expect((await ask({ method: 'POST', body: '{}' })).status).toBe(401)
      const banks = make('https://khalti.com/api/v5/bank/', {})
      expect((await simulator.fetch(banks)).status).toBe(200)
      expect((await simulator.fetch(banks, { method: 'DELETE' })).status).toBe(405)
    },
  )

  test('Simulator.fetch rejects at once when the signal of a Request of undici is aborted already', async () => {
    const signal = AbortSignal.abort(new Error('too late'))
    const request = new UndiciRequest('https://khalti.com/api/v5/bank/', { signal })
    await expect(createSimulator().fetch(request as unknown as Request)).rejects.toThrow('too late')
  })

  test('Simulator.fetch rejects at once when the signal is aborted already', async () => {
    const simulator = createSimulator()
    const reason = new Error('too late')
    const init = { signal: AbortSignal.abort(reason) }
    await expect(simulator.fetch('https://khalti.com/api/v5/bank/', init)).rejects.toBe(reason)
  })

  test('Simulator.fetch does not follow the redirect to the shop', async () => {
    const simulator = createSimulator()
    const { payment_url } = await start(simulator)
    const body = new URLSearchParams({ intent: 'cancel' })
    const response = await simulator.fetch(payment_url, { method: 'POST', body })
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toMatch(/^https:\/\/shop\.example\/return\?pidx=/)
  })
})

test('Simulator.fetch knows nothing of the payments of another simulator', async () => {
  const [one, other] = [createSimulator(), createSimulator()]
  const { pidx } = await start(one)
  expect(await lookup(other, pidx)).toMatchObject({ status: 404 })
})

test.each(['test-pay.khalti.com', 'ftp://x.example', ''])('Simulator.fetch refuses "%s" as its origin', (origin) => {
  expect(() => createSimulator({ origin })).toThrow(/is no http\(s\) address/)
})
