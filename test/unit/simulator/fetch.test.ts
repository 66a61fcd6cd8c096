import { describe, expect, test } from 'vitest'
import { createSimulator } from '../../../src/testing.ts'
import { lookup, start } from '../../support/gateway.ts'

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
