import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { KhaltiClient } from 'khalti-kit'
import { afterEach, describe, expect, it } from 'vitest'
import { completedLookup, pidx } from '../../support/payment-request.ts'
import { serveScript } from '../../support/server.ts'

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function clientThatGets(coding: string, body: Uint8Array, status = 200) {
  const asked: unknown[] = []
  const server = await serveScript(({ headers }, response) => {
    asked.push(headers['accept-encoding'])
    response.writeHead(status, { 'content-encoding': coding }).end(body)
  })
  const client = new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', baseUrl: server.origin, maxRetries: 0 })
  open.push(server, client)
  return { client, asked }
}

const json = JSON.stringify({ ...completedLookup, note: 'रु १०' })

describe('an answer that was compressed though nobody asked for it', () => {
  it.each<[string, Uint8Array]>([
    ['gzip', gzipSync(json)],
    ['x-gzip', gzipSync(json)],
    ['GZIP', gzipSync(json)],
    ['br', brotliCompressSync(json)],
    ['deflate', deflateSync(json)],
    ['deflate', deflateRawSync(json)],
    ['deflate, gzip', gzipSync(deflateSync(json))],
    ['identity', Buffer.from(json)],
  ])(
    'An answer that was compressed though nobody asked for it is read where its coding is %s',
    async (coding, body) => {
      const { client, asked } = await clientThatGets(coding, body)
      expect(await client.lookup(pidx)).toMatchObject({ note: 'रु १०' })
      expect(asked).toEqual([undefined])
    },
  )

  it('An answer that was compressed though nobody asked for it is read where Khalti refuses', async () => {
    const { client } = await clientThatGets('gzip', gzipSync('{"detail":"Invalid token."}'), 401)
    await expect(client.lookup(pidx)).rejects.toMatchObject({ body: { detail: 'Invalid token.' } })
  })

  it.each<[string, string, Uint8Array]>([
    ['is broken', 'gzip', gzipSync(json).subarray(0, 30)],
    ['is none at all', 'br', Buffer.from('%%%')],
    ['has a coding that nobody knows', 'zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ])(
    'An answer that was compressed though nobody asked for it says neither yes nor no where it %s',
    async (_title, coding, body) => {
      const { client } = await clientThatGets(coding, body)
      await expect(client.lookup(pidx)).rejects.toMatchObject({ code: 'response', status: 200 })
    },
  )

  it('An answer that was compressed though nobody asked for it is not unpacked beyond 1 MiB, however little was sent', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000))
    expect(bomb.byteLength).toBeLessThan(100_000)
    const { client } = await clientThatGets('gzip', bomb)
    await expect(client.lookup(pidx)).rejects.toMatchObject({ message: expect.stringMatching(/over 1 MiB/) })
  })
})
