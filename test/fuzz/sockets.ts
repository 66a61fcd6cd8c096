import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toNodeListener } from '../../src/node.ts'
import { openShop } from '../support/shop.ts'
import { expectNoPollution, fuzzing, heapInUse, timeout } from './fuzzing.ts'
import { form, jsonText, query } from './inputs.ts'

const target = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('/api/khalti/initiate', '/api/khalti/status?pidx=x', '/api/khalti/return', '/', '*', ''),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'http://evil.example/api/khalti/initiate',
      'https://a:b@evil.example:99999/api/khalti/status',
      '//evil.example/api/khalti/status',
      '/\\evil.example',
      'evil.example:443',
      '/api/khalti/../../x',
      '/%',
      'http://',
      'http://[::1',
      'javascript:alert(1)',
    ),
  },
  { weight: 1, arbitrary: query.map((text) => `/api/khalti/status?${text.replace(/\s/g, '')}`) },
)
const header = fc.oneof(
  fc.constantFrom(
    'Host: shop.example',
    'Host: shop.example',
    'Host: a\r\nHost: b',
    'Host: [::1]:99999',
    'Host: a/b?c#d@e',
    'Host:',
    'Connection: close',
    'Connection: keep-alive',
    'Connection: Upgrade\r\nUpgrade: websocket',
    'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
    'Expect: 100-continue',
    'Expect: 200-maybe',
    'Content-Type: application/json',
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Type: multipart/form-data; boundary=x',
    'Content-Type: \xff\xfe',
    'Origin: https://evil.example',
    'Authorization: Bearer \t x',
    ': nameless',
    'no colon',
    ' folded: x',
    'X\0Y: z',
    `X-Long: ${'x'.repeat(20_000)}`,
    'Content-Encoding: gzip',
  ),
  fc
    .constantFrom('', '-1', '0', '1', '7', '65537', '1e3', '0x10', '+5', '5, 5', '9'.repeat(30))
    .map((n) => `Content-Length: ${n}`),
  fc
    .constantFrom('chunked', 'gzip, chunked', 'identity', 'chunked, chunked', 'xchunked')
    .map((te) => `Transfer-Encoding: ${te}`),
)
const chunked = fc
  .array(
    fc.tuple(
      fc.constantFrom('5', '5;x=y', '0', 'zz', '-1', 'ffffffffff', '5\n'),
      fc.constantFrom('{"a":', '12345', ''),
    ),
    {
      maxLength: 4,
    },
  )
  .map((chunks) => `${chunks.map(([size, data]) => `${size}\r\n${data}\r\n`).join('')}0\r\n\r\n`)
const message = fc
  .record({
    method: fc.constantFrom(
      'POST',
      'POST',
      'GET',
      'HEAD',
      'OPTIONS',
      'PUT',
      'TRACE',
      'CONNECT',
      'PRI',
      'get',
      'G\0T',
      '',
    ),
    target,
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.11', 'http/1.1', ''),
    headers: fc.array(header, { maxLength: 6 }),
    body: fc.oneof(jsonText, form, chunked, fc.constant('x'.repeat(70_000))),
    honest: fc.boolean(),
  })
  .map(({ method, target: to, version, headers, body, honest }) => {
    const length = honest ? [`Content-Length: ${Buffer.byteLength(body)}`] : []
    return `${[`${method} ${to} ${version}`, ...headers, ...length].join('\r\n')}\r\n\r\n${body}`
  })
const sent = fc.record({
  messages: fc.array(message, { minLength: 1, maxLength: 3 }),
  /** Where the bytes are cut into writes. */
  cuts: fc.array(fc.nat(3_000), { maxLength: 5 }),
  /** How the client leaves: it ends its half and waits, or it is gone in the middle. */
  leaves: fc.constantFrom('half-closed', 'half-closed', 'half-closed', 'reset'),
})
type Sent = typeof sent extends fc.Arbitrary<infer Value> ? Value : never

describe('a Node server that gets bytes', () => {
  const errors: unknown[] = []
  const shop = openShop()
  let server: Server
  beforeAll(async () => {
    const listener = toNodeListener(shop.checkout.handler, { onError: (error) => void errors.push(error) })
    server = createServer(listener).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const port = () => (server.address() as AddressInfo).port

  /** What comes back until the server closes. */
  async function send({ messages, cuts, leaves }: Sent): Promise<string> {
    const bytes = Buffer.from(messages.join(''), 'latin1')
    const ends = [...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
    const socket = connect({ port: port(), host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
    })
    // A server that has had enough may reset the connection: that is an end, too.
    socket.on('error', () => {})
    const closed = new Promise((done) => socket.once('close', done))
    let from = 0
    for (const end of ends) {
      if (socket.destroyed) break
      await new Promise((done) => socket.write(bytes.subarray(from, end), done))
      from = end
    }
    if (leaves === 'reset') socket.resetAndDestroy()
    else socket.end()
    socket.once('end', () => socket.destroy())
    await closed
    return received
  }

  const allClosed = () =>
    expect.poll(() => new Promise((done) => server.getConnections((_error, count) => done(count)))).toBe(0)

  const ask = async () => (await fetch(`http://127.0.0.1:${port()}/api/khalti/status?pidx=x`)).status

  it('Any bytes are answered, or end with the connection, and the next client is served', { timeout }, async () => {
    const property = fc.asyncProperty(sent, async (given) => {
      const received = await send(given)
      if (received !== '') expect(received).toMatch(/^HTTP\/1\.1 [1-5]\d\d /)
      expect(received).not.toContain('Internal Server Error')
      expect(errors).toEqual([])
      shop.errors.length = 0
    })
    await fc.assert(property, fuzzing('sockets', { few: 60 }))
    expect(await ask()).toBe(404)
    expectNoPollution()
  })

  it('Connections that were cut off leave nothing behind', { timeout }, async () => {
    const head = 'POST /api/khalti/initiate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n'
    const cut = (count: number) =>
      Promise.all(
        Array.from({ length: count }, () =>
          send({ messages: [`${head}Content-Length: 9000\r\n\r\n{"orderId":`], cuts: [40], leaves: 'reset' }),
        ),
      )
    await cut(40)
    await allClosed()
    const before = heapInUse()
    for (let round = 0; round < 5; round += 1) await cut(40)
    await allClosed()
    shop.errors.length = 0
    // A kept request is some ten kilobytes; in the full run 8,000 of them would be 80 MB.
    expect(heapInUse() - before).toBeLessThan(1_000_000)
    expect([errors, await ask()]).toEqual([[], 404])
  })
})
