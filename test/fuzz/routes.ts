import fc from 'fast-check'
import { CheckoutRefusal } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { routeErrorCodes } from '../../src/checkout/answers.ts'
import { openShop } from '../support/shop.ts'
import { expectNoPollution, full, fuzzing, heapInUse, timeout } from './fuzzing.ts'
import { form, jsonText, query, text } from './inputs.ts'

const path = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('initiate', 'return', 'status', 'reconcile', 'admin', 'initiate/', '', '//', '../x'),
  },
  { weight: 1, arbitrary: query },
)
const headers = fc.dictionary(
  fc.constantFrom(
    'origin',
    'sec-fetch-site',
    'sec-fetch-mode',
    'accept',
    'authorization',
    'hx-request',
    'x-requested-with',
  ),
  fc.constantFrom(
    'null',
    'https://shop.example',
    'https://evil.example',
    'same-origin',
    'none',
    'text/html',
    'Bearer x',
    'true',
    '',
  ),
)
const types = [
  'application/json',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'text/plain',
  '',
]
const multipart = fc
  .array(fc.tuple(text, text), { maxLength: 4 })
  .map((fields) =>
    fields.map(([one, other]) => `--x\r\ncontent-disposition: form-data; name="${one}"\r\n\r\n${other}\r\n`),
  )
  .map((parts) => `${parts.join('')}--x--\r\n`)
const request = fc.record({
  method: fc.constantFrom('POST', 'POST', 'POST', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'),
  path,
  query,
  headers,
  type: fc.constantFrom(...types),
  body: fc.oneof(jsonText, form, multipart, fc.uint8Array({ maxLength: 200 })),
})
type Sent = typeof request extends fc.Arbitrary<infer Value> ? Value : never

function requestOf(sent: Sent): Request {
  const address = new URL(`https://shop.example/api/khalti/${sent.path}?${sent.query}`)
  const hasBody = !['GET', 'HEAD'].includes(sent.method)
  const given = { ...sent.headers, ...(sent.type !== '' && { 'content-type': sent.type }) }
  const body = hasBody ? (sent.body as BodyInit) : null
  return new Request(address, { method: sent.method, headers: given, body })
}

/** A shop as careless as a shop may be: it copies what comes in, into objects of its own, at every depth. */
function careless(into: Record<string, unknown>, from: Record<string, unknown>): Record<string, unknown> {
  for (const field of Object.keys(from)) {
    const value = from[field]
    const isObject =
      typeof value === 'object' && value !== null && typeof into[field] === 'object' && into[field] !== null
    if (isObject) careless(into[field] as Record<string, unknown>, value as Record<string, unknown>)
    else into[field] = value
  }
  return into
}

function open() {
  const shop = openShop({
    checkout: {
      readOrder: (input) => {
        careless({}, input)
        if (input.orderId !== 'topi') throw new CheckoutRefusal(404, 'There is no such order.')
        return shop.order({ customer: { name: String(input.name ?? ''), email: String(input.email ?? '') } })
      },
    },
  })
  return shop
}

async function check(shop: ReturnType<typeof open>, sent: Sent): Promise<void> {
  const response = await shop.checkout.handler(requestOf(sent))
  const answered = await response.text()
  expect(response.status).toBeLessThan(500)
  expect(response.headers.get('cache-control')).toBe('no-store')
  const location = response.headers.get('location')
  if (location !== null)
    expect(['https://shop.example', 'https://test-pay.khalti.com']).toContain(new URL(location).origin)
  if (response.status < 400 || sent.method === 'HEAD') return
  const { code, error } = JSON.parse(answered)
  expect([routeErrorCodes.includes(code), typeof error]).toEqual([true, 'string'])
}

describe('the routes of a checkout', () => {
  it('Any request gets an answer of ours, which blames nobody but who asked', { timeout }, async () => {
    const shop = open()
    await fc.assert(
      fc.asyncProperty(request, (sent) => check(shop, sent)),
      fuzzing('routes', { few: 400 }),
    )
    expect(shop.fulfilled).toEqual([])
    expectNoPollution()
  })

  it('Any number of requests leaves nothing behind in memory', { timeout }, async () => {
    const shop = open()
    const ask = async (count: number) => {
      for (let number = 0; number < count; number += 1) {
        await shop.ask(`status?pidx=p${Math.random().toString(36).slice(2)}`)
        await shop.ask(`return?pidx=p${number}&status=Completed`)
        await shop.ask(`${number}`, { method: 'POST', body: `${number}` })
        shop.errors.length = 0
      }
    }
    await ask(100)
    const before = heapInUse()
    await ask(full ? 20_000 : 200)
    // A kept request is some kilobytes; in the full run 20,000 rounds of three would be a hundred megabytes.
    expect(heapInUse() - before).toBeLessThan(1_000_000)
  })
})
