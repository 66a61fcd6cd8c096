import express from 'express'
import fastify from 'fastify'
import { KhaltiClient, paisa } from 'khalti-kit'
import { adminPages } from 'khalti-kit/admin'
import { type Checkout, CheckoutRefusal, createCheckout, memoryPayments } from 'khalti-kit/checkout'
import { createSimulator } from 'khalti-kit/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { type Customer, loggedIn, who } from '../../examples/sessions/customer.ts'
import { mountKhalti as mountOnExpress } from '../../examples/sessions/express.ts'
import { mountKhalti as mountOnFastify } from '../../examples/sessions/fastify.ts'
import { listen } from './node-servers.ts'

const customers: Record<string, Customer> = {
  maya: { id: 'maya', name: 'Maya', isStaff: false },
  hari: { id: 'hari', name: 'Hari', isStaff: false },
  sita: { id: 'sita', name: 'Sita', isStaff: true },
}
/** What a session is: a cookie, and who it is to the server. */
const userOf = (cookie: string | undefined) => customers[cookie?.replace('session=', '') ?? '']

const ownerOf: Record<string, string> = { 'maya-1': 'maya', 'hari-1': 'hari' }

function openCheckout(): Checkout {
  return createCheckout({
    client: new KhaltiClient({ secretKey: 'any', environment: 'sandbox', fetch: createSimulator().fetch }),
    payments: memoryPayments(),
    siteUrl: 'https://shop.example',
    async readOrder({ orderId }) {
      const id = String(orderId)
      // Both customers of a test are in here at once.
      await new Promise((resolve) => setTimeout(resolve, 20))
      if (ownerOf[id] !== loggedIn().id) throw new CheckoutRefusal(404, 'There is no such order.')
      return { id, name: 'Dhaka topi', amount: paisa(85_000) }
    },
    fulfil: () => {},
    landing: ({ error }) => (error instanceof CheckoutRefusal && error.status === 401 ? '/login' : '/'),
    admin: adminPages({
      authorize: () => {
        const person = who.getStore()
        return person?.isStaff ? { name: person.name } : Response.redirect('https://shop.example/login', 303)
      },
    }),
  })
}

const servers = [
  {
    name: 'Express',
    async start() {
      const app = express()
      app.use((request, _response, next) => {
        Object.assign(request, { user: userOf(request.headers.cookie) })
        next()
      })
      mountOnExpress(app, openCheckout())
      return listen(app)
    },
  },
  {
    name: 'Fastify',
    async start() {
      const app = fastify()
      app.decorateRequest('user')
      app.addHook('onRequest', async (request) => {
        Object.assign(request, { user: userOf(request.headers.cookie) })
      })
      mountOnFastify(app, openCheckout())
      const url = await app.listen({ port: 0, host: '127.0.0.1' })
      return { url, close: () => app.close() }
    },
  },
]

describe.each(servers)('the session of $name', ({ start }) => {
  let close = async () => {}
  afterEach(() => close())
  const open = async () => {
    const server = await start()
    close = server.close
    const headersOf = (user?: string) => (user ? { cookie: `session=${user}` } : undefined)
    return {
      async initiate(orderId: string, user?: string) {
        const headers = { ...headersOf(user), 'content-type': 'application/json' }
        const init = { method: 'POST', headers, body: JSON.stringify({ orderId }) }
        const answer = await fetch(`${server.url}/api/khalti/initiate`, init)
        return { status: answer.status, ...((await answer.json()) as { code?: string; error?: string; pidx?: string }) }
      },
      async submit(orderId: string, user?: string) {
        const headers = { ...headersOf(user), accept: 'text/html', origin: 'https://shop.example' }
        const init = { method: 'POST', headers, body: new URLSearchParams({ orderId }), redirect: 'manual' } as const
        const answer = await fetch(`${server.url}/api/khalti/initiate`, init)
        return { status: answer.status, location: answer.headers.get('location') }
      },
      admin: (user?: string) =>
        fetch(`${server.url}/api/khalti/admin`, { headers: { ...headersOf(user) }, redirect: 'manual' }),
    }
  }

  it('readOrder sees who is logged in, and each of two who ask at once as themselves', async () => {
    const { initiate } = await open()
    const [maya, hari, other] = await Promise.all([
      initiate('maya-1', 'maya'),
      initiate('hari-1', 'hari'),
      initiate('maya-1', 'hari'),
    ])
    expect(maya).toMatchObject({ status: 200, pidx: expect.any(String) })
    expect(hari).toMatchObject({ status: 200, pidx: expect.any(String) })
    expect(other).toMatchObject({ status: 404, code: 'refused', error: 'There is no such order.' })
  })

  it('readOrder sees nobody where nobody is logged in', async () => {
    const { initiate } = await open()
    expect(await initiate('maya-1')).toMatchObject({ status: 401, code: 'refused', error: 'Please log in first.' })
  })

  it('A plain form of somebody who is not logged in is led by landing to the login', async () => {
    const { submit } = await open()
    expect(await submit('maya-1')).toEqual({ status: 303, location: 'https://shop.example/login' })
    expect(await submit('maya-1', 'hari')).toEqual({ status: 303, location: 'https://shop.example/' })
  })

  it('The admin pages ask authorize, which sees who is logged in', async () => {
    const { admin } = await open()
    expect((await admin('sita')).status).toBe(200)
    for (const user of [undefined, 'maya']) expect((await admin(user)).status).toBe(303)
  })
})
