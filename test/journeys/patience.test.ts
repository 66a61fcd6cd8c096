import { describe, expect, it } from 'vitest'
import { openShop } from '../support/shop.ts'

/** A shop that gives one try 50 ms, at a gateway that makes links and answers no lookup. */
function openHurried() {
  const shop = openShop({
    client: {
      timeoutMs: 50,
      fetch: (input, init) =>
        String(input).includes('/lookup/') ? new Promise(() => {}) : shop.simulator.fetch(input, init),
    },
  })
  return shop
}

describe("a client's own time for one try", () => {
  it('The return route gives a lookup no more time than the client does, and lands as pending', async () => {
    const { checkout, ask, order } = openHurried()
    const { pidx } = await checkout.initiate(order())
    const began = performance.now()
    const answer = await ask(`return?pidx=${pidx}`)
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      'https://shop.example/orders/topi?outcome=pending',
    ])
    expect(performance.now() - began).toBeLessThan(4_000)
  })

  it('The status route gives a lookup no more time than the client does, and says that Khalti was slow', async () => {
    const { checkout, ask, order } = openHurried()
    const { pidx } = await checkout.initiate(order())
    const began = performance.now()
    const answer = await ask(`status?pidx=${pidx}`)
    expect([answer.status, await answer.json()]).toMatchObject([504, { code: 'timeout' }])
    expect(performance.now() - began).toBeLessThan(4_000)
  })
})
