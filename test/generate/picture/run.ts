import { writeFileSync } from 'node:fs'
import { openShop } from '../../../src/cli/demo/shop.ts'
import { KhaltiClient } from '../../../src/core/client.ts'
import { serve } from '../../../src/node/serve.ts'
import { createSimulator } from '../../../src/simulator/simulator.ts'
import { sandboxWallets } from '../../../src/wire/sandbox-wallets.ts'
import { launchChromium } from '../../support/chromium.ts'
import { type Film, openFilm } from './film.ts'

/** `npm run picture`: films a payment in the demo's own shop and simulator, for the README. */
const simulator = createSimulator({ origin: (request) => new URL(request.url).origin })
const gateway = await serve((request) => simulator.fetch(request), { port: 8787 })
const client = new KhaltiClient({ secretKey: 'anything', environment: 'sandbox', baseUrl: gateway.url })
let shop: ReturnType<typeof openShop> | undefined
const market = await serve(async (request) => shop?.handler(request) ?? new Response(null, { status: 503 }), {
  port: 3000,
})
shop = openShop(client, { siteUrl: market.url, gatewayUrl: gateway.url })
const browser = await launchChromium()
try {
  const film = await openFilm(browser, captionOf)
  await buy(film)
  const picture = await film.develop()
  writeFileSync('docs/images/payment.webp', picture)
  console.log(`Wrote docs/images/payment.webp, ${Math.round(picture.length / 1000)} kB.`)
} finally {
  await browser.close()
  await client.close()
  for (const server of [gateway, market]) await server.close()
}

function captionOf(url: string): string {
  if (url.startsWith(gateway.url)) return '2. Khalti, simulated on your machine'
  return url.includes('/orders/') ? '3. Your shop asks Khalti, and fulfils the order once' : '1. Your shop'
}

async function buy({ page, hold, press, type }: Film): Promise<void> {
  await page.goto(market.url)
  await hold(1200)
  await press(page.getByRole('button', { name: 'Pay with Khalti' }).first())
  await hold(900)
  await page.getByRole('button', { name: 'Continue' }).scrollIntoViewIfNeeded()
  await hold(300)
  await type(page.getByLabel('Khalti ID'), sandboxWallets.ids[0])
  await type(page.getByLabel('MPIN'), sandboxWallets.mpin)
  await page.keyboard.press('Enter')
  await page.getByLabel('One-time password (OTP)').waitFor()
  await page.getByRole('button', { name: 'Pay Rs' }).scrollIntoViewIfNeeded()
  await hold(700)
  await type(page.getByLabel('One-time password (OTP)'), sandboxWallets.otp)
  await press(page.getByRole('button', { name: 'Pay Rs' }))
  await page.getByText('handed out').waitFor()
  await hold(3500)
}
