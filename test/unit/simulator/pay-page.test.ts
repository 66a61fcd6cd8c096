import { describe, expect, test } from 'vitest'
import { createSimulator, type SimulatorOptions } from '../../../src/testing.ts'
import { read, start } from '../../support/gateway.ts'

async function openPage(options: SimulatorOptions = {}, change: Record<string, unknown> = {}) {
  const clock = { now: Date.parse('2025-01-01T00:00:00Z') }
  const simulator = createSimulator({ now: () => new Date(clock.now), ...options })
  const { pidx, payment_url } = await start(simulator, change)
  const send = (fields: Record<string, string>) =>
    read(simulator, payment_url, { method: 'POST', body: new URLSearchParams(fields) })
  const status = () => simulator.payments()[0]?.status
  return { simulator, pidx, payment_url, clock, send, status, get: () => read(simulator, payment_url) }
}

const wallet = { khalti_id: '9800000003', mpin: '1111' }

describe('the page', () => {
  test('shows shop, order, amount and time left, and says that it is a simulator', async () => {
    const { get, clock } = await openPage({}, { amount: 12_505_050, website_url: 'https://momo.example/shop?x=1' })
    clock.now += 20_000
    const { status, text } = await get()
    expect(status).toBe(200)
    for (const piece of [
      'This is a simulator; no money moves.',
      'Rs\u00a01,25,050.50',
      '<strong>momo.example</strong>',
      'Momo and tea',
      'order-1',
      '29 min 40 s',
    ]) {
      expect(text).toContain(piece)
    }
  })

  test('escapes everything that a page shows', async () => {
    const evil = "\"><script>alert(1)</script><img src=x onerror='alert(1)'>&amp;"
    const { simulator, get, send } = await openPage({}, { purchase_order_id: evil, purchase_order_name: evil })
    const list = new URLSearchParams({ q: evil })
    const pages = [await get(), await send({ khalti_id: evil, mpin: evil }), await read(simulator, `/payments?${list}`)]
    for (const { text } of pages) {
      expect(text).not.toMatch(/<script>|<img|onerror='/)
      expect(text).toContain('&quot;&gt;&lt;script&gt;')
    }
  })

  test('lets nothing run, load or frame the payment page', async () => {
    const { get } = await openPage({}, { return_url: 'https://user:pass@shop.example:8443/return' })
    const { headers, text } = await get()
    const policy = headers.get('content-security-policy') ?? ''
    const nonce = /<style nonce="([\da-f]{32})">/.exec(text)?.[1]
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'nonce-${nonce}'`,
      'img-src data:',
      "form-action 'self' https://shop.example:8443 https://shop.example http://localhost:* http://127.0.0.1:*",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ])
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(text).not.toMatch(/<script|style="|\son\w+=|https?:\/\//)
    expect((await get()).text).not.toContain(String(nonce))
  })

  test('shows the payment page at any host, and below /wallet', async () => {
    const { simulator, pidx } = await openPage()
    for (const address of [`http://localhost:1/?pidx=${pidx}`, `/wallet?pidx=${pidx}`, `/wallet/?pidx=${pidx}`]) {
      expect((await read(simulator, address)).text).toContain('Log in with your test wallet')
    }
  })
})

describe('paying', () => {
  test('takes ID and MPIN, then the OTP, then leads back to the shop', async () => {
    const { simulator, send, status } = await openPage()
    const second = await send(wallet)
    expect(second).toMatchObject({ status: 200, text: expect.stringContaining('autocomplete="one-time-code"') })
    expect(second.text).toContain('name="khalti_id" value="9800000003"')
    expect(status()).toBe('Initiated')

    const last = await send({ ...wallet, otp: '987654' })
    expect(last.status).toBe(303)
    expect(last.headers.get('location')).toMatch(/^https:\/\/shop\.example\/return\?pidx=.*&mobile=98XXXXX003&/)
    expect(simulator.payments()).toMatchObject([{ status: 'Completed', mobile: '9800000003' }])
  })

  test('takes an ID and OTP with spaces', async () => {
    const { send, status } = await openPage()
    await send({ khalti_id: ' 980-000 0003', mpin: '1111 ', otp: '987 654' })
    expect(status()).toBe('Completed')
  })

  test.each([
    [{ khalti_id: '', mpin: '1111' }, 'khalti_id', 'Enter a Khalti ID.'],
    [{ khalti_id: '98000', mpin: '1111' }, 'khalti_id', 'A Khalti ID is a mobile number of 10 digits'],
    [{ khalti_id: '9812345678', mpin: '1111' }, 'khalti_id', 'This is no test ID.'],
    [{ khalti_id: '9800000000', mpin: '' }, 'mpin', 'Enter the MPIN.'],
    [{ khalti_id: '9800000000', mpin: '1234' }, 'mpin', 'This MPIN is wrong.'],
    [{ ...wallet, otp: '' }, 'otp', 'Enter the OTP.'],
    [{ ...wallet, otp: '123456' }, 'otp', 'This OTP is wrong.'],
  ])('says at its field what is wrong with %j', async (fields, field, message) => {
    const { send, status } = await openPage()
    const answer = await send(fields)
    expect(answer.status).toBe(422)
    expect(answer.text).toContain('<title>Error: ')
    expect(answer.text).toContain(`id="${field}-error">${message}`)
    expect(answer.text).toMatch(
      new RegExp(
        `id="${field}" [^>]*aria-describedby="${field}-error ${field}-hint"[^>]* aria-invalid="true" autofocus>`,
      ),
    )
    expect(answer.text).toContain('role="alert"')
    expect(status()).toBe('Initiated')
  })

  test('does not let an OTP alone pay', async () => {
    const { send, status } = await openPage()
    expect(await send({ otp: '987654' })).toMatchObject({ status: 422 })
    expect(status()).toBe('Initiated')
  })

  test('lets the customer cancel', async () => {
    const { send, status } = await openPage()
    const answer = await send({ intent: 'cancel' })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toContain('&status=User%20canceled&')
    expect(status()).toBe('User canceled')
  })
})

describe('two forms at once', () => {
  const otp = '987654'

  test.each(['cancel', 'fail', 'expire', 'pay-pending'])(
    'does not let a form with %s change what was paid while it was on its way',
    async (intent) => {
      const { simulator, send } = await openPage()
      const [paid, late] = await Promise.all([send({ ...wallet, otp }), send({ intent })])
      expect(paid.status).toBe(303)
      expect(late).toMatchObject({ status: 200, text: expect.stringContaining('<h1>Already paid</h1>') })
      expect(simulator.payments()).toMatchObject([{ status: 'Completed', transaction_id: expect.any(String) }])
    },
  )

  test('gives a double click on the button to pay one transaction', async () => {
    const { simulator, send } = await openPage()
    const [paid, late] = await Promise.all([send({ ...wallet, otp }), send({ ...wallet, otp })])
    const { transaction_id } = simulator.payments()[0] ?? {}
    expect(paid.headers.get('location')).toContain(`transaction_id=${transaction_id}&`)
    expect(late.text).toContain(`transaction_id=${transaction_id}&`)
  })

  test('does not let a late form take back a refund', async () => {
    const { simulator, pidx, payment_url } = await openPage()
    const body = new TransformStream<Uint8Array, Uint8Array>()
    const late = read(simulator, payment_url, { method: 'POST', body: body.readable, duplex: 'half' } as RequestInit)
    simulator.pay(pidx)
    simulator.refund(pidx)
    const writer = body.writable.getWriter()
    await writer.write(new TextEncoder().encode(String(new URLSearchParams({ ...wallet, otp }))))
    await writer.close()
    await late
    expect(simulator.payments()).toMatchObject([{ status: 'Refunded', refundedAmount: 1300 }])
  })
})

describe('a link that cannot be paid', () => {
  test('takes no money for a link that expired while it was open', async () => {
    const { clock, send, get, status } = await openPage()
    await get()
    await send(wallet)
    clock.now += 1_800_000
    expect(await send({ ...wallet, otp: '987654' })).toMatchObject({
      status: 410,
      text: expect.stringContaining('This link has expired'),
    })
    expect(await send({ intent: 'cancel' })).toMatchObject({ status: 410 })
    expect(status()).toBe('Expired')
  })

  test.each([
    ['pay', 200, 'Already paid', 'status=Completed'],
    ['cancel', 410, 'Payment canceled', 'status=User%20canceled'],
    ['expire', 410, 'This link has expired', 'https://shop.example"'],
  ] as const)('says after %s what became of the payment, and leads back', async (verb, status, title, link) => {
    const { simulator, pidx, get, send } = await openPage()
    simulator[verb](pidx)
    for (const answer of [await get(), await send({ ...wallet, otp: '987654' }), await send({ intent: 'cancel' })]) {
      expect(answer).toMatchObject({ status, text: expect.stringContaining(`<h1>${title}</h1>`) })
      expect(answer.text).toContain(link)
      expect(answer.text).not.toContain('khalti_id')
    }
  })

  test.each([
    ['Pending', 'Payment pending'],
    ['Failed', 'Payment failed'],
    ['Under review', 'Payment on hold'],
    ['constructor', 'Payment on hold'],
  ])('says of a payment that answers with %s that it cannot be paid', async (held, title) => {
    const { simulator, pidx, send } = await openPage()
    simulator.answerWith(pidx, held)
    expect((await send({ ...wallet, otp: '987654' })).text).toContain(`<h1>${title}</h1>`)
    expect(simulator.payments()[0]?.transaction_id).toBeNull()
  })

  test('does not know a link that nobody made', async () => {
    const { simulator } = await openPage()
    expect(await read(simulator, '/?pidx=nope')).toMatchObject({ status: 404 })
    expect(await read(simulator, '/')).toMatchObject({ status: 200 })
  })
})

describe('the list of payments', () => {
  test('lists each payment with its state, newest first', async () => {
    const { simulator, pidx } = await openPage()
    const { pidx: second } = await start(simulator, { amount: 100_000 })
    simulator.pay(second)
    simulator.refund(second, 25_050)
    const { text } = await read(simulator, '/payments')
    expect(text.indexOf(second)).toBeLessThan(text.indexOf(pidx))
    for (const piece of ['Partially Refunded', 'Rs\u00a0250.50 given back', 'Initiated', '2025-01-01 05:45']) {
      expect(text).toContain(piece)
    }
  })

  test('says that there is no payment yet', async () => {
    expect((await read(createSimulator(), '/payments')).text).toContain('None yet.')
  })
})

test.each(['/payments', '/?pidx='])('takes no other methods at %s', async (path) => {
  const { simulator, pidx } = await openPage()
  const address = path.endsWith('=') ? `${path}${pidx}` : path
  expect(await read(simulator, address, { method: 'DELETE' })).toMatchObject({ status: 405 })
})
