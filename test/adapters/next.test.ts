import { afterAll, beforeAll, describe } from 'vitest'
import { createJourneyWorld, describeJourney, type JourneyWorld } from './journey.ts'
import { buildNextApp, type NextApp } from './next-server.ts'

const routes = [
  { name: 'the App Router on Node', basePath: '/api/khalti' },
  { name: 'the App Router on the edge runtime', basePath: '/api/edge' },
  { name: 'the Pages Router after its body parser', basePath: '/api/parsed' },
  { name: 'the Pages Router without its body parser', basePath: '/api/unparsed' },
]

const versions = [
  { title: 'Next 16', version: undefined, runs: true },
  // Installed from the registry in CI; elsewhere skipped, because the tests must pass without a network.
  { title: 'Next 15 (installed from the registry, in CI only)', version: '15', runs: process.env.CI === 'true' },
]

for (const { title, version, runs } of versions) {
  describe.runIf(runs)(title, () => {
    let app: NextApp
    let world: JourneyWorld
    let server: Awaited<ReturnType<NextApp['start']>>

    beforeAll(async () => {
      world = await createJourneyWorld()
      app = await buildNextApp(version)
      const { gatewayUrl, noticesUrl } = world
      server = await app.start({ GATEWAY_URL: gatewayUrl, NOTICES_URL: noticesUrl })
    }, 600_000)
    afterAll(async () => {
      await server?.close()
      await app?.remove()
      await world?.close()
    })

    for (const { name, basePath } of routes) {
      describeJourney(name, async () => ({ url: server.url, basePath, world, close: async () => {} }))
    }
  })
}
