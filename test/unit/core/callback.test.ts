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
  ])('parseCallback reads %s', (_title, source) => expect(parseCallback(source)).toStrictEqual(documentedClaim))

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
    ['what a shop has added, glued on', '?a=b?merchant_extra=c', { extra: { a: 'b', merchant_extra: 'c' } }],
    ['a relative address', 'return?x=1', { extra: { x: '1' } }],
    ['a short relative address', 'r?x=1', { extra: { x: '1' } }],
    ['an address without a query, though with an equals sign', 'https://shop.example/a=b', { extra: {} }],
    ['a fragment that is no route as absent', `https://shop.example/return#pidx=${pidx}`, { extra: {} }],
    ['a value that may hold a question', '?name=why?&x=what?ever=1', { extra: { name: 'why?', x: 'what?ever=1' } }],
    ['the first value', `?pidx=${pidx}&pidx=other&status=A&status=B`, { pidx, status: 'A', extra: {} }],
    ['a plain parameter before one hidden in a value', `?a=b?pidx=hidden&pidx=${pidx}`, { pidx, extra: { a: 'b' } }],
    ['an empty parameter as absent', `?pidx=${pidx}&transaction_id=&tidx=&mobile=`, { pidx, extra: {} }],
    ['tidx where there is no transaction_id', '?tidx=abc', { transactionId: 'abc', extra: {} }],
    ['never txnId as the transaction', '?txnId=abc', { extra: { txnId: 'abc' } }],
    ['total_amount where there is no amount', '?total_amount=1000', { amount: 1000, extra: {} }],
    ['transaction_id before tidx', '?tidx=b&transaction_id=a', { transactionId: 'a', extra: {} }],
    ['amount before total_amount', '?total_amount=2000&amount=1000', { amount: 1000, extra: {} }],
    ['an amount of 0', '?amount=0&total_amount=1000', { amount: 0, extra: {} }],
    ['an amount with decimals that are 0', '?amount=1000.0', { amount: 1000, extra: {} }],
    ['an amount with many decimals that are 0', '?amount=1000.00', { amount: 1000, extra: {} }],
    ['an amount that ends with a point as absent', '?amount=1000.', { extra: {} }],
    ['an amount with a letter before it as absent', '?amount=x1000', { extra: {} }],
    ['an amount with a letter behind it as absent', '?amount=1000x', { extra: {} }],
    ['an amount with a letter for a point as absent', '?amount=1000x0', { extra: {} }],
    ['an amount below 0 as absent', '?amount=-1000', { extra: {} }],
    ['an amount that is too large to be exact as absent', '?amount=9007199254740993', { extra: {} }],
    ['a name with an equals sign in it', '?a%3Db=c', { extra: { 'a=b': 'c' } }],
    ['a value with an equals sign in it', '?a=b=c', { extra: { a: 'b=c' } }],
    ['a value with an equals sign in it, with a query glued on', `?a=b=c?pidx=${pidx}`, { pidx, extra: { a: 'b=c' } }],
    [
      'an address within a query',
      `next=https://shop.example/?pidx=${pidx}`,
      { pidx, extra: { next: 'https://shop.example' } },
    ],
    ['an address with an equals sign in its path', `https://shop.example/a=b/return?pidx=${pidx}`, { pidx, extra: {} }],
    ['an address in capitals', `HTTPS://SHOP.EXAMPLE/a=b?pidx=${pidx}`, { pidx, extra: {} }],
    ['an address of an app', `my.shop+v-2://a=b?pidx=${pidx}`, { pidx, extra: {} }],
    ['a path with an equals sign', `/a=b/return?pidx=${pidx}`, { pidx, extra: {} }],
    ['a query with a path in a value', `next=/thanks&pidx=${pidx}`, { pidx, extra: { next: '/thanks' } }],
    ['a word that is no query as nothing', 'thanks', { extra: {} }],
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
  ])('parseCallback reads %s', (_title, source, claim) => expect(parseCallback(source)).toStrictEqual(claim))

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
    ['a function that has a pidx', Object.assign(() => {}, { pidx })],
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

  it.each<[string, object, object]>([
    ['a name that SearchParams has too', { pidx, getAll: 'x' }, { getAll: 'x' }],
    ['a function that SearchParams has too', { pidx, getAll: () => [] }, {}],
    ['an iterator and a name that SearchParams have too', { pidx, getAll: 'x', [Symbol.iterator]: 1 }, { getAll: 'x' }],
    ['an href', { pidx, href: '?x=other' }, { href: '?x=other' }],
    ['a protocol', { pidx, protocol: 'x' }, { protocol: 'x' }],
    ['an href, and a list of protocols', { pidx, href: '?x=o', protocol: ['x'] }, { href: '?x=o', protocol: 'x' }],
    ['a url', { pidx, url: '?x=other' }, { url: '?x=other' }],
    ['a url and headers as text', { pidx, url: '?x=other', headers: 'x' }, { url: '?x=other', headers: 'x' }],
    ['headers that are an object, and no url', { pidx, url: 7, headers: {} }, { url: '7' }],
    ['numbers and yes or no', { pidx, a: 1, b: true, c: null, d: undefined, e: {}, f: 1n }, { a: '1', b: 'true' }],
    ['texts in a list', { pidx, a: [{}, '', 'first', 'second'] }, { a: 'first' }],
  ])('parseCallback reads a parsed query with %s', (_title, query, extra) => {
    expect(parseCallback(query as never)).toStrictEqual({ pidx, extra })
  })

  it('parseCallback reads a text and a value no further than 65,536 characters', () => {
    const long = (length: number) => 'x'.repeat(length)
    const start = `?a=`
    const end = `&pidx=${pidx}`
    expect(parseCallback(`${start}${long(65_536 - start.length - end.length)}${end}`).pidx).toBe(pidx)
    expect(parseCallback(`${start}${long(65_536 - start.length)}${end}`).pidx).toBeUndefined()
    expect(parseCallback({ a: long(65_537) }).extra.a).toHaveLength(65_536)
  })

  it('parseCallback reads a thousand parameters of a parsed query, and a thousand values of one', () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, 'x']))
    expect(parseCallback({ ...many(999), pidx }).pidx).toBe(pidx)
    expect(parseCallback({ ...many(1_000), pidx }).pidx).toBeUndefined()
    const empty = (count: number) => Array.from({ length: count }, () => '')
    expect(parseCallback({ pidx: [...empty(999), pidx] }).pidx).toBe(pidx)
    expect(parseCallback({ pidx: [...empty(1_000), pidx] }).pidx).toBeUndefined()
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
