import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { KhaltiClient, type KhaltiClientOptions } from 'khalti-kit'
import { afterEach, describe, expect, it } from 'vitest'
import { paymentRequest, pidx } from '../../support/payment-request.ts'

const open: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

/** A client of a server that takes connections and never says a word, so that TLS is never there. */
async function silentClient(options: KhaltiClientOptions) {
  const sockets: { destroy(): unknown }[] = []
  const server = createServer((socket) => sockets.push(socket.on('error', () => {})))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', baseUrl, timeoutMs: 200, ...options })
  open.push(
    () => server.close(),
    () => {
      for (const socket of sockets) socket.destroy()
    },
    () => client.close(),
  )
  return client
}

describe('while undici is still connecting', () => {
  it('While undici is still connecting the timeout means that nothing was sent, so that even an initiate may be tried again', async () => {
    const client = await silentClient({ maxRetries: 0 })
    await expect(client.initiate(paymentRequest)).rejects.toMatchObject({
      reason: 'unreachable',
      message: expect.stringMatching(/no connection within 200 ms/),
      mayHaveBeenProcessed: false,
      retryable: true,
    })
  })

  it('While undici is still connecting the timeout of a refund means that no money went back', async () => {
    const client = await silentClient({})
    await expect(client.refund(pidx)).rejects.toMatchObject({ reason: 'unreachable', mayHaveBeenProcessed: false })
  })

  it('While undici is still connecting the signal ends an initiate that cannot have gone through', async () => {
    const client = await silentClient({ timeoutMs: 10_000 })
    await expect(client.initiate(paymentRequest, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      reason: 'aborted',
      mayHaveBeenProcessed: false,
    })
  })
})

it('While undici is still connecting over a fetch nobody knows whether it was still connecting, so an initiate may have gone through', async () => {
  const client = await silentClient({ fetch: (...a) => globalThis.fetch(...a), maxRetries: 0 })
  await expect(client.initiate(paymentRequest)).rejects.toMatchObject({ reason: 'timeout', mayHaveBeenProcessed: true })
})

it('While undici is still connecting a client can be closed twice, and does not wait for a connection that nobody wants any more', async () => {
  const client = await silentClient({ maxRetries: 0 })
  await client.lookup(pidx).catch(() => {})
  const start = performance.now()
  await client.close()
  await client.close()
  // undici itself gives up on a connection after 10 seconds.
  expect(performance.now() - start).toBeLessThan(9_000)
})
