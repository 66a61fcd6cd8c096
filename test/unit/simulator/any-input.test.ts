import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSimulator } from '../../../src/testing.ts'
import { goodRequest, lookup, post, read, start } from '../../support/gateway.ts'

const field = fc.constantFrom(
  ...Object.keys(goodRequest),
  'customer_info',
  'amount_breakdown',
  'product_details',
  'modes',
)
const paths = ['/api/v2/epayment/initiate/', '/api/v2/epayment/lookup/', '/api/merchant-transaction/x/refund/']

test('answers any JSON with JSON: a payment, or messages', async () => {
  const simulator = createSimulator()
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), fc.jsonValue(), async (path, body) => {
      const answer = await post(simulator, path, body)
      expect([400, 404]).toContain(answer.status)
      expect(answer.body).toMatchObject({ error_key: 'validation_error' })
    }),
  )
})

test('accepts any value in any field, or answers with a message under that field', async () => {
  const simulator = createSimulator()
  await fc.assert(
    fc.asyncProperty(field, fc.jsonValue(), async (name, value) => {
      const { status, body } = await post(simulator, paths[0] ?? '', { ...goodRequest, [name]: value })
      if (status === 200) return
      expect(status).toBe(400)
      // A breakdown that does not add up is a message under `amount`.
      expect(Object.keys(body)).toContain(name === 'amount_breakdown' && body.amount ? 'amount' : name)
    }),
  )
})

test('lets any order be paid, and gives its texts back in the redirect', async () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((one) => one.trim() !== '' && !/[\p{Cc}\ufeff]/u.test(one))
  const variant = fc.constantFrom('wallet', 'server', 'server-txn' as const)
  await fc.assert(
    fc.asyncProperty(text, text, variant, async (name, extra, redirectVariant) => {
      const simulator = createSimulator({ redirectVariant })
      const { pidx, payment_url } = await start(simulator, { purchase_order_name: name, merchant_extra: extra })
      expect((await read(simulator, payment_url)).status).toBe(200)
      const query = new URL(simulator.pay(pidx)).searchParams
      expect(query.get('purchase_order_name')).toBe(name.trim())
      expect(query.get('merchant_extra')).toBe(extra)
      expect(query.get('pidx')).toBe(pidx)
      expect((await lookup(simulator, pidx)).body).toMatchObject({ status: 'Completed', total_amount: 1300 })
    }),
  )
})

test.each([
  ['application/json', (text: string) => JSON.stringify({ ...goodRequest, purchase_order_name: text })],
  ['application/x-www-form-urlencoded', (text: string) => `purchase_order_name=${text}`],
  [
    'multipart/form-data; boundary=x',
    (text: string) => `--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n${text}`,
  ],
])('The simulator refuses a body in %s that is larger than 1 MiB, and keeps nothing of it', async (type, bodyWith) => {
  const simulator = createSimulator()
  const { pidx } = await start(simulator)
  const headers = { authorization: 'Key any', 'content-type': type }
  for (const path of [...paths, `/?pidx=${pidx}`]) {
    const request = { method: 'POST', headers, body: bodyWith('a'.repeat(1024 * 1024)) }
    expect((await simulator.fetch(`https://dev.khalti.com${path}`, request)).status).toBe(413)
  }
  expect(simulator.payments()).toHaveLength(1)
})
