import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeServers } from './node-servers.ts'

/** Says what reached it. */
async function echo(request: Request): Promise<Response> {
  const { method, url, headers } = request
  const body = Buffer.from(await request.arrayBuffer()).toString('latin1')
  return Response.json({
    method,
    path: new URL(url).pathname + new URL(url).search,
    type: headers.get('content-type'),
    body,
  })
}

async function answers(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname.endsWith('/cookies')) {
    const headers = new Headers({ location: '/thanks' })
    headers.append('set-cookie', 'a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT; Path=/')
    headers.append('set-cookie', 'b=2; HttpOnly')
    return new Response(null, { status: 303, headers })
  }
  const status = /\/status\/(\d+)$/.exec(pathname)?.[1]
  if (status) return new Response(null, { status: Number(status) })
  return echo(request)
}

const bodies: [what: string, type: string, body: string | Uint8Array<ArrayBuffer>, arrives?: string][] = [
  ['a JSON body', 'application/json', '{"orderId":"T-1","list":[1,2.5,null,"é"]}'],
  ['an empty JSON object', 'application/json', '{}'],
  ['a JSON list', 'application/json; charset=utf-8', '[]'],
  ['a form', 'application/x-www-form-urlencoded', 'orderId=T-1&name=Sita+Rai&note=a%26b%3Dc'],
  ['a form with nested and repeated fields', 'application/x-www-form-urlencoded', 'c%5Bname%5D=Sita&tag=a&tag=b'],
  ['a text', 'text/plain', 'orderId=T-1'],
  ['bytes', 'application/octet-stream', Uint8Array.of(0, 255, 128, 10, 13)],
]

describe.each(nodeServers)('toNodeListener on $name', ({ start }) => {
  let server: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    server = await start(answers)
  })
  afterAll(() => server.close())

  it('hands on the method, the whole path and the query', async () => {
    const response = await fetch(`${server.url}/api/khalti/return/?pidx=a%20b&x=%2F`)
    expect(await response.json()).toMatchObject({
      method: 'GET',
      path: '/api/khalti/return/?pidx=a%20b&x=%2F',
      body: '',
    })
  })

  it.each(bodies)('hands on %s as it was sent', async (_what, type, body) => {
    const response = await fetch(`${server.url}/api/khalti/initiate`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })
    expect(await response.json()).toEqual({
      method: 'POST',
      path: '/api/khalti/initiate',
      type,
      body: Buffer.from(body).toString('latin1'),
    })
  })

  it('hands on a POST without a body', async () => {
    const response = await fetch(`${server.url}/api/khalti/reconcile`, { method: 'POST' })
    expect(await response.json()).toMatchObject({ method: 'POST', body: '' })
  })

  it('keeps several cookies apart, and gives redirects out instead of following them', async () => {
    const response = await fetch(`${server.url}/api/khalti/cookies`, { redirect: 'manual' })
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/thanks')
    expect(response.headers.getSetCookie()).toEqual([
      'a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT; Path=/',
      'b=2; HttpOnly',
    ])
  })

  it.each([204, 304, 404, 500])('passes on an answer of status %i without a body', async (status) => {
    const response = await fetch(`${server.url}/api/khalti/status/${status}`)
    expect([response.status, await response.text()]).toEqual([status, ''])
  })

  it('answers HEAD with the head alone', async () => {
    const response = await fetch(`${server.url}/api/khalti/status?pidx=x`, { method: 'HEAD' })
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.text()).toBe('')
  })
})
