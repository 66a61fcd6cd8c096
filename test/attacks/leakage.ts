import { inspect } from 'node:util'
import axios from 'axios'
import { isKhaltiError } from 'khalti-kit'
import { createSimulator } from 'khalti-kit/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openShop, post, type ShopSettings } from '../support/shop.ts'
import { openExpressRecipe } from './recipes/express-recipe.ts'
import { openNextRecipe, type RecipeCarrier, recipeKey, recipePost } from './recipes/next-recipe.ts'

afterEach(() => vi.restoreAllMocks())

const phone = '9841234567'
/** The recipes over axios, as they are: its errors are what leaks. */
const withAxios = () => {
  const simulator = createSimulator()
  const carrier: RecipeCarrier = (options) =>
    axios.create({ ...options, adapter: 'fetch', env: { fetch: simulator.fetch } })
  return [simulator, carrier] as const
}
const everything = (value: unknown) => inspect(value, { depth: 20, showHidden: true, maxStringLength: null })

describe('what an error says', () => {
  it("The recipe of Next.js gives an attacker the shop's secret key for an order that Khalti refuses", async () => {
    const shop = openNextRecipe(...withAxios())
    const answer = await shop.khaltiInitiate(recipePost(shop.order('mala'), { amount: 1 }))
    expect([answer.status, (await answer.text()).includes(recipeKey)]).toEqual([500, true])
  })

  it("The recipe of Express gives an attacker the shop's secret key for a pidx that is none, and prints it", async () => {
    const shop = await openExpressRecipe(...withAxios())
    const answer = await fetch(`${shop.url}/complete-khalti-payment?pidx=x`)
    expect((await answer.text()).includes(recipeKey)).toBe(true)
    expect(everything(shop.printed)).toContain(recipeKey)
    await shop.close()
  })

  it('The recipe of Next.js tells whoever knows a pidx what Khalti knows, and the key where Khalti does not know it', async () => {
    const shop = openNextRecipe(...withAxios())
    const ask = (pidx: string) =>
      new Request('https://shop.example/api/khalti-lookup', { method: 'POST', body: JSON.stringify({ pidx }) })
    const pidx = await shop.link('mala')
    expect(await (await shop.khaltiLookup(ask(pidx))).json()).toHaveProperty('total_amount')
    expect(await (await shop.khaltiLookup(ask('nothing'))).text()).toContain(recipeKey)
  })
})

/** Gateways that fail in every way there is, and echo what they were sent. */
const failures: [what: string, settings: (key: string) => ShopSettings][] = [
  ['refuses the key', () => ({ simulator: { secretKey: 'another' } })],
  [
    'echoes the request in a 400',
    (key) => ({
      client: {
        fetch: async (_input, init) =>
          Response.json(
            { detail: `Key ${key} of ${phone} sent ${init?.body}`, customer_info: { phone } },
            { status: 400 },
          ),
      },
    }),
  ],
  ['answers with a page', (key) => ({ client: { fetch: async () => new Response(`<h1>${key} ${phone}</h1>`) } })],
  [
    'answers a 500 that names all',
    (key) => ({ client: { fetch: async () => new Response(`${key} ${phone}`, { status: 500 }) } }),
  ],
  [
    'breaks with the request in its cause',
    (key) => ({
      client: {
        fetch: async (_input, init) => {
          throw Object.assign(new TypeError(`failed for Key ${key}`), {
            cause: { init, headers: init?.headers, phone },
          })
        },
      },
    }),
  ],
  ['never answers', () => ({ client: { timeoutMs: 20, fetch: () => new Promise(() => {}) } })],
]

describe('a gateway that fails', () => {
  it.each(failures)(
    'A gateway that %s puts neither the key nor a mobile number into an answer, a log or an error',
    async (_what, settings) => {
      const given = settings(recipeKey)
      const printed: unknown[] = []
      for (const name of ['error', 'warn', 'log', 'info', 'debug'] as const) {
        vi.spyOn(console, name).mockImplementation((...args) => void printed.push(args))
      }
      const seen: unknown[] = []
      const hook = (event: unknown) => void seen.push(event)
      const hooks = { onRequest: hook, onResponse: hook, onRetry: hook, onWarning: hook }
      const shop = openShop({
        ...given,
        client: { ...given.client, secretKey: recipeKey, hooks },
        // The shop's own default: what it prints is what its log has.
        checkout: { onError: undefined, readOrder: () => shop.order({ customer: { name: 'Sita', phone } }) },
      })
      const answer = await shop.ask('initiate', post({ orderId: 'topi' }))
      const texts = [await answer.text(), everything([...answer.headers]), everything(printed), everything(seen)]
      const error = await shop.checkout.initiate(shop.order({ customer: { name: 'Sita', phone } })).catch((e) => e)
      expect(isKhaltiError(error)).toBe(true)
      texts.push(everything(error), JSON.stringify(error), String(error.stack))
      expect(texts.filter((text) => text.includes(recipeKey) || text.includes(phone))).toEqual([])
      expect(printed.length).toBeGreaterThan(0)
    },
  )

  it('An error of the shop reaches its log and not its customers', async () => {
    const shop = openShop({
      checkout: { readOrder: () => Promise.reject(new Error('connect ECONNREFUSED postgres://shop:hunter2@10.0.0.7')) },
    })
    for (const accept of ['application/json', 'text/html']) {
      const answer = await shop.ask('initiate', post({ orderId: 'topi' }, { accept }))
      expect(await answer.text()).not.toMatch(/hunter2|10\.0\.0\.7/)
      expect(answer.headers.get('location') ?? '').not.toMatch(/hunter2/)
    }
    expect(shop.errors).toHaveLength(2)
  })
})

describe('a line of the log', () => {
  it('A line of the log cannot be forged by the name of an order', async () => {
    const lines: string[] = []
    vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(String(line)))
    const shop = openShop({ checkout: { onError: undefined, landing: () => 'https://evil.example' } })
    const id = 'topi\n2026-11-26 order pashmina is paid\u001b[2J'
    const { pidx } = await shop.checkout.initiate(shop.order({ id }))
    await shop.comeBack(shop.simulator.pay(pidx))
    expect(lines).toHaveLength(1)
    const [first = '', ...rest] = (lines[0] ?? '').split('\n')
    expect(first).toContain('order topi\\u000a2026-11-26 order pashmina is paid\\u001b[2J: Error: landing gave')
    expect(rest.filter((line) => !line.startsWith('    at '))).toEqual([])
  })

  it('A line of the log cannot be forged by what an error says', async () => {
    const lines: string[] = []
    vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(String(line)))
    const readOrder = () => Promise.reject(new Error('no order "topi\n2026-11-26 order pashmina is paid\r\u001b[2J"'))
    await openShop({ checkout: { onError: undefined, readOrder } }).ask('initiate', post({ orderId: 'topi' }))
    expect(lines[0]?.split('\n').slice(0, 2)).toEqual([
      'khalti-kit checkout, initiate: Error: no order "topi',
      '    2026-11-26 order pashmina is paid\\u000d\\u001b[2J"',
    ])
  })
})
