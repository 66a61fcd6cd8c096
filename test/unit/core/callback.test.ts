import fc from 'fast-check'
import { type CallbackClaim, parseCallback } from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { pidx } from '../../support/payment-request.ts'

const documented =
  'pidx=bZQLD9wRVWo4CdESSfuSsB&txnId=4H7AhoXDJWg5WjrcPT9ixW&amount=1000&total_amount=1000&status=Completed&mobile=98XXXXX904&tidx=4H7AhoXDJWg5WjrcPT9ixW&purchase_order_id=test12&purchase_order_name=test&transaction_id=4H7AhoXDJWg5WjrcPT9ixW'
const documentedClaim: CallbackClaim = {
  pidx,
  status: 'Completed',
  transactionId: '4H7AhoXDJWg5WjrcPT9ixW',
  orderId: 'test12',
  orderName: 'test',
  amount: 1000,
  mobile: '98XXXXX904',
  extra: { txnId: '4H7AhoXDJWg5WjrcPT9ixW' },
}

describe('parseCallback', () => {
  it.each<[string, Parameters<typeof parseCallback>[0]]>([
    ['a query', documented],
    ['a query with its ?', `?${documented}`],
    ['an address', `https://shop.example/return?${documented}`],
    ['an address with a fragment', `https://shop.example/return?${documented}#top`],
    ['a path', `/api/khalti/return?${documented}`],
    ['a URL', new URL(`https://shop.example/return?${documented}`)],
    ['URLSearchParams', new URLSearchParams(documented)],
    ['a Request', new Request(`https://shop.example/return?${documented}`)],
    ['a parsed query', Object.fromEntries(new URLSearchParams(documented))],
    ['the request of Express or Node', { url: `/api/khalti/return?${documented}`, headers: {}, method: 'GET' }],
    ['the location of a page', { href: `https://shop.example/return?${documented}`, protocol: 'https:', search: '?' }],
    ['the address of a hash router', `https://shop.example/#/thanks?${documented}`],
    ['the hash of a hash router', `#/thanks?${documented}`],
    ['a URL of a hash router', new URL(`https://shop.example/shop/?#/thanks?${documented}`)],
    ['a parsed query with lists', { ...Object.fromEntries(new URLSearchParams(documented)), pidx: [pidx, 'second'] }],
  ])('parseCallback reads %s', (_title, source) => expect(parseCallback(source)).toEqual(documentedClaim))

  it.each<[string, string, CallbackClaim]>([
    [
      'the malformed `/?` in a value',
      `?a=b/?status=Completed&pidx=${pidx}`,
      { pidx, status: 'Completed', extra: { a: 'b' } },
    ],
    [
      'the malformed `?` in a value',
      `?a=b?pidx=${pidx}&status=Completed`,
      { pidx, status: 'Completed', extra: { a: 'b' } },
    ],
    ['the malformed form without its ?', `a=b?pidx=${pidx}`, { pidx, extra: { a: 'b' } }],
    ['a value that may hold a question', '?name=why?&x=what?ever=1', { extra: { name: 'why?', x: 'what?ever=1' } }],
    ['the first value', `?pidx=${pidx}&pidx=other&status=A&status=B`, { pidx, status: 'A', extra: {} }],
    ['a plain parameter before one hidden in a value', `?a=b?pidx=hidden&pidx=${pidx}`, { pidx, extra: { a: 'b' } }],
    ['an empty parameter as absent', `?pidx=${pidx}&transaction_id=&tidx=&mobile=`, { pidx, extra: {} }],
    ['tidx where there is no transaction_id', '?tidx=abc', { transactionId: 'abc', extra: {} }],
    ['never txnId as the transaction', '?txnId=abc', { extra: { txnId: 'abc' } }],
    ['total_amount where there is no amount', '?total_amount=1000', { amount: 1000, extra: {} }],
    ['an amount that is none as absent', '?amount=10.5&total_amount=abc', { extra: {} }],
    ['a pidx with a slash behind it', `?pidx=${pidx}/`, { pidx, extra: {} }],
    [
      'a pidx with a slash and a query behind it',
      `?pidx=${pidx}/?status=Completed`,
      { pidx, status: 'Completed', extra: {} },
    ],
    ['a pidx glued to a parameter without a value', `?thanks?pidx=${pidx}`, { pidx, extra: {} }],
    ['a pidx behind two question marks', `https://shop.example/return??pidx=${pidx}`, { pidx, extra: {} }],
    [
      'three queries glued together',
      `?a=b/?c=d/?status=Completed?pidx=${pidx}`,
      { pidx, status: 'Completed', extra: { a: 'b/?c=d' } },
    ],
    ['the address before the hash where both name a payment', `/?pidx=${pidx}#/thanks?pidx=other`, { pidx, extra: {} }],
    [
      'the hash before the address where only the hash names a payment',
      `/?status=x&utm=1#/thanks?pidx=${pidx}&status=Completed`,
      { pidx, status: 'Completed', extra: { utm: '1' } },
    ],
    ['a message in a hash', '/#/thanks?message=Could%20not', { message: 'Could not', extra: {} }],
    ['a hash without a query as no query', `/return?pidx=${pidx}#status=Completed`, { pidx, extra: {} }],
    ['a pidx with two slashes behind it as absent', `?pidx=${pidx}//`, { extra: {} }],
    ['an implausible pidx as absent', '?pidx=../../etc', { extra: {} }],
    ['a pidx that is too long as absent', `?pidx=${'a'.repeat(65)}`, { extra: {} }],
    ['a message without a pidx', '?message=Could%20not', { message: 'Could not', extra: {} }],
    [
      'names of object internals',
      '?__proto__=x&constructor=y',
      {
        extra: Object.fromEntries([
          ['__proto__', 'x'],
          ['constructor', 'y'],
        ]),
      },
    ],
    ['an address without a query', 'https://shop.example/return', { extra: {} }],
    ['nothing', '', { extra: {} }],
  ])('parseCallback reads %s', (_title, source, claim) => expect(parseCallback(source)).toEqual(claim))

  it('parseCallback repairs a URLSearchParams and a parsed query as it does a text', () => {
    const query = `a=b%2F%3Fstatus%3DCompleted&pidx=${pidx}`
    const claim = { pidx, status: 'Completed', extra: { a: 'b' } }
    expect(parseCallback(new URLSearchParams(query))).toEqual(claim)
    expect(parseCallback({ a: 'b/?status=Completed', pidx })).toEqual(claim)
  })

  it('parseCallback reads any query, and any value at all, without throwing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webQueryParameters(), fc.webUrl({ withQueryParameters: true })), (text) => {
        expect(parseCallback(text).extra).toBeTypeOf('object')
      }),
    )
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(parseCallback(value as never).extra).toBeTypeOf('object')
      }),
    )
  })

  const broken = (): never => {
    throw new Error('broken')
  }
  it.each<[string, unknown]>([
    ['null', null],
    ['nothing', undefined],
    ['a number', 42],
    ['a bigint', 1n],
    ['a symbol', Symbol('pidx')],
    ['a function', () => 'pidx=abc'],
    ['a list', ['pidx=abc']],
    ['a request whose url throws', Object.defineProperty({ headers: {} }, 'url', { get: broken, enumerable: true })],
    ['a proxy that throws', new Proxy({}, { get: broken, has: broken, ownKeys: broken })],
    ['a revoked proxy', Proxy.revocable({}, {})],
    ['an iterator that throws', { getAll: broken, toString: broken, [Symbol.iterator]: broken }],
    ['a value that throws as text', { pidx: { toString: broken } }],
    ['a list of symbols', { pidx: [Symbol('a'), Symbol('b')] }],
    ['a list of a billion holes', { status: new Array(1e9) }],
  ])('parseCallback gives an empty claim for %s', (_title, source) => {
    expect(parseCallback(source as never)).toEqual({ extra: {} })
  })

  it('parseCallback reads what it can where one getter throws', () => {
    const query = Object.defineProperty({ pidx }, 'status', { get: broken, enumerable: true })
    expect(parseCallback(query)).toEqual({ pidx, extra: {} })
  })

  it('parseCallback reads the objects of another realm, which are no instances of ours', () => {
    const { searchParams } = new URL(`https://shop.example/?${documented}`)
    const foreign = {
      getAll: () => [],
      [Symbol.iterator]: () => searchParams[Symbol.iterator](),
      toString: () => `${searchParams}`,
    }
    expect(parseCallback(foreign as never)).toEqual(documentedClaim)
  })
})
