import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { KhaltiClient, type KhaltiClientOptions, rupees } from 'khalti-kit'
import { adminPages } from 'khalti-kit/admin'
import { type Checkout, createCheckout, memoryPayments } from 'khalti-kit/checkout'
import { createSimulator, type Simulator } from 'khalti-kit/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve } from '../../src/node/serve.ts'
import { launchFirefox, type OtherBrowser, otherEngines } from '../support/other-engines.ts'
import { bundle } from './components/gallery.ts'

/** A shop of one page, and Khalti at another site than the shop's. */
async function openShop() {
  let simulator: Simulator | undefined
  let checkout: Checkout | undefined
  const toCut: Response[] = []
  const gateway = await serve((request) => simulator?.fetch(request) ?? unready(), { host: 'localhost' })
  const [script, styles] = [await bundle('production'), await readFile('src/react/styles.css', 'utf8')]
  const page = `<!doctype html><title>Shop</title><style>${styles}</style><div id="app"></div><script src="/app.js"></script>`
  const answer = async (request: Request) => {
    const { pathname } = new URL(request.url)
    const cut = pathname.endsWith('/status') && toCut.pop()
    if (cut) return cut
    if (pathname.startsWith('/api/')) return checkout?.handler(request) ?? unready()
    if (pathname === '/app.js') return new Response(script, { headers: { 'content-type': 'text/javascript' } })
    return new Response(page, { headers: { 'content-type': 'text/html' } })
  }
  // The answer that breaks is meant to.
  const shop = await serve(answer, { onError() {} })
  simulator = createSimulator({ origin: gateway.url })
  checkout = createCheckout({
    client: new KhaltiClient({ secretKey: 'any', fetch: simulator.fetch as KhaltiClientOptions['fetch'] }),
    payments: memoryPayments(),
    siteUrl: shop.url,
    readOrder: ({ orderId }) => ({ id: String(orderId), name: 'ढाका टोपी', amount: rupees(850) }),
    fulfil() {},
    landing: ({ payment }) => `/thanks?show=status&pidx=${payment?.pidx}`,
    admin: adminPages({ authorize: () => ({ name: 'Gita' }) }),
  })
  const close = () => Promise.all([shop.close(), gateway.close()])
  return { url: shop.url, khalti: gateway.url, simulator, checkout, toCut, close }
}

/** An answer whose connection breaks behind the first letters. */
function cutOff(): Response {
  const letters = ['{"outcome":"paid",']
  const body = new ReadableStream({
    async pull(controller) {
      const [next] = letters.splice(0)
      if (next) return controller.enqueue(new TextEncoder().encode(next))
      await sleep(100)
      controller.error(new Error('cut off'))
    },
  })
  return new Response(body, { headers: { 'content-type': 'application/json' } })
}

const unready = async () => new Response(null, { status: 503 })
const says = (text: string) => `document.body.innerText.includes(${JSON.stringify(text)})`

describe.each(otherEngines)('other engines', ({ name, why, launch }) => {
  describe.skipIf(why)(why ? `${name}: skipped, ${why}` : `the pages in ${name}`, { timeout: 120_000 }, () => {
    let browser: OtherBrowser
    let shop: Awaited<ReturnType<typeof openShop>>
    beforeAll(async () => {
      shop = await openShop()
      browser = await launch()
    }, 120_000)
    afterAll(async () => {
      await browser?.close()
      await shop?.close()
    })

    test(`A customer leaves for Khalti in ${name}, comes back by the back button, and pays`, async () => {
      await browser.go(`${shop.url}/?show=form`)
      await browser.type('[name=name]', 'Sita')
      await browser.press('.khalti-button')
      await browser.until(`location.origin === '${shop.khalti}'`)
      await browser.back()
      await browser.until(`document.querySelector('.khalti-button')?.ariaDisabled === 'false'`)
      // Both engines bring the page back as it was left.
      expect(await browser.see(`document.querySelector('[name=name]').value`)).toBe('Sita')
      await browser.press('.khalti-button')
      await browser.type('#khalti_id', '9800000001')
      await browser.type('#mpin', '1111\uE007')
      await browser.type('#otp', '987654\uE007')
      await browser.until(says('Payment received'))
      expect(shop.simulator.payments()).toMatchObject([{ status: 'Completed', purchase_order_id: 'A-42' }])
    })

    test(`A customer who waits in ${name} goes elsewhere and back, and reads that the payment has arrived`, async () => {
      const { pidx } = await shop.checkout.initiate({ id: 'A-43', name: 'Topi', amount: rupees(650) })
      await browser.go(`${shop.url}/thanks?show=status&pidx=${pidx}`)
      await browser.until(says('Payment pending'))
      await browser.press('button.khalti-button')
      await browser.go(`${shop.url}/elsewhere`)
      shop.simulator.pay(pidx)
      await browser.back()
      await browser.until(says('Payment received'))
    })

    test(`An answer that is cut off on its way to ${name} is asked for again`, async () => {
      const { pidx } = await shop.checkout.initiate({ id: 'A-45', name: 'Topi', amount: rupees(650) })
      shop.simulator.pay(pidx)
      shop.toCut.push(cutOff())
      await browser.go(`${shop.url}/thanks?show=status&pidx=${pidx}`)
      await browser.until(says('Payment received'))
      expect(shop.toCut).toEqual([])
    })

    test(`A form of the admin pages says in ${name} where it comes from, though the header says no-referrer`, async () => {
      const { pidx } = await shop.checkout.initiate({ id: 'A-44', name: 'Topi', amount: rupees(650) })
      shop.simulator.pay(pidx)
      await browser.go(`${shop.url}/api/khalti/admin/order?id=A-44`)
      await browser.press('form button')
      await browser.until(`document.querySelector('[role=status]') !== null`)
      expect((await shop.checkout.order('A-44'))?.fulfilledAt).toBeInstanceOf(Date)
    })
  })
})

const [firefox] = otherEngines
const without = firefox?.why
describe.skipIf(without)(without ? `forced colours: skipped, ${without}` : 'forced colours in Firefox', () => {
  test('The filter that is chosen can be read in the forced colours of Firefox', async () => {
    const shop = await openShop()
    const browser = await launchFirefox({ 'browser.display.document_color_use': 2 })
    try {
      await shop.checkout.initiate({ id: 'A-46', name: 'Topi', amount: rupees(650) })
      await browser.go(`${shop.khalti}/payments`)
      expect(await browser.see(`matchMedia('(forced-colors: active)').matches`)).toBe(true)
      const colours = (element: string) =>
        browser.see<string[]>(
          `(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.querySelector('${element}')))`,
        )
      const [text, ground] = await colours('body')
      // The other way round: a pair that can be read in every palette.
      expect(await colours('.filters [aria-current]')).toEqual([ground, text])
    } finally {
      await browser.close()
      await shop.close()
    }
  }, 120_000)
})
