import { Hono } from 'hono'
import { serve } from '../../src/node/serve.ts'
import { createJourneyWorld, describeJourney } from './journey.ts'
import { createJourneyShop } from './next-fixture/lib/journey-shop.ts'
import { type AdapterServer, nodeServers } from './node-servers.ts'

const hono: AdapterServer = {
  name: 'Hono',
  start(handler, { prefix = '', ...options } = {}) {
    const app = new Hono()
    app.all(`${prefix}/api/khalti/*`, (c) => handler(c.req.raw))
    return serve(app.fetch, options)
  },
}

const bare: AdapterServer = { name: 'no framework', start: serve }

// At the root of an origin, and below a path that frameworks leave on; `next.test.ts` and nginx have it taken off.
const places = [
  { prefix: '', where: '' },
  { prefix: '/shop', where: ', below the path of siteUrl' },
]

const shops = [bare, hono, ...nodeServers].flatMap((server) => places.map((place) => ({ server, ...place })))

for (const { server, prefix, where } of shops) {
  describeJourney(`${server.name}${where}`, async () => {
    const world = await createJourneyWorld()
    const { gatewayUrl, noticesUrl } = world
    const basePath = '/api/khalti'
    // The shop must know its address, which is known only once it listens.
    let shop: ReturnType<typeof createJourneyShop> | undefined
    const { url, close } = await server.start(
      async (request) => shop?.(request) ?? new Response(null, { status: 503 }),
      { onError: () => {}, prefix },
    )
    const siteUrl = `${url}${prefix}`
    shop = createJourneyShop({ gatewayUrl, noticesUrl, siteUrl, basePath })
    return {
      url: siteUrl,
      basePath,
      world,
      async close() {
        await close()
        await world.close()
      },
    }
  })
}
