import { Hono } from 'hono'
import { serve } from '../../src/node/serve.ts'
import { createJourneyWorld, describeJourney } from './journey.ts'
import { createJourneyShop } from './next-fixture/lib/journey-shop.ts'
import { type AdapterServer, nodeServers } from './node-servers.ts'

const hono: AdapterServer = {
  name: 'Hono',
  start(handler, options) {
    const app = new Hono()
    app.all('/api/khalti/*', (c) => handler(c.req.raw))
    return serve(app.fetch, options)
  },
}

const bare: AdapterServer = { name: 'no framework', start: serve }

for (const server of [bare, hono, ...nodeServers]) {
  describeJourney(server.name, async () => {
    const world = await createJourneyWorld()
    const { gatewayUrl, noticesUrl } = world
    const basePath = '/api/khalti'
    // The shop must know its address, which is known only once it listens.
    let shop: ReturnType<typeof createJourneyShop> | undefined
    const { url, close } = await server.start(
      async (request) => shop?.(request) ?? new Response(null, { status: 503 }),
      { onError: () => {} },
    )
    shop = createJourneyShop({ gatewayUrl, noticesUrl, siteUrl: url, basePath })
    return {
      url,
      basePath,
      world,
      async close() {
        await close()
        await world.close()
      },
    }
  })
}
