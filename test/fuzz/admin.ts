import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openAdmin, session } from '../support/admin.ts'
import { expectNoPollution, fuzzing, timeout } from './fuzzing.ts'
import { form, jsonText, query } from './inputs.ts'

const paths = ['', '/orders', '/orders.csv', '/order', '/refund', '/look', '/accept', '/attended', '/resolve']

/** Fields that name what is there, with any of them changed into something else. */
const aimed = (pidx: string) =>
  fc
    .record({
      order: fc.constantFrom('topi', 'topi', 'nobody', pidx),
      pidx: fc.constantFrom(pidx, pidx, 'x'),
      amount: fc.constantFrom('1', '850', '0.001', '-1', '१', '1e3', '99999999999999999999'),
      mobile: fc.constantFrom('', '9800000001', 'x'),
      id: fc.constantFrom('a', 'b', '__proto__', 'x'.repeat(101)),
      how: fc.constantFrom('done', 'not-done', ''),
      reasons: fc.constantFrom('', '[]', '["x"]', '{'),
      note: fc.string({ unit: 'binary' }),
      reason: fc.constantFrom('', '<script>', '\0', '\u202e'),
    })
    .map((fields) => new URLSearchParams(fields).toString())

interface Sent {
  path: string
  query: string
  post: boolean
  type: string
  body: string
}

async function check(shop: ReturnType<typeof openAdmin>, { path, query, post, type, body }: Sent): Promise<void> {
  const address = new URL(`https://shop.example/api/khalti/admin${path}?${query}`)
  if (!address.pathname.startsWith('/api/khalti/admin')) return
  const headers = { cookie: session, 'sec-fetch-site': 'same-origin', 'content-type': type }
  const init = post ? { method: 'POST', headers, body } : { headers }
  const response = await shop.checkout.handler(new Request(address, init))
  const page = await response.text()
  expect(response.status).toBeLessThan(500)
  expect(page.includes('<script')).toBe(false)
  expect(response.headers.get('location') ?? '/api/khalti/admin').toMatch(/^\/api\/khalti\/admin/)
  expect(response.headers.get('content-type') ?? 'text/html').toMatch(/^text\/(html|csv|plain)/)
}

describe('the forms of the admin pages', () => {
  it('Any form and any address gets a page, a redirect within the pages, or a CSV, and no script', {
    timeout,
  }, async () => {
    const shop = openAdmin()
    const { pidx } = await shop.sell()
    const body = fc.oneof({ weight: 3, arbitrary: aimed(pidx) }, form, jsonText)
    const sent = fc.record({
      path: fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...paths) },
        query.map((text) => `/${text}`),
      ),
      query: fc.oneof(query, fc.constant(`id=topi&pidx=${pidx}&order=topi`)),
      post: fc.boolean(),
      type: fc.constantFrom(
        'application/x-www-form-urlencoded',
        'application/x-www-form-urlencoded',
        'application/json',
        'text/plain',
      ),
      body,
    })
    const property = fc.asyncProperty(sent, (given) => check(shop, given))
    await fc.assert(property, fuzzing('admin', { few: 150 }))
    expect(shop.givenBack(pidx)).toBeLessThanOrEqual(85_000)
    expectNoPollution()
  })
})
