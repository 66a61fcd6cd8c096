import { parse } from 'node:querystring'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeForm } from '../../../src/node-http/encode-form.ts'

describe('encodeForm', () => {
  it.each<[what: string, fields: unknown, text: string]>([
    ['nothing', {}, ''],
    ['an empty field', { note: '' }, 'note='],
    ['what a form uses itself', { 'a&b': 'c=d+e %' }, 'a%26b=c%3Dd%2Be+%25'],
    ['another script', { name: 'सीता' }, 'name=%E0%A4%B8%E0%A5%80%E0%A4%A4%E0%A4%BE'],
    ['a repeated field', { tag: ['a', 'b'] }, 'tag=a&tag=b'],
    [
      'a nested field',
      { customer: { name: 'Sita', at: { city: 'Pokhara' } } },
      'customer%5Bname%5D=Sita&customer%5Bat%5D%5Bcity%5D=Pokhara',
    ],
    ['a list of groups', { rows: [{ id: '1' }, { id: '2' }] }, 'rows%5B0%5D%5Bid%5D=1&rows%5B1%5D%5Bid%5D=2'],
    ['a number, and nothing at all', { amount: 5, note: null, other: undefined }, 'amount=5&note=&other='],
  ])('writes %s as a form does', (_what, fields, text) => {
    expect(encodeForm(fields)).toBe(text)
  })

  it('leaves out a body that holds itself, and what lies deeper than ten names', () => {
    const body: Record<string, unknown> = { orderId: 'topi' }
    body.self = body
    expect(encodeForm(body)).toBe('orderId=topi')
    let deep: object = { tenth: 10, deeper: { no: 1 } }
    for (let depth = 9; depth > 0; depth -= 1) deep = { n: deep }
    expect(decodeURIComponent(encodeForm(deep))).toBe(`n${'[n]'.repeat(8)}[tenth]=10`)
    for (let depth = 0; depth < 100_000; depth += 1) deep = { n: deep }
    expect(encodeForm(deep)).toBe('')
  })

  it('writes each field once where each holds all of them, and no file, as @fastify/multipart has them', () => {
    const fields: Record<string, object> = {}
    fields.orderId = { type: 'field', value: 'topi', fields }
    fields.photo = { type: 'file', file: new Readable(), _buf: Buffer.from('abc'), fields }
    for (let number = 0; number < 100; number += 1) fields[`field-${number}`] = { value: String(number), fields }
    const written = [...new URLSearchParams(encodeForm(fields))]
    expect(written).toHaveLength(103)
    expect(written.slice(0, 3)).toEqual([
      ['orderId[type]', 'field'],
      ['orderId[value]', 'topi'],
      ['photo[type]', 'file'],
    ])
  })

  it('gives back every flat form that a parser can have read', () => {
    const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2 }))
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), value, { noNullPrototype: true }),
        (fields) => {
          expect({ ...parse(encodeForm(fields), '&', '=', { maxKeys: 0 }) }).toEqual(fields)
        },
      ),
    )
  })
})
