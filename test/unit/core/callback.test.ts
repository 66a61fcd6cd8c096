import fc from 'fast-check'
import { type CallbackClaim, parseCallback } from 'khalti-kit'
import { describe, expect, it } from 'vitest'

const pidx = 'bZQLD9wRVWo4CdESSfuSsB'
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
    ['a parsed query with lists', { ...Object.fromEntries(new URLSearchParams(documented)), pidx: [pidx, 'second'] }],
  ])('reads %s', (_title, source) => expect(parseCallback(source)).toEqual(documentedClaim))

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
  ])('reads %s', (_title, source, claim) => expect(parseCallback(source)).toEqual(claim))

  it('repairs a URLSearchParams and a parsed query as it does a text', () => {
    const query = `a=b%2F%3Fstatus%3DCompleted&pidx=${pidx}`
    const claim = { pidx, status: 'Completed', extra: { a: 'b' } }
    expect(parseCallback(new URLSearchParams(query))).toEqual(claim)
    expect(parseCallback({ a: 'b/?status=Completed', pidx })).toEqual(claim)
  })

  it('reads any query without throwing', () => {
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
})
