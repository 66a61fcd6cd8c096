import { once } from 'node:events'
import { connect, constants, createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { toNodeListener, type WebHandler } from 'khalti-kit/node'
import { afterEach, describe, expect, it } from 'vitest'

const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp()
})

/** A server of HTTP/2 with a client, a promise of the end of the first request, and one for its handler that the client has left. */
async function open(handler: (request: Request, left: Promise<void>) => ReturnType<WebHandler>) {
  const errors: unknown[] = []
  let [end, leave] = [() => {}, () => {}]
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const left = new Promise<void>((resolve) => {
    leave = resolve
  })
  const listener = toNodeListener((request) => handler(request, left), { onError: (error) => errors.push(error) })
  const server = createServer((request: Http2ServerRequest, response: Http2ServerResponse) => {
    response.on('close', leave)
    listener(request as never, response as never).then(end)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  cleanUps.push(
    () => server.close(),
    () => client.destroy(),
  )
  return { client, ended, errors }
}

describe('HTTP/2', () => {
  it('A request over HTTP/2 is answered, with its host and without the signs of its own headers', async () => {
    const { client, ended } = await open((request) => Response.json([request.url, [...request.headers.keys()]]))
    const request = client.request({ ':path': '/status?pidx=a', ':authority': 'shop.example', accept: '*/*' })
    const chunks = await request.setEncoding('utf8').toArray()
    expect(JSON.parse(chunks.join(''))).toEqual(['http://shop.example/status?pidx=a', ['accept']])
    await ended
  })

  it('A client over HTTP/2 who leaves before the answer aborts the signal, and the answer that comes late is not waited for', async () => {
    let signal: AbortSignal | undefined
    const { client, ended, errors } = await open(async (request, left) => {
      signal = request.signal
      leave()
      await left
      return new Response('too late')
    })
    const request = client.request({ ':path': '/' })
    const leave = () => request.close(constants.NGHTTP2_CANCEL)
    await ended
    expect(signal?.reason).toMatchObject({ name: 'AbortError' })
    expect(errors).toEqual([])
  }, 5_000)

  it('An answer over HTTP/2 that was read to its end does not abort the signal', async () => {
    let signal: AbortSignal | undefined
    const { client, ended } = await open((request) => {
      signal = request.signal
      return new Response('all of it')
    })
    const request = client.request({ ':path': '/' })
    expect((await request.setEncoding('utf8').toArray()).join('')).toBe('all of it')
    await ended
    await new Promise((resolve) => client.close(() => resolve(undefined)))
    expect(signal?.aborted).toBe(false)
  })
})
