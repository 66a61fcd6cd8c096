import { createSimulator, type Simulator } from 'khalti-kit/testing'

/** An order in the recipe's database. */
export interface RecipeOrder {
  id: string
  title: string
  /** Rupees, as the recipe counts. */
  totalPrice: number
  status: 'unpaid' | 'completed' | 'canceled'
  transactionId?: string
}

/** What carries a recipe's requests: axios, or what does the same. */
export type RecipeCarrier = (options: { baseURL: string; headers: Record<string, string> }) => {
  post(path: string, body: unknown): Promise<{ data: Record<string, never> }>
}

/** The part of axios that the recipes use, over `fetch`. Loading axios itself takes longer than most attacks. */
export function carrierOf({ fetch }: Simulator): RecipeCarrier {
  return ({ baseURL, headers }) => ({
    async post(path, body) {
      const response = await fetch(`${baseURL}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
      if (!response.ok) throw new Error(`Request failed with status code ${response.status}`)
      return { data: await response.json() }
    },
  })
}

/** A key that can be found again in whatever leaks. */
export const recipeKey = 'live_secret_key_0f8b2c6d1e4a4b7f9c3d5e6a7b8c9d0e'

/** What a shop sells: something cheap, and something expensive. */
export const goods = (): RecipeOrder[] => [
  { id: 'mala', title: 'Mala', totalPrice: 10, status: 'unpaid' },
  { id: 'pashmina', title: 'Pashmina', totalPrice: 9_000, status: 'unpaid' },
]

/**
 * The recipe for Next.js, as tutorials show it and shops copy it (docs/coming-from-the-recipe.md takes its files one by
 * one). Beside its own lines there is only what a database and a warehouse would be.
 */
export function openNextRecipe(simulator = createSimulator(), carrier: RecipeCarrier = carrierOf(simulator)) {
  const orders = new Map(goods().map((order) => [order.id, order]))
  /** Each time goods left the house. */
  const handedOut: string[] = []

  // khaltiConfig.ts
  const KHALTI_CONFIG = { baseUrl: 'https://dev.khalti.com/api/v2', secretKey: recipeKey }

  const khalti = carrier({
    baseURL: KHALTI_CONFIG.baseUrl,
    headers: { Authorization: `Key ${KHALTI_CONFIG.secretKey}`, 'Content-Type': 'application/json' },
  })

  // The database's part of "mark the order as paid".
  function complete(id: string | null, transactionId: string | null) {
    const order = orders.get(String(id))
    if (!order) return
    order.status = 'completed'
    order.transactionId = String(transactionId)
    handedOut.push(order.id)
  }

  // pages/api/khalti-initiate.ts
  async function khaltiInitiate(request: Request): Promise<Response> {
    try {
      const payload = await request.json()
      const { data } = await khalti.post('/epayment/initiate/', payload)
      return Response.json(data)
    } catch (error) {
      return Response.json({ message: 'Payment initiation failed', error }, { status: 500 })
    }
  }

  // pages/api/khalti-lookup.ts, which checkPaymentStatus of useKhalti.ts calls
  async function khaltiLookup(request: Request): Promise<Response> {
    try {
      const { pidx } = await request.json()
      const { data } = await khalti.post('/epayment/lookup/', { pidx })
      return Response.json(data)
    } catch (error) {
      return Response.json({ message: 'Payment lookup failed', error }, { status: 500 })
    }
  }

  // khalti-callback/page.tsx: what it shows, and what it does where it believes its address
  async function khaltiCallback(address: string): Promise<string> {
    const searchParams = new URL(address).searchParams
    const status = searchParams.get('status')
    const orderId = searchParams.get('purchase_order_id')
    if (status === 'Completed') {
      complete(orderId, searchParams.get('transaction_id'))
      return 'Payment successful'
    }
    if (status === 'User canceled') {
      const order = orders.get(String(orderId))
      if (order) order.status = 'canceled'
      return 'Payment canceled'
    }
    return 'Payment failed'
  }

  /** An order of this shop, as the database has it. */
  function order(id: string): RecipeOrder {
    const found = orders.get(id)
    if (!found) throw new Error(`The recipe sells no ${id}.`)
    return found
  }

  /** A payment link, with whatever an attacker changes in what the checkout page posts. */
  async function link(id: string, change: Record<string, unknown> = {}): Promise<string> {
    const { pidx } = await (await khaltiInitiate(recipePost(order(id), change))).json()
    return pidx
  }

  return { simulator, order, handedOut, khaltiInitiate, khaltiLookup, khaltiCallback, link }
}

/** What the recipe's checkout page posts for an order. */
export function recipePost(order: RecipeOrder, change: Record<string, unknown> = {}): Request {
  return new Request('https://shop.example/api/khalti-initiate', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      amount: order.totalPrice * 100,
      purchase_order_id: order.id,
      purchase_order_name: order.title,
      return_url: 'https://shop.example/khalti-callback',
      website_url: 'https://shop.example',
      ...change,
    }),
  })
}
