import { afterEach, describe, expect, it } from 'vitest'
import { openShop, post } from '../support/shop.ts'

type Fields = Record<string, unknown>
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null

/** How shops merge what comes in into defaults of theirs: at every depth, without a look at the names. */
function merge(into: Fields, from: Fields): Fields {
  for (const [name, value] of Object.entries(from)) {
    const inner = into[name]
    if (isObject(value) && isObject(inner)) merge(inner, value)
    else into[name] = value
  }
  return into
}

const attack = '{"orderId":"topi","__proto__":{"isAdmin":true},"customer":{"__proto__":{"isAdmin":true}}}'
const isAdmin = () => ({}) as { isAdmin?: boolean }
afterEach(() => {
  delete (Object.prototype as { isAdmin?: boolean }).isAdmin
})

describe('a body that names __proto__', () => {
  it('The recipe of Next.js, where it merges the body into its defaults, makes an administrator of everybody', async () => {
    const request = new Request('https://shop.example/api/khalti-initiate', { method: 'POST', body: attack })
    merge({ customer: {} }, await request.json())
    expect(isAdmin().isAdmin).toBe(true)
  })

  it('A body that names the prototype reaches readOrder without it, at every depth, and the rest of it is read', async () => {
    const inputs: Fields[] = []
    const shop = openShop({
      checkout: {
        readOrder: (input) => {
          inputs.push(merge({ customer: {} }, input))
          return shop.order()
        },
      },
    })
    const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
    expect((await shop.ask('initiate', post(attack))).status).toBe(200)
    expect((await shop.ask('initiate', post('orderId=topi&__proto__=x', form))).status).toBe(200)
    expect(inputs).toEqual([
      { customer: {}, orderId: 'topi' },
      { customer: {}, orderId: 'topi' },
    ])
    expect([isAdmin().isAdmin, inputs.map((input) => Object.getPrototypeOf(input) === Object.prototype)]).toEqual([
      undefined,
      [true, true],
    ])
  })
})
