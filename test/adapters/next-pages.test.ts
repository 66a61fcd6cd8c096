import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BuiltExample, buildExample, type RunningExample, runExample } from '../support/example.ts'

// Half a minute of building; the Pages Router itself is tested everywhere, in next.test.ts.
describe.runIf(process.env.CI === 'true')('examples/next-pages (built in CI only)', () => {
  let example: BuiltExample
  let shop: RunningExample

  beforeAll(async () => {
    example = await buildExample('examples/next-pages')
    shop = await runExample(example)
  }, 300_000)
  afterAll(async () => {
    await shop?.close()
    await example?.remove()
  })

  /** Opens the page and posts its form, as a browser without JavaScript does. */
  async function order() {
    const html = await (await fetch(shop.url)).text()
    const orderId = /name="orderId" value="([^"]+)"/.exec(html)?.[1] ?? ''
    const action = /action="([^"]+)"/.exec(html)?.[1] ?? ''
    const answer = await fetch(new URL(action, shop.url), {
      method: 'POST',
      headers: { accept: 'text/html' },
      body: new URLSearchParams({ orderId, name: 'Sita Gurung' }),
      redirect: 'manual',
    })
    const paymentUrl = new URL(answer.headers.get('location') ?? '')
    return { orderId, pidx: paymentUrl.searchParams.get('pidx') ?? '' }
  }

  async function status(pidx: string) {
    return (await fetch(`${shop.url}/api/khalti/status?pidx=${pidx}`)).json()
  }

  test('examples/next-pages builds without a warning', () => {
    expect(example.warnings).toEqual([])
  })

  test('examples/next-pages takes a payment', async () => {
    const { orderId, pidx } = await order()
    expect(await status(pidx)).toMatchObject({ outcome: 'pending', orderId, amount: 85_000 })
    shop.simulator.pay(pidx)
    const back = await fetch(`${shop.url}/api/khalti/return?pidx=${pidx}`, { redirect: 'manual' })
    expect([back.status, back.headers.get('location')]).toEqual([303, `${shop.url}/payment?pidx=${pidx}`])
    expect(await status(pidx)).toMatchObject({ outcome: 'paid', orderId })
    expect((await fetch(`${shop.url}/payment?pidx=${pidx}`)).status).toBe(200)
  })

  test('examples/next-pages finds the payment of a closed tab by reconcile', async () => {
    const { pidx } = await order()
    shop.simulator.pay(pidx)
    expect(await shop.reconcile()).toMatchObject({ failed: 0 })
    // From here on only the shop's own record can say so.
    shop.simulator.failNext({ kind: '502', on: 'lookup', times: 9 })
    expect(await status(pidx)).toMatchObject({ outcome: 'paid' })
  })
})
