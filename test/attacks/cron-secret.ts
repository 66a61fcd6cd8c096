import { describe, expect, it } from 'vitest'
import { openShop } from '../support/shop.ts'

const secret = 'a secret of 16 characters or more'

/** The route of a cron job as hosts document it and shops copy it. */
function recipeCron(env: { CRON_SECRET?: string }) {
  return (request: Request) => {
    if (request.headers.get('authorization') !== `Bearer ${env.CRON_SECRET}`) {
      return new Response('Unauthorized', { status: 401 })
    }
    return Response.json({ ok: true })
  }
}

const ask = (authorization: string) => new Request('https://shop.example/api/cron', { headers: { authorization } })

describe('the route of the cron job', () => {
  it('The recipe of Next.js lets everybody in who knows JavaScript, where the secret was not set', () => {
    expect(recipeCron({})(ask('Bearer undefined')).status).toBe(200)
  })

  it.each(['Bearer undefined', 'Bearer null', 'Bearer ', 'Bearer'])(
    'Reconcile without a secret is not there, not for %j either',
    async (authorization) => {
      const shop = openShop({ checkout: { cronSecret: undefined } })
      expect((await shop.ask('reconcile', { headers: { authorization } })).status).toBe(404)
    },
  )

  it.each([
    '',
    'Bearer wrong',
    'Bearer undefined',
    `Bearer ${secret}x`,
    `Bearer ${secret.slice(0, -1)}`,
    `Bearer ${secret}, Bearer ${secret}`,
    secret,
    `bearer ${secret}`,
    `Basic ${btoa(secret)}`,
  ])('Reconcile over HTTP refuses %j', async (authorization) => {
    const answer = await openShop().ask('reconcile', { headers: { authorization } })
    expect([answer.status, (await answer.json()).code, answer.headers.get('www-authenticate')]).toEqual([
      401,
      'unauthorized',
      'Bearer',
    ])
  })

  it.each([`secret=${secret}`, `authorization=Bearer%20${secret}`, `token=${secret}`])(
    'Reconcile does not take its secret from the address, where logs would keep it: %s',
    async (query) => {
      const shop = openShop()
      const { pidx } = await shop.checkout.initiate(shop.order())
      shop.simulator.pay(pidx)
      expect((await shop.ask(`reconcile?${query}`)).status).toBe(401)
      expect([shop.fulfilled, shop.lookups]).toEqual([[], []])
    },
  )
})
