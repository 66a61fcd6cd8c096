import { isKhaltiError, KhaltiClient, type KhaltiClientOptions, type PaymentRequest } from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { paymentRequest as good } from '../../support/payment-request.ts'

/** A client that answers every initiate, and what it sent. */
function recordingClient(options: KhaltiClientOptions = {}) {
  const sent: Record<string, unknown>[] = []
  const fetch: typeof globalThis.fetch = async (_input, init) => {
    sent.push(JSON.parse(String(init?.body)))
    return Response.json({ pidx: 'bZQLD9wRVWo4CdESSfuSsB', payment_url: 'https://test-pay.khalti.com/?pidx=b' })
  }
  return { sent, client: new KhaltiClient({ secretKey: 'k', fetch, environment: 'sandbox', ...options }) }
}

async function faultsOf(
  change: Record<string, unknown>,
  options?: KhaltiClientOptions,
): Promise<Record<string, string[]>> {
  const { client, sent } = recordingClient(options)
  try {
    await client.initiate({ ...good, ...change } as PaymentRequest)
    return {}
  } catch (error) {
    if (!isKhaltiError(error) || error.code !== 'input') throw error
    expect(sent).toEqual([])
    return error.fields
  }
}

describe('what initiate refuses to send', () => {
  it.each<[string, Record<string, unknown>, string, string]>([
    ['a URL object', { return_url: new URL('https://shop.example/') }, 'return_url', 'the href of a URL'],
    ['a blank in an address', { return_url: 'https://shop.example/a b' }, 'return_url', 'encode blanks'],
    [
      'a port that cannot be',
      { website_url: 'https://shop.example:99999' },
      'website_url',
      'not an absolute http(s) address',
    ],
    ['a name that is a number', { purchase_order_name: 5 }, 'purchase_order_name', 'is 5, not text. Pass text.'],
    ['an id that is a number', { purchase_order_id: 5 }, 'purchase_order_id', 'Pass text, such as String(order.id).'],
  ])('initiate says of %s what is wrong with it', async (_title, change, field, sentence) => {
    expect(await faultsOf(change)).toEqual({ [field]: [expect.stringContaining(sentence)] })
  })

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    [
      'amount 999',
      { amount: 999 },
      'amount',
      /^amount is 999\. Amounts are in paisa: Rs 10 is 1000, the least Khalti takes\. Rs 999 is rupees\(999\)\.$/,
    ],
    ['amount in fractions', { amount: 1000.5 }, 'amount', /whole number/],
    ['amount NaN', { amount: Number.NaN }, 'amount', /whole number/],
    ['amount as text', { amount: '1000' }, 'amount', /not a number/],
    [
      'a number as id, of which no message shows a phone',
      { purchase_order_id: 9_800_000_005 },
      'purchase_order_id',
      /^purchase_order_id is 98XXXXX005, not text/,
    ],
    ['a bank payment under Rs 100', { amount: 9_999, modes: ['EBANKING'] }, 'amount', /Rs 100 is 10000/],
    ['a bank payment among others', { amount: 9_999, modes: ['KHALTI', 'MOBILE_BANKING'] }, 'amount', /10000/],
    ['no return_url', { return_url: undefined }, 'return_url', /missing/],
    ['a return_url without a scheme', { return_url: 'shop.example/return' }, 'return_url', /https:\/\//],
    ['a return_url of an app', { return_url: 'myapp://return' }, 'return_url', /http/],
    ['a return_url that is a script', { return_url: 'javascript:alert(1)' }, 'return_url', /http/],
    ['a return_url with a space', { return_url: 'https://shop.example/a b' }, 'return_url', /http/],
    [
      'a return_url of 256 characters',
      { return_url: `https://shop.example/${'a'.repeat(235)}` },
      'return_url',
      /at most 255/,
    ],
    ['a website_url that is none', { website_url: 'shop' }, 'website_url', /http/],
    ['a blank order id', { purchase_order_id: '  ' }, 'purchase_order_id', /blank/],
    ['an order id that is a number', { purchase_order_id: 11 }, 'purchase_order_id', /String\(order.id\)/],
    ['a blank order name', { purchase_order_name: '' }, 'purchase_order_name', /blank/],
    [
      'a breakdown that does not add up',
      { amount_breakdown: [{ label: 'VAT', amount: 999 }] },
      'amount_breakdown',
      /adds up to 999/,
    ],
    ['an empty breakdown', { amount_breakdown: [] }, 'amount_breakdown', /adds up to 0/],
    [
      'a breakdown in fractions',
      { amount_breakdown: [{ label: 'a', amount: 0.5 }] },
      'amount_breakdown.0.amount',
      /whole/,
    ],
    ['a breakdown that is no list', { amount_breakdown: {} }, 'amount_breakdown', /not a list/],
    ['a breakdown row of nothing', { amount_breakdown: [null] }, 'amount_breakdown.0.label', /text/],
    [
      'a product total in fractions',
      { product_details: [{ total_price: 1.5, unit_price: 1 }] },
      'product_details.0.total_price',
      /whole/,
    ],
    [
      'a customer without a name',
      { customer_info: { email: 'a@b.np' } },
      'customer_info.name',
      /^customer_info\.name is missing\. Give one/,
    ],
    [
      'a customer with a blank name',
      { customer_info: { name: ' ' } },
      'customer_info.name',
      /^customer_info\.name is missing\. Give one/,
    ],
    ['what JSON cannot hold', { merchant_x: 1n }, 'request', /JSON/],
  ])('initiate refuses to send %s', async (_title, change, field, message) => {
    const [fault, ...others] = (await faultsOf(change))[field] ?? []
    expect(fault).toMatch(message)
    // A sentence by itself: the field, what is wrong with it, what to do.
    expect(fault).toMatch(new RegExp(`^${field.replaceAll('.', '\\.')} .*\\.$`))
    expect(others).toEqual([])
  })

  it('initiate tells all faults at once', async () => {
    const fields = await faultsOf({
      amount: 1,
      return_url: 'x',
      website_url: 'y',
      purchase_order_id: '',
      purchase_order_name: '',
    })
    expect(Object.keys(fields)).toEqual([
      'return_url',
      'website_url',
      'amount',
      'purchase_order_id',
      'purchase_order_name',
    ])
  })

  it('the message of an input error is its faults, one sentence behind the other', async () => {
    const { client } = recordingClient()
    const request = { ...good, amount: 5, purchase_order_id: '' }
    await expect(client.initiate(request)).rejects.toMatchObject({
      message:
        'initiate was not sent. amount is 5. Amounts are in paisa: Rs 10 is 1000, the least Khalti takes. purchase_order_id is blank. Khalti needs it.',
    })
  })

  it('initiate refuses a request that is none at all', async () => {
    const { client } = recordingClient()
    await expect(client.initiate(undefined as never)).rejects.toMatchObject({ code: 'input' })
  })

  it.each<[change: Record<string, unknown>, fields: Record<string, string[]>]>([
    [{ amount: 9 }, { amount: ['amount is 9. Amounts are in paisa: Rs 10 is 1000, the least Khalti takes.'] }],
    [
      { amount: 10 },
      { amount: ['amount is 10. Amounts are in paisa: Rs 10 is 1000, the least Khalti takes. Rs 10 is rupees(10).'] },
    ],
    [
      { amount: 9_999, modes: ['ebanking'] },
      { amount: ['amount is 9999. Amounts are in paisa: Rs 100 is 10000, the least Khalti takes through a bank.'] },
    ],
    [{ product_details: {} }, { product_details: ['product_details is not a list. Pass [{ identity, name, … }].'] }],
    [
      { product_details: [null, { total_price: 1, unit_price: '1' }] },
      {
        'product_details.0.total_price': ['product_details.0.total_price is undefined. Pass a whole number of paisa.'],
        'product_details.0.unit_price': ['product_details.0.unit_price is undefined. Pass a whole number of paisa.'],
        'product_details.1.unit_price': ['product_details.1.unit_price is "1". Pass a whole number of paisa.'],
      },
    ],
    [
      { amount_breakdown: 'VAT' },
      { amount_breakdown: ['amount_breakdown is not a list. Pass [{ label, amount }, …].'] },
    ],
    [
      { return_url: null },
      { return_url: ['return_url is missing. Pass an absolute address such as https://shop.example/.'] },
    ],
    [
      { return_url: `https://shop.example/${'a'.repeat(235)}` },
      { return_url: ['return_url is 256 characters long. Khalti takes at most 255.'] },
    ],
    [{ purchase_order_name: '\t' }, { purchase_order_name: ['purchase_order_name is blank. Khalti needs it.'] }],
  ])('initiate says of %j exactly what is wrong', async (change, fields) => {
    expect(await faultsOf(change)).toEqual(fields)
  })

  it.each([[undefined], [null], [5], ['order-1']])(
    'initiate says of the request %j that it is missing',
    async (none) => {
      const { client, sent } = recordingClient()
      await expect(client.initiate(none as never)).rejects.toMatchObject({
        fields: { request: ['request is missing. Pass { amount, return_url, … }.'] },
      })
      expect(sent).toEqual([])
    },
  )

  it.each([
    'http://localhost:3000/r',
    'http://127.0.0.1/r',
    'http://2130706433/r',
    'http://[::1]/r',
    'http://[::ffff:10.0.0.1]/r',
    'http://10.1.2.3/r',
    'http://172.16.0.1/r',
    'http://192.168.1.4/r',
    'http://169.254.1.1/r',
    'http://[fd00::1]/r',
    'http://shop.local/r',
    'http://app.localhost/r',
  ])('initiate refuses the return_url %s in production only', async (return_url) => {
    expect((await faultsOf({ return_url }, { environment: 'production' })).return_url?.[0]).toMatch(/private network/)
    expect(await faultsOf({ return_url })).toEqual({})
  })

  it.each(['https://10.example/r', 'https://172.32.0.1/r', 'https://fda.example/r', 'https://8.8.8.8/r'])(
    'initiate takes the return_url %s in production',
    async (return_url) => expect(await faultsOf({ return_url }, { environment: 'production' })).toEqual({}),
  )
})

describe('what initiate sends', () => {
  it.each<[string, Record<string, unknown>]>([
    ['amount 1000', {}],
    ['amount 1000 by wallet', { modes: ['KHALTI'] }],
    ['a return_url of 255 characters', { return_url: `https://shop.example/${'a'.repeat(234)}` }],
    ['a bank payment of Rs 100', { amount: 10_000, modes: ['EBANKING'], bank: 'x' }],
    [
      'modes, bank, ttl, merchant_ fields and fields nobody knows',
      { modes: 'odd', bank: 7, ttl: 1000, merchant_x: { a: 1 }, remarks: 'r' },
    ],
    [
      'a discount row',
      {
        amount_breakdown: [
          { label: 'Price', amount: 1300 },
          { label: 'Discount', amount: -300 },
        ],
      },
    ],
  ])('initiate sends %s', async (_title, change) => {
    const { client, sent } = recordingClient()
    await client.initiate({ ...good, ...change } as PaymentRequest)
    expect(sent).toEqual([{ ...good, ...change }])
  })

  it('initiate leaves optional fields of null out, and takes a product whose identity is a number', async () => {
    const { client, sent } = recordingClient()
    const product = { identity: 7, name: 'Topi', total_price: 1000, quantity: 1, unit_price: 1000 }
    await client.initiate({ ...good, customer_info: null, amount_breakdown: null, product_details: null } as never)
    await client.initiate({ ...good, product_details: [product] })
    expect(sent).toEqual([good, { ...good, product_details: [product] }])
  })

  it('initiate leaves blank customer fields out and the caller’s object as it is', async () => {
    const { client, sent } = recordingClient()
    const request = { ...good, customer_info: { name: 'Sita', email: '', phone: ' ', note: null } }
    const before = structuredClone(request)
    await client.initiate(request)
    expect(sent[0]?.customer_info).toEqual({ name: 'Sita' })
    expect(request).toEqual(before)
  })

  it('a client warns of a return_url with a query, once', async () => {
    const warnings: string[] = []
    const { client } = recordingClient({ hooks: { onWarning: ({ code }) => warnings.push(code) } })
    await client.initiate(good)
    await client.initiate({ ...good, return_url: 'https://shop.example/return?order=1' })
    await client.initiate({ ...good, return_url: 'https://shop.example/return?order=2' })
    expect(warnings).toEqual(['return-url-query'])
  })

  it('the warning of a return_url with a query says what to do', async () => {
    const warnings: unknown[] = []
    const { client } = recordingClient({ hooks: { onWarning: (warning) => warnings.push(warning) } })
    await client.initiate({ ...good, return_url: 'https://shop.example/return?' })
    expect(warnings).toEqual([])
    await client.initiate({ ...good, return_url: 'https://shop.example/return?order=1' })
    expect(warnings).toEqual([
      {
        code: 'return-url-query',
        message:
          'return_url has a query of its own. Khalti has been seen to append its own with a second "?", which hides parameters: put what you need into the path.',
      },
    ])
  })
})
