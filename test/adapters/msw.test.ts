import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { khaltiHandlers } from '../../src/msw.ts'
import { createSimulator } from '../../src/testing.ts'
import { lookup, post, read, refund, start } from '../support/gateway.ts'

const simulator = createSimulator({ origin: 'http://khalti.localhost:8787' })
const server = setupServer(
  ...khaltiHandlers(simulator),
  http.get('https://elsewhere.example/', () => HttpResponse.text('elsewhere')),
)

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const network = { fetch: (input: RequestInfo | URL, init?: RequestInit) => globalThis.fetch(input, init) }

describe("msw's handlers", () => {
  test('The handlers take a payment over the global fetch', async () => {
    const { pidx, payment_url } = await start(network)
    expect(await lookup(network, pidx)).toMatchObject({ status: 200, body: { status: 'Initiated' } })

    expect(payment_url).toBe(`http://khalti.localhost:8787/?pidx=${pidx}`)
    expect(await read(network, payment_url)).toMatchObject({ text: expect.stringContaining('Log in') })
    const body = new URLSearchParams({ khalti_id: '9800000000', mpin: '1111', otp: '987654' })
    const paid = await read(network, payment_url, { method: 'POST', body })
    expect(paid.status).toBe(303)
    expect(paid.headers.get('location')).toContain('status=Completed')

    const { body: looked } = await lookup(network, pidx)
    expect(looked.status).toBe('Completed')
    expect(await refund(network, looked.transaction_id)).toMatchObject({ status: 200 })
    expect((await lookup(network, pidx)).body.status).toBe('Refunded')
  })

  test('The handlers leave the HTTP 400 of a canceled payment as it is', async () => {
    const { pidx } = await start(network)
    simulator.cancel(pidx)
    expect(await lookup(network, pidx)).toMatchObject({ status: 400, body: { status: 'User canceled' } })
  })

  test.each([
    'https://dev.khalti.com',
    'https://khalti.com',
    'https://a.khalti.com',
    'https://test-pay.khalti.com',
    'https://pay.khalti.com',
    'http://khalti.localhost:8787',
  ])('The handlers answer for %s', async (origin) => {
    expect(await read(network, `${origin}/api/v5/bank/`)).toMatchObject({ status: 200 })
    expect(await read(network, `${origin}/payments`)).toMatchObject({ status: 200 })
  })

  test('The handlers leave other hosts alone', async () => {
    expect(await read(network, 'https://elsewhere.example/')).toMatchObject({ text: 'elsewhere' })
  })

  test('The handlers break the connection where the simulator does', async () => {
    const before = simulator.payments().length
    simulator.failNext('reset-after')
    await expect(start(network)).rejects.toThrow(TypeError)
    expect(simulator.payments()).toHaveLength(before + 1)
  })

  test('A signal ends a slow answer of the handlers', async () => {
    simulator.failNext({ kind: 'slow', on: 'lookup' })
    const { pidx } = await start(network)
    const answer = post(network, '/api/v2/epayment/lookup/', { pidx }, { signal: AbortSignal.timeout(20) })
    await expect(answer).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})
