import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { serve } from '../../src/node/serve.ts'
import { openShop, post } from '../support/shop.ts'
import { openNextRecipe } from './recipes/next-recipe.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Sends a request as bytes, and gives the answer's bytes. */
async function raw(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(Buffer.from(text, 'latin1'))
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return Buffer.concat(chunks).toString('latin1')
}

const evil = 'topi\r\nset-cookie: session=attacker\r\n\r\n<script>alert(1)</script>'

describe('a line break in what becomes a header', () => {
  it('The recipe of Next.js, with a redirect to the order that the address names, ends in an error after the goods went out', async () => {
    const shop = openNextRecipe()
    const back = new URL(shop.simulator.pay(await shop.link('mala')))
    // The end of khalti-callback where it is a route: on to the page of the order.
    const callback = async (address: string) => {
      await shop.khaltiCallback(address)
      const order = new URL(address).searchParams.get('merchant_page')
      return new Response(null, { status: 302, headers: { location: `/orders/${order}` } })
    }
    for (const page of [evil, 'ढाका-टोपी']) {
      back.searchParams.set('merchant_page', page)
      await expect(callback(back.href)).rejects.toThrow(TypeError)
    }
    expect(shop.handedOut).toEqual(['mala', 'mala'])
  })

  it.each([evil, 'ढाका-टोपी', 'topi\u2028\u2029\u0085', 'a\tb\vc', '\u{1f9e2}'])(
    'An order whose id is %j lands with one whole address and no header of its own',
    async (id) => {
      const shop = openShop({ checkout: { landing: ({ payment }) => `/orders/${payment?.orderId}` } })
      const server = await serve(shop.checkout.handler)
      closing.push(server.close)
      const { pidx } = await shop.checkout.initiate(shop.order({ id, name: id }))
      const { search } = new URL(shop.simulator.pay(pidx))
      const answer = await raw(
        server.url,
        `GET /api/khalti/return${search} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      )
      expect(answer).toMatch(/^HTTP\/1\.1 303 /)
      expect(answer).toMatch(/\r\nlocation: https:\/\/shop\.example\/orders\/[!-~]*\r\n/)
      expect(answer).not.toMatch(/\r\nset-cookie|<script/i)
      expect(shop.fulfilled).toHaveLength(1)
    },
  )

  it('A preflight that asks for headers with a line break gets no header of its own', async () => {
    const shop = openShop({ checkout: { origins: ['https://app.shop.example'] } })
    const server = await serve(shop.checkout.handler)
    closing.push(server.close)
    for (const wanted of ['x, y\x00', 'x\x0bset-cookie: a=b', 'x'.repeat(8_000)]) {
      const answer = await raw(
        server.url,
        `OPTIONS /api/khalti/initiate HTTP/1.1\r\nHost: a\r\nOrigin: https://app.shop.example\r\nAccess-Control-Request-Headers: ${wanted}\r\nConnection: close\r\n\r\n`,
      )
      expect(answer).toMatch(/^HTTP\/1\.1 (204|400) /)
      expect(answer).not.toMatch(/\r\nset-cookie/i)
    }
  })

  it('What a customer types reaches Khalti as JSON alone, never as a header', async () => {
    const shop = openShop({
      checkout: { readOrder: ({ name }) => shop.order({ customer: { name: String(name), phone: '9800000001' } }) },
    })
    const answer = await shop.ask('initiate', post({ name: evil }))
    expect(answer.status).toBe(200)
    expect(shop.simulator.payments()[0]?.request.customer_info).toMatchObject({ name: evil.trim() })
    expect([...answer.headers].map(([name]) => name).filter((name) => name === 'set-cookie')).toEqual([])
  })
})
