import { KhaltiConfigError } from 'khalti-kit'
import { type CheckoutOptions, CheckoutRefusal } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { openShop, post } from '../../support/shop.ts'
import { openToldShop } from '../../support/told-shop.ts'

/** What the shop hears of its own addresses when the first payment is to be started. */
async function faultOf(checkout: Partial<CheckoutOptions>): Promise<string> {
  try {
    const { checkout: made, order } = openShop({ checkout })
    await made.initiate(order())
    return 'none'
  } catch (error) {
    expect(error).toBeInstanceOf(KhaltiConfigError)
    return (error as Error).message
  }
}

describe('an address of the shop', () => {
  const example = 'It is an address such as https://shop.example, or https://shop.example/app.'
  const aboutPaths =
    'It is a path such as /api/khalti, without a pattern of your framework; the address belongs in siteUrl.'
  it.each<[Partial<CheckoutOptions>, fault: string]>([
    [{ siteUrl: 'shop' }, `siteUrl is "shop". ${example}`],
    [{ frontendUrl: 5 as never }, `frontendUrl is 5, not text. ${example}`],
    [{ basePath: 'h2c:khalti' }, `basePath is "h2c:khalti". ${aboutPaths}`],
    ...[
      '/api/khalti/*',
      '/api/khalti/[...khalti]',
      '/:path',
      ':path',
      '/{*path}',
      '/api/(khalti)',
      '/api/khalti/$',
    ].map((basePath): [Partial<CheckoutOptions>, string] => [{ basePath }, `basePath is "${basePath}". ${aboutPaths}`]),
    [{ basePath: '/v1:khalti' }, 'none'],
    [{ basePath: '/api/khalti.v1/~shop/@me' }, 'none'],
    [{ basePath: '//api//' }, 'none'],
    [{ apps: [5 as never] }, "apps has 5. Each entry is the URL scheme of an app of yours, such as 'myshop'."],
    [
      { origins: ['https://app.shop.example/?a'] },
      'origins has "https://app.shop.example/?a". Each entry is an origin such as https://app.shop.example or capacitor://localhost.',
    ],
  ])('%j of the shop is answered with the right words', async (checkout, fault) => {
    expect(await faultOf(checkout)).toBe(fault)
  })

  it.each([
    ['return_url', { basePath: `/${'x'.repeat(3000)}` }],
    ['website_url', { frontendUrl: `https://shop.example/${'x'.repeat(3000)}` }],
  ])('An address that makes a %s too long for Khalti is refused by that name', async (name, checkout) => {
    expect(await faultOf(checkout)).toMatch(
      new RegExp(
        `^Khalti refuses an address that siteUrl, frontendUrl and basePath make\\. ${name} is 30\\d\\d characters`,
      ),
    )
  })

  it.each(['http', 'https', 'javascript', 'data', 'file', 'blob', 'about', 'vbscript', 'ws', 'wss'])(
    'The scheme %s is no app of the shop',
    async (scheme) => {
      expect(await faultOf({ apps: [scheme] })).toMatch(`apps has "${scheme}".`)
    },
  )

  it.each([
    ['https://app.shop.example:443/', 'https://app.shop.example'],
    ['https://APP.shop.example', 'https://app.shop.example'],
    ['http://localhost:8100', 'http://localhost:8100'],
    ['ionic://localhost', 'ionic://localhost'],
  ])('The entry %s of origins lets the page %s in', async (entry, origin) => {
    const { ask } = openShop({ checkout: { origins: [entry] } })
    const init = { ...post({ orderId: 'topi' }), headers: { 'content-type': 'application/json', origin } }
    expect((await ask('initiate', init)).status).toBe(200)
  })
})

describe('where nobody can be landed by mistake', () => {
  const http = 'http://localhost:3000'
  it.each<[siteUrl: string, wanted: string, location: string]>([
    ['https://shop.example', 'https://:secret@shop.example/thanks', 'https://shop.example'],
    [http, 'http://:secret@localhost:3000/thanks', http],
    ['https://shop.example', 'https:///', 'https://shop.example'],
    // What a header cannot carry is spelt as browsers spell it.
    ['https://पसल.example', 'https://evil.example', 'https://xn--n2bqr.example/'],
    ['https://shop.example/पसल', 'https://evil.example', 'https://shop.example/%E0%A4%AA%E0%A4%B8%E0%A4%B2'],
    ['https://shop.example/पसल/np', 'https://evil.example', 'https://shop.example/%E0%A4%AA%E0%A4%B8%E0%A4%B2/np'],
  ])('A shop at %s whose landing is %j sends the customer to %s', async (siteUrl, wanted, location) => {
    const { checkout, told } = openToldShop({ checkout: { siteUrl, landing: () => wanted } })
    const answer = await checkout.handler(new Request(`${new URL(siteUrl).href.replace(/\/$/, '')}/api/khalti/return`))
    expect([answer.status, answer.headers.get('location')]).toEqual([303, location])
    expect(told).toEqual([
      {
        error: new Error(`landing gave "${wanted}", which is not on siteUrl, frontendUrl, origins or apps.`),
        route: 'landing',
      },
    ])
  })

  it('A landing that is wrong, or throws, is told with its payment and the order', async () => {
    for (const landing of [() => `https://evil.example/${'x'.repeat(300)}`, () => Promise.reject(new Error('away'))]) {
      const { checkout, ask, order, told } = openToldShop({ checkout: { landing } })
      const { pidx } = await checkout.initiate(order())
      await ask(`return?pidx=${pidx}`)
      expect(told).toMatchObject([{ route: 'landing', pidx, orderId: 'topi' }])
      expect(String(told[0]?.error).length).toBeLessThan(300)
    }
  })
})

describe('a refusal in the words of the shop', () => {
  it.each([400, 599])('A CheckoutRefusal may have the status %s', (status) => {
    const refusal = new CheckoutRefusal(status, 'Sold.')
    expect(refusal).toMatchObject({ status, message: 'Sold.', code: 'refused', docs: 'errors.md#checkout-refused' })
  })

  it('A CheckoutRefusal of another status says which there are', () => {
    expect(() => new CheckoutRefusal(200, 'Sold.')).toThrow(
      'The status of a CheckoutRefusal is 200. It is from 400 to 599.',
    )
  })
})
