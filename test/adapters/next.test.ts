import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { payAtKhalti, said } from '../browser/shop/customer.ts'
import { launchChromium, whyNoChromium } from '../support/chromium.ts'
import { createJourneyWorld, describeJourney, type JourneyWorld } from './journey.ts'
import { buildNextApp, type NextApp } from './next-server.ts'

const routes = [
  { router: 'the App Router on Node', basePath: '/api/khalti' },
  { router: 'the App Router on the edge runtime', basePath: '/api/edge' },
  { router: 'the Pages Router after its body parser', basePath: '/api/parsed' },
  { router: 'the Pages Router without its body parser', basePath: '/api/unparsed' },
  // Next 15 reads and writes a Location of this machine as one of localhost there.
  { router: 'the Pages Router on the edge runtime', basePath: '/api/edge-pages', renamesLoopback: true },
]

/** The basePath of next.config; with one, `trailingSlash` is true as well. */
const places = [
  { prefix: '', where: '' },
  { prefix: '/shop', where: ' with basePath and trailingSlash' },
]

const inCi = process.env.CI === 'true'
const versions = [
  { title: 'Next 16', version: undefined, runs: true, places },
  // Installed from the registry in CI; elsewhere skipped, because the tests must pass without a network. What is so at a
  // root is so below a path.
  { title: 'Next 15 (installed from the registry, in CI only)', version: '15', runs: inCi, places: places.slice(1) },
]

const why = whyNoChromium()

for (const { title, version, runs, places } of versions) {
  describe.runIf(runs)(title, () => {
    let app: NextApp
    let world: JourneyWorld

    beforeAll(async () => {
      world = await createJourneyWorld()
      app = await buildNextApp(
        places.map(({ prefix }) => prefix),
        version,
      )
    }, 600_000)
    afterAll(async () => {
      await app?.remove()
      await world?.close()
    })

    describe.each(places)(`${title}$where`, ({ prefix, where }) => {
      let shop: Awaited<ReturnType<NextApp['start']>>
      beforeAll(async () => {
        shop = await app.start(prefix, { GATEWAY_URL: world.gatewayUrl, NOTICES_URL: world.noticesUrl })
      })
      afterAll(() => shop?.close())

      for (const { router, ...route } of routes) {
        describeJourney(`${router}${where}`, async () => ({ url: shop.url, ...route, world, close: async () => {} }))
      }

      it.each([
        ['a form', { accept: 'text/html' }],
        ['a script', { accept: 'application/json' }],
      ])("A redirect by next/navigation in readOrder is Next's own answer to %s", async (_who, headers) => {
        const init: RequestInit = { method: 'POST', headers, body: new URLSearchParams({ orderId: 'x' }) }
        const address = `${shop.url}/api/members/initiate${prefix && '/'}`
        const answer = await fetch(address, { ...init, redirect: 'manual' })
        expect([answer.status, answer.headers.get('location')]).toEqual([307, expect.stringMatching(/\/login\/?$/)])
      })

      it('The crontab line of docs/reconcile.md reconciles', async () => {
        const [line = ''] = /curl .*reconcile$/m.exec(readFileSync('docs/reconcile.md', 'utf8')) ?? []
        const env = { PATH: process.env.PATH, CRON_SECRET: 'sixteen-characters-or-more', NODE_ENV: 'test' as const }
        const run = promisify(execFile)('sh', ['-c', line.replace('https://shop.example', shop.url)], { env })
        expect(JSON.parse((await run).stdout)).toMatchObject({ checked: expect.any(Number), failed: 0 })
        const wrong = { ...env, CRON_SECRET: 'another secret of some length' }
        const refused = promisify(execFile)('sh', ['-c', line.replace('https://shop.example', shop.url)], {
          env: wrong,
        })
        await expect(refused).rejects.toMatchObject({ code: 22 })
      })

      describePages(() => ({ url: shop.url, world }))
    })
  })
}

let lastOrder = 0

/** The form and the return page, in a browser: they find the routes by `endpoint`. */
function describePages(shop: () => { url: string; world: JourneyWorld }) {
  let browser: Browser
  beforeAll(async () => {
    if (!why) browser = await launchChromium()
  })
  afterAll(() => browser?.close())

  it.skipIf(why).each([
    ['with', true],
    ['without', false],
  ])(
    `KhaltiPaymentForm takes a payment %s JavaScript${why ? ` (skipped, ${why})` : ''}`,
    async (_, javaScriptEnabled) => {
      const { url, world } = shop()
      const orderId = `tea-of-page-${++lastOrder}`
      const context = await browser.newContext({ javaScriptEnabled })
      try {
        const page = await context.newPage()
        await page.goto(`${url}/pay?order=${orderId}`)
        await page.getByRole('button').click()
        await payAtKhalti(page)
        await page.waitForURL(`${url}/thanks**`)
        if (javaScriptEnabled) await said(page, 'Payment received')
        expect(world.notices.filter((what) => what === `fulfilled ${orderId}`)).toHaveLength(1)
      } finally {
        await context.close()
      }
    },
  )
}
