import { describe, expect, it } from 'vitest'
import { post } from '../../support/shop.ts'
import { openToldShop, plain, wholeOf } from '../../support/told-shop.ts'

const app = 'https://app.shop.example'
const refused = {
  status: 403,
  headers: plain,
  body: { error: 'Payments can only be started from the shop itself.', code: 'origin' },
}
const allowed = `allowed are https://shop.example, ${app}.`
const elsewhere = `${allowed} If it is your front end, set frontendUrl to it: customers come back there. If it is a further page of yours, add it to origins (www. is another origin).`
const siteUrl = (origin: string) =>
  `siteUrl is https://shop.example. If ${origin} is this shop, set siteUrl to it: Khalti sends customers back to siteUrl. If the shop answers at both, add it to origins (www. is another origin).`

const openOrigins = () => openToldShop({ checkout: { origins: [app] } })

describe('where a payment is started', () => {
  it.each<[where: string, headers: Record<string, string>]>([
    ['the shop itself', { 'sec-fetch-site': 'same-origin', origin: 'https://shop.example' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
    ['the address bar, where the origin is hidden', { 'sec-fetch-site': 'none', origin: 'null' }],
    ['another origin of the shop', { 'sec-fetch-site': 'same-site', origin: app }],
    ['an old browser on the shop', { origin: 'https://shop.example' }],
  ])('A payment may be started from %s', async (_where, headers) => {
    const { ask, told } = openOrigins()
    const init = { ...post({ orderId: 'topi' }), headers: { 'content-type': 'application/json', ...headers } }
    expect((await ask('initiate', init)).status).toBe(200)
    expect(told).toEqual([])
  })

  it.each([
    ['elsewhere', 'https://evil.example', 'https://evil.example', elsewhere],
    ['an origin that is very long', `https://${'x'.repeat(300)}`, `https://${'x'.repeat(192)}`, elsewhere],
    // Only the beginning is a scheme.
    ['an origin with a scheme in its middle', 'shop.https://example', 'shop.https://example', elsewhere],
    ['the same host without https', 'http://shop.example', 'http://shop.example', siteUrl('http://shop.example')],
  ])('A payment may not be started from %s, and the shop is told what to do', async (_where, origin, from, what) => {
    const { ask, saidTo } = openOrigins()
    const init = post({ orderId: 'topi' }, { 'sec-fetch-site': 'cross-site', origin })
    expect(await wholeOf(await ask('initiate', init))).toEqual(refused)
    expect(saidTo()).toEqual([
      { said: `A payment was started from ${from}, and was refused: ${what}`, route: 'initiate' },
    ])
  })

  it('A payment may not be started by a page that hides its origin, and the shop is told what to do', async () => {
    const { ask, saidTo } = openOrigins()
    const init = post({ orderId: 'topi' }, { 'sec-fetch-site': 'cross-site' })
    expect(await wholeOf(await ask('initiate', init))).toEqual(refused)
    expect(saidTo()).toEqual([
      {
        said: `A payment was started by a page that hides its origin, and was refused. Browsers without Sec-Fetch headers hide it under 'Referrer-Policy: no-referrer': use 'strict-origin-when-cross-origin' on the page, and https. Allowed are https://shop.example, ${app}.`,
        route: 'initiate',
      },
    ])
  })
})

describe('a page whose script may not read the answer', () => {
  const from = (origin: string) => ({ headers: { origin } })

  it('The shop is told once of an origin that asks for a status, and of each other one', async () => {
    const { ask, saidTo } = openOrigins()
    const origins = ['https://one.example', 'https://two.example', 'https://one.example', app]
    for (const origin of origins) await ask('status?pidx=x', from(origin))
    const said = (origin: string) => `The status route was called from ${origin}, and was refused: ${elsewhere}`
    expect(saidTo()).toEqual([
      { said: said('https://one.example'), route: 'status' },
      { said: said('https://two.example'), route: 'status' },
    ])
  })

  it('The shop is told nothing of a customer who comes back from Khalti, though the browser calls that cross-site', async () => {
    const { ask, told } = openOrigins()
    const back = await ask('return?pidx=x', { headers: { 'sec-fetch-site': 'cross-site' } })
    expect([back.status, told]).toEqual([303, []])
  })

  it('The shop hears of 100 origins once each, and after them of an origin again', async () => {
    const { ask, told } = openOrigins()
    const originOf = (index: number) => `https://page${index}.example`
    const askFrom = async (index: number) => {
      const before = told.length
      await ask('status?pidx=x', from(originOf(index)))
      return told.length - before
    }
    for (let index = 0; index < 100; index += 1) expect([index, await askFrom(index)]).toEqual([index, 1])
    expect([await askFrom(0), await askFrom(99)]).toEqual([0, 0])
    expect([await askFrom(100), await askFrom(0), await askFrom(100)]).toEqual([1, 1, 0])
  })
})
