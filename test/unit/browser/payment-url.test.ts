import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { assertPaymentUrl } from '../../../src/browser/payment-url.ts'

afterEach(() => vi.unstubAllGlobals())

function goesThere(url: string, options: { page?: string; allowedOrigins?: string[] } = {}): boolean {
  vi.stubGlobal('location', { origin: options.page ?? 'https://shop.example' })
  try {
    assertPaymentUrl(url, options.allowedOrigins)
    return true
  } catch (error) {
    const message = `${url} is not Khalti's or in allowedOrigins`
    expect(error).toMatchObject({ code: 'payment-url', message })
    return false
  }
}

describe('a payment URL that is trusted', () => {
  it.each([
    'https://pay.khalti.com/?pidx=a',
    'https://test-pay.khalti.com/?pidx=a',
    'https://test-pay.khalti.com/wallet/?pidx=a&return_url=https%3A%2F%2Fshop.example&mode=wallet',
    'https://pay.khalti.com?pidx=a',
    'https://pay.khalti.com',
    'https://pay.khalti.com/#/pay',
  ])('A payment URL that is trusted goes to Khalti at %s', (url) => {
    expect(goesThere(url)).toBe(true)
  })

  it.each([
    'http://localhost:4000/pay?pidx=a',
    'http://127.0.0.1:4000/pay',
    'http://[::1]:4000/pay',
    'https://localhost/pay',
    'http://khalti.localhost:4000/pay',
  ])('A payment URL that is trusted goes to the simulator at %s from a page on loopback only', (url) => {
    for (const page of [
      'http://localhost:3000',
      'https://localhost',
      'http://shop.localhost:3000',
      'http://127.0.0.1:3000',
      'http://[::1]:3000',
    ]) {
      expect(goesThere(url, { page })).toBe(true)
    }
    expect(goesThere(url)).toBe(false)
  })

  it('A payment URL that is trusted goes to an origin that the developer named', () => {
    const allowedOrigins = ['http://192.168.1.20:4000', 'https://sim.shop.example']
    expect(goesThere('http://192.168.1.20:4000/pay?pidx=a', { allowedOrigins })).toBe(true)
    expect(goesThere('https://sim.shop.example/?pidx=a', { allowedOrigins })).toBe(true)
    expect(goesThere('http://192.168.1.20:4001/pay', { allowedOrigins })).toBe(false)
    expect(goesThere('https://sim.shop.example.evil.example/', { allowedOrigins })).toBe(false)
  })
})

describe('a payment URL that is not trusted', () => {
  it.each([
    ['a stranger', 'https://evil.example/?pidx=a'],
    ['Khalti without https', 'http://pay.khalti.com/?pidx=a'],
    ['a name that only ends like Khalti', 'https://evilkhalti.com/'],
    ['a name that only begins like Khalti', 'https://pay.khalti.com.evil.example/'],
    ['Khalti as a user name', 'https://pay.khalti.com@evil.example/'],
    ['Khalti behind a backslash', 'https://evil.example\\.khalti.com/'],
    ['Khalti behind a stranger and a hash', 'https://evil.example#.khalti.com/'],
    ['Khalti behind a stranger and a question mark', 'https://evil.example?.khalti.com/'],
    ['another port of Khalti', 'https://pay.khalti.com:8443/'],
    ['a name that only begins like loopback', 'http://localhost.evil.example/'],
    ['a number that only begins like loopback', 'http://127.0.0.1.evil.example/'],
    ['loopback behind a backslash', 'http://evil.example\\.localhost/'],
    ['loopback behind a user name', 'http://localhost@evil.example/'],
    ['a script', 'javascript:alert(1)//pay.khalti.com'],
    ['a blob of Khalti', 'blob:https://pay.khalti.com/1'],
    ['data', 'data:text/html,https://pay.khalti.com/'],
    ['an address without a scheme', '//pay.khalti.com/'],
    ['a path', '/pay?pidx=a'],
    ['nothing', ''],
    ['blanks before the scheme', ' https://pay.khalti.com/'],
    ['a line break in the name', 'https://evil.example\n.khalti.com/'],
  ])('A payment URL that is not trusted does not go to %s: %s', (_, url) => {
    expect(goesThere(url, { page: 'http://localhost:3000' })).toBe(false)
  })

  it('A payment URL that is not trusted does not go anywhere because an allowed origin is blank or missing', () => {
    const allowedOrigins = ['', undefined as unknown as string, 'undefined', '/']
    for (const url of ['', '/', '//evil.example/', 'undefined', 'javascript:alert(1)']) {
      expect(goesThere(url, { allowedOrigins })).toBe(false)
    }
  })

  it('A payment URL that is not trusted does not go to a host that the browser reads differently', () => {
    const piece = fc.constantFrom(
      'pay',
      '.khalti.com',
      '@',
      '\\',
      '/',
      '?',
      '#',
      ':',
      ' ',
      '\t',
      '%2e',
      'evil.example',
      '1',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const url = `https://${pieces.join('')}`
        if (goesThere(url)) expect(new URL(url).origin).toMatch(/^https:\/\/[^/]+\.khalti\.com$/)
      }),
      { numRuns: 2000 },
    )
  })
})

it('A payment URL that is not trusted is not on loopback in an app, which has no page', () => {
  vi.stubGlobal('location', undefined)
  expect(() => assertPaymentUrl('http://localhost:4000/pay')).toThrow('allowedOrigins')
  expect(assertPaymentUrl('http://localhost:4000/pay', ['http://localhost:4000'])).toBe(true)
  expect(assertPaymentUrl('https://pay.khalti.com/?pidx=a')).toBe(true)
})
