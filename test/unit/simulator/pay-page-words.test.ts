import { describe, expect, test } from 'vitest'
import { createSimulator, type Simulator, type SimulatorOptions } from '../../../src/testing.ts'
import { read, start } from '../../support/gateway.ts'

async function openPage(options: SimulatorOptions = {}, change: Record<string, unknown> = {}) {
  const simulator = createSimulator(options)
  const { pidx, payment_url } = await start(simulator, change)
  const send = (fields: Record<string, string>) =>
    read(simulator, payment_url, { method: 'POST', body: new URLSearchParams(fields) })
  return { simulator, pidx, payment_url, send, get: () => read(simulator, payment_url) }
}

/** The attributes of the field with this label. */
function fieldOf(page: string, label: string): string | undefined {
  const id = new RegExp(`<label for="(\\w+)">${label.replace(/[()]/g, '\\$&')}</label>`).exec(page)?.[1]
  return new RegExp(`<input id="${id}" name="${id}" ([^>]*)>`).exec(page)?.[1]
}

const wallet = { khalti_id: '9800000003', mpin: '1111' }

describe('the steps of a payment', () => {
  test('names the amount in the title of the tab and of the page', async () => {
    const { get, send } = await openPage()
    for (const { text } of [await get(), await send(wallet)]) {
      expect(text).toContain('<title>Pay Rs\u00a013.00 · khalti-kit simulator</title>')
      expect(text).toContain('<h1>Pay Rs\u00a013.00</h1>')
    }
  })

  test('asks for Khalti ID and MPIN in fields that a phone and a password manager know', async () => {
    const { text } = await (await openPage()).get()
    expect(fieldOf(text, 'Khalti ID')).toContain('type="text" inputmode="numeric" autocomplete="username" value=""')
    expect(fieldOf(text, 'MPIN')).toContain('type="password" inputmode="numeric" autocomplete="off"')
    expect(text).toContain('A test ID, from 9800000000 to 9800000005')
    expect(text).toContain('For test wallets it is 1111')
  })

  test('asks for the OTP in a field that a phone knows, and says what it is', async () => {
    const { text } = await (await openPage()).send(wallet)
    const field = fieldOf(text, 'One-time password (OTP)')
    expect(field).toMatch(/^type="text" inputmode="numeric" autocomplete="one-time-code".* autofocus$/)
    expect(text).toContain('Nothing is sent to 9800000003; here it is 987654')
  })

  test('keeps the Khalti ID that was typed beside what is wrong with it, and never the MPIN', async () => {
    const { text } = await (await openPage()).send({ khalti_id: '9812345678', mpin: '4321' })
    expect(fieldOf(text, 'Khalti ID')).toContain('value="9812345678"')
    expect(text).not.toContain('4321')
  })

  test('asks for Khalti ID and MPIN where a form has neither', async () => {
    const { text } = await (await openPage()).send({ otp: '987654' })
    expect(text).toContain('id="khalti_id-error">Enter a Khalti ID. Test IDs are 9800000000 to 9800000005.')
    expect(text).toContain('id="mpin-error">Enter the MPIN. For test wallets it is 1111.')
  })

  test.each(['98000000000', '19800000000'])('takes %s for no mobile number', async (khalti_id) => {
    const { text } = await (await openPage()).send({ ...wallet, khalti_id })
    expect(text).toContain('A Khalti ID is a mobile number of 10 digits, such as 9800000000.')
  })

  test('sends each form of the payment page to the page of its payment', async () => {
    const { pidx, get, send } = await openPage()
    for (const { text } of [await get(), await send(wallet)]) {
      const targets = [...text.matchAll(/<form method="post" action="([^"]*)"/g)].map(([, target]) => target)
      expect(targets.length).toBeGreaterThanOrEqual(3)
      expect(new Set(targets)).toEqual(new Set([`?pidx=${pidx}`]))
    }
  })

  test('says on each page that the simulator is not of Khalti, and leads to the payments so far', async () => {
    const { text } = await (await openPage()).get()
    expect(text).toContain(
      '<p>khalti-kit simulator, not affiliated with Khalti · <a href="/payments">Payments so far</a></p>',
    )
  })

  test('shows a payment whose shop has a port that no browser knows', async () => {
    const { text, headers } = await (await openPage({}, { website_url: 'https://shop.example:99999/' })).get()
    expect(text).toContain('Payment to <strong>https://shop.example:99999/</strong>')
    expect(headers.get('content-security-policy')).toContain(
      "form-action 'self' https://shop.example http://localhost:* http://127.0.0.1:*;",
    )
  })
})

describe('what became of a payment', () => {
  const again = 'Nothing was paid. Start the payment again in the shop.'
  const made = 'This payment was made. There is nothing more to do here.'
  const answer = (status: string) => (simulator: Simulator, pidx: string) => simulator.answerWith(pidx, status)
  const paid = (refunded?: number) => (simulator: Simulator, pidx: string) => {
    simulator.pay(pidx)
    if (refunded !== undefined) simulator.refund(pidx, refunded)
  }

  test.each<[string, (simulator: Simulator, pidx: string) => void, string, string]>([
    ['Completed', paid(), 'Already paid', made],
    ['Partially Refunded', paid(100), 'Already paid', made],
    ['Refunded', paid(1300), 'Refunded', 'This payment was made, and the money has gone back.'],
    ['Expired', (simulator, pidx) => simulator.expire(pidx), 'This link has expired', again],
    ['User canceled', (simulator, pidx) => simulator.cancel(pidx), 'Payment canceled', again],
    ['Failed', answer('Failed'), 'Payment failed', again],
    ['Pending', answer('Pending'), 'Payment pending', 'Khalti has not decided yet. Look again in a while.'],
    [
      'Under review',
      answer('Under review'),
      'Payment on hold',
      'This payment is held as &quot;Under review&quot; and cannot be paid here.',
    ],
  ])('tells people of a payment that is %s', async (status, make, title, message) => {
    const { simulator, pidx, get } = await openPage()
    make(simulator, pidx)
    const { text } = await get()
    expect(text).toContain(`<title>${title} · khalti-kit simulator</title>`)
    expect(text).toContain(`<h1>${title}</h1>`)
    expect(text).toContain(`<dt>State</dt><dd>${status}</dd>`)
    expect(text).toContain(`<p>${message}</p>`)
    expect(text.includes('Given back')).toBe(/refunded/i.test(status))
  })

  test.each([
    ['Failed', '&amp;status=Failed&amp;'],
    ['Pending', '"https://shop.example"'],
  ])('leads from a payment that is %s back to the shop with %s', async (status, link) => {
    const { simulator, pidx, get } = await openPage()
    simulator.answerWith(pidx, status)
    expect(/<a class="button" href=("[^"]*")>Back to shop\.example</.exec((await get()).text)?.[1]).toContain(link)
  })

  test('does not let a payment be paid again that says Initiated until it is completed', async () => {
    const options = { completionDelayMs: 5000, statusUntilCompleted: 'Initiated', now: () => new Date(0) } as const
    const { simulator, pidx, get, send } = await openPage(options)
    simulator.pay(pidx)
    for (const { text } of [await get(), await send({ ...wallet, otp: '987654' })]) {
      expect(text).toContain('<h1>Already paid</h1>')
      expect(text).toContain('value="complete"')
      expect(text).not.toContain('value="pay-pending"')
    }
  })
})

describe('pages without a payment', () => {
  test('says at the address of the simulator itself what it is for', async () => {
    const { status, text } = await read(createSimulator(), '/')
    expect(status).toBe(200)
    expect(text).toContain('<title>Simulator · khalti-kit simulator</title>')
    expect(text).toContain('<h1>khalti-kit simulator</h1>')
    expect(text).toContain('This is where customers pay. Start a payment with the API')
    expect(text).toContain('<a href="/payments">See the payments so far</a>')
  })

  test('says of a payment that it does not know that it may have forgotten it, and which order gets another link', async () => {
    const { simulator, pidx } = await openPage()
    for (const unknown of ['nope', '', `/${pidx}`]) {
      const { status, text } = await read(simulator, `/?pidx=${unknown}`)
      expect(status).toBe(404)
      expect(text).toContain('<title>Unknown payment · khalti-kit simulator</title>')
      expect(text).toContain('<h1>Unknown payment</h1>')
      expect(text).toContain(
        'It forgets its payments when it is restarted. Pay for a new order in the shop: for the same one',
      )
    }
  })
})

test('answers HEAD for the payment page, and says which methods there are', async () => {
  const { simulator, payment_url } = await openPage()
  expect((await read(simulator, payment_url, { method: 'HEAD' })).status).toBe(200)
  const answer = await read(simulator, payment_url, { method: 'PUT' })
  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe('GET, HEAD, POST')
})
