import { describe, expect, test } from 'vitest'
import { createSimulator, type PayOptions, type SimulatorOptions } from '../../../src/testing.ts'
import { wireSample } from '../../contract/wire-samples.ts'
import { start } from '../../support/gateway.ts'

const names = (query: string) => query.split('&').map((pair) => pair.split('=')[0])
const recorded = (id: string) => wireSample(id).query ?? ''

async function paid(options: SimulatorOptions, change: Record<string, unknown> = {}, pay: PayOptions = {}) {
  const simulator = createSimulator(options)
  const { pidx } = await start(simulator, change)
  const url = simulator.pay(pidx, pay)
  return { pidx, url, query: url.slice(url.indexOf('?') + 1), payment: simulator.payments()[0] }
}

describe('the wallet redirect', () => {
  test('gives the wallet redirect the recorded parameters in their order', async () => {
    const { query } = await paid({})
    expect(names(query)).toEqual(names(recorded('cb-07')))
  })

  test('writes the wallet redirect exactly like this', async () => {
    const change = { purchase_order_name: 'Momo & tea (2)', merchant_username: 'a b', merchant_extra: { x: [1] } }
    const { url, pidx } = await paid({}, change, { mobile: '9800000005', transactionId: 'T1', txnId: 'B1' })
    expect(url).toBe(
      `https://shop.example/return?pidx=${pidx}&transaction_id=T1&tidx=T1&txnId=B1&amount=1300&total_amount=1300` +
        '&mobile=98XXXXX005&status=Completed&purchase_order_id=order-1&purchase_order_name=Momo%20%26%20tea%20(2)' +
        '&merchant_username=a%20b&merchant_extra=%7B%22x%22%3A%5B1%5D%7D',
    )
  })

  test('gives a bank payment an id of the bank, a wallet payment its own', async () => {
    const bank = new URL((await paid({}, {}, { instrument: 'bank' })).url).searchParams
    const wallet = new URL((await paid({})).url).searchParams
    expect(bank.get('txnId')).not.toBe(bank.get('transaction_id'))
    expect(wallet.get('txnId')).toBe(wallet.get('transaction_id'))
  })
})

describe('the server-built redirect', () => {
  test('gives the server-built redirect the recorded parameters in their order', async () => {
    const { query } = await paid({ redirectVariant: 'server' }, { purchase_order_name: 'Doctor Appointment Payment' })
    expect(names(query)).toEqual(names(recorded('cb-11')))
    expect(query).toContain('bank_reference=None')
    expect(query).toContain('purchase_order_name=Doctor+Appointment+Payment')
  })

  test('writes the server-built redirect exactly like this', async () => {
    const pay = { mobile: '9800000005', transactionId: 'T1' }
    const { url, pidx } = await paid({ redirectVariant: 'server' }, {}, pay)
    const token = new URL(url).searchParams.get('token')
    expect(token).toMatch(/^\w{22}$/)
    expect(url).toBe(
      `https://shop.example/return?status=Completed&t=txn&idx=T1&token=${token}&bank_reference=None&amount=1300` +
        '&mobile=98XXXXX005&transaction_id=T1&tidx=T1&total_amount=1300&purchase_order_id=order-1' +
        `&purchase_order_name=Momo+and+tea&pidx=${pidx}`,
    )
  })

  test('writes the malformed redirect of 2025 as recorded, where asked to', async () => {
    const { url } = await paid(
      { redirectVariant: 'server-txn', queryJoin: '/?' },
      {
        return_url: 'https://localhost:5173/settings?payment=success',
        merchant_username: 'worksage',
        merchant_extra: "it's (all) here!*",
      },
    )
    const sample = recorded('cb-14')
    expect(names(url)).toEqual(names(sample))
    expect(url.split('status=')[0]).toBe(sample.split('status=')[0])
    expect(url.endsWith('merchant_extra=it%27s+%28all%29+here%21%2A')).toBe(true)
  })
})

describe('the cancel redirect', () => {
  test('writes the canceled redirect as recorded in 2026, with an empty txnId', async () => {
    const simulator = createSimulator()
    const order = { amount: 206_000, purchase_order_id: 'dd63cc3a', purchase_order_name: 'Order Payment' }
    const { pidx } = await start(simulator, order)
    const sample = recorded('cb-21').replace('TZ7F7cuNFuFmEoGEXcNP5j', pidx)
    expect(simulator.cancel(pidx)).toBe(`https://shop.example/return?${sample}`)
  })

  test('writes the canceled redirect as the docs have it, where asked', async () => {
    const simulator = createSimulator({ canceledHasTxnId: false })
    const { pidx } = await start(simulator, { amount: 1000, purchase_order_id: 'test12', purchase_order_name: 'test' })
    const documented = recorded('cb-02').replace('bZQLD9wRVWo4CdESSfuSsB', pidx).replace(' ', '%20')
    expect(simulator.cancel(pidx)).toBe(`https://shop.example/return?${documented}`)
  })

  test('writes + for spaces in the canceled redirect of the server', async () => {
    const simulator = createSimulator({ redirectVariant: 'server' })
    const { pidx } = await start(simulator)
    expect(simulator.cancel(pidx)).toContain('&status=User+canceled&')
  })
})

test('carries only a message where asked, and the payment is what it is', async () => {
  const { url, payment } = await paid({ messageOnlyReturn: true })
  expect(url).toBe(`https://shop.example/return?${recorded('cb-04')}`)
  expect(payment?.status).toBe('Completed')
})

test.each([
  ['https://shop.example/return?order=1', '&', 'https://shop.example/return?order=1&pidx='],
  ['https://shop.example/return?order=1', '?', 'https://shop.example/return?order=1?pidx='],
  ['https://shop.example/return?order=1', '/?', 'https://shop.example/return?order=1/?pidx='],
  ['https://shop.example/return', '/?', 'https://shop.example/return?pidx='],
] as const)('joins the query to %s with "%s"', async (return_url, queryJoin, beginning) => {
  const { url } = await paid({ queryJoin }, { return_url })
  expect(url.startsWith(beginning)).toBe(true)
})

test('keeps the fragment at the end of the redirect', async () => {
  const { url } = await paid({}, { return_url: 'https://shop.example/#/return#top' })
  expect(url).toMatch(/^https:\/\/shop\.example\/\?pidx=.*#\/return#top$/)
})

test.each([
  ['123', '123'],
  ['12345', '12345'],
  ['123456', '12X456'],
])('shows the mobile number %s in the redirect as %s', async (mobile, shown) => {
  const { url } = await paid({}, {}, { mobile })
  expect(new URL(url).searchParams.get('mobile')).toBe(shown)
})

test('writes a merchant field that is no valid Unicode into the redirect all the same', async () => {
  const { url } = await paid({}, { merchant_note: 'half \ud83d' })
  expect(url.endsWith('merchant_note=half%20%EF%BF%BD')).toBe(true)
})

describe('a return_url outside ASCII', () => {
  test.each([
    ['https://s.example/नमस्ते', 'https://s.example/%E0%A4%A8%E0%A4%AE%E0%A4%B8%E0%A5%8D%E0%A4%A4%E0%A5%87?'],
    ['https://s.example/é', 'https://s.example/%C3%A9?'],
    ['https://s.example/100%25/👟', 'https://s.example/100%25/%F0%9F%91%9F?'],
    ['https://दुकान.com/r', 'https://%E0%A4%A6%E0%A5%81%E0%A4%95%E0%A4%BE%E0%A4%A8.com/r?'],
    ['https://s.example/r?क=१', 'https://s.example/r?%E0%A4%95=%E0%A5%A7&'],
  ])('leads the customer back to %s', async (return_url, beginning) => {
    const simulator = createSimulator()
    const { payment_url } = await start(simulator, { return_url })
    const body = new URLSearchParams({ khalti_id: '9800000000', mpin: '1111', otp: '987654' })
    const { status, headers } = await simulator.fetch(payment_url, { method: 'POST', body })
    const location = headers.get('location') ?? ''
    expect(status).toBe(303)
    expect(location.startsWith(beginning)).toBe(true)
    expect(new URL(location).host).toBe(new URL(return_url).host)
    expect(new URL(location).pathname).toBe(new URL(return_url).pathname)
  })
})
