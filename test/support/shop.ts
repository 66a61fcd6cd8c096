import { KhaltiClient, type KhaltiClientOptions, rupees } from 'khalti-kit'
import {
  type CheckoutOptions,
  CheckoutRefusal,
  createCheckout,
  type FulfilContext,
  memoryPayments,
  type Order,
  type Payment,
  type PaymentEvent,
} from 'khalti-kit/checkout'
import { createSimulator, type SimulatorOptions } from 'khalti-kit/testing'

/** What {@link openShop} may be told. */
export interface ShopSettings {
  checkout?: Partial<CheckoutOptions> | undefined
  client?: KhaltiClientOptions | undefined
  simulator?: SimulatorOptions | undefined
}

/** A whole shop on a fresh simulator: one clock for all, and a memory of what happened. */
export function openShop({
  checkout: options = {},
  client: clientOptions = {},
  simulator: knobs = {},
}: ShopSettings = {}) {
  let time = Date.parse('2026-11-23T06:15:00Z')
  const now = () => new Date(time)
  const simulator = createSimulator({ now, ...knobs })
  const lookups: string[] = []
  const client = new KhaltiClient({
    secretKey: 'any',
    environment: 'sandbox',
    maxRetries: 0,
    fetch: (input, init) => {
      if (String(input).includes('/lookup/')) lookups.push(JSON.parse(String(init?.body)).pidx)
      return simulator.fetch(input, init)
    },
    ...clientOptions,
  })
  const orders = new Map<string, Order>([['topi', { id: 'topi', name: 'Dhaka topi', amount: rupees(850) }]])
  const fulfilled: { payment: Payment; context: FulfilContext }[] = []
  const events: ({ name: string } & PaymentEvent)[] = []
  const errors: unknown[] = []
  const tell = (name: string) => (event: PaymentEvent) => {
    events.push({ name, ...event })
  }
  const payments = options.payments ?? memoryPayments({ now })
  const checkout = createCheckout({
    client,
    siteUrl: 'https://shop.example',
    readOrder: ({ orderId }) => {
      const order = orders.get(String(orderId))
      if (!order) throw new CheckoutRefusal(404, 'There is no such order.')
      return order
    },
    fulfil: (payment, context) => {
      fulfilled.push({ payment, context })
    },
    on: {
      refunded: tell('refunded'),
      unpaid: tell('unpaid'),
      hold: tell('hold'),
      paidTwice: tell('paidTwice'),
      refundUnclear: tell('refundUnclear'),
    },
    landing: ({ outcome, payment }) => `/orders/${payment?.orderId ?? ''}?outcome=${outcome}`,
    onError: (error) => errors.push(error),
    cronSecret: 'a secret of 16 characters or more',
    ...options,
    payments,
  })
  /** The payment as the store has it. */
  const payment = async (pidx: string) => (await checkout.order(pidx))?.payments.find((known) => known.pidx === pidx)
  const order = (change: Partial<Order> = {}): Order => ({
    id: 'topi',
    name: 'Dhaka topi',
    amount: rupees(850),
    ...change,
  })
  return {
    simulator,
    client,
    checkout,
    payments,
    payment,
    orders,
    order,
    fulfilled,
    events,
    errors,
    lookups,
    now,
    /** Lets time pass for the shop, its store and Khalti. */
    pass(ms: number) {
      time += ms
    },
    /** Asks a route of the checkout. */
    async ask(path: string, init?: RequestInit): Promise<Response> {
      return checkout.handler(new Request(`https://shop.example/api/khalti/${path}`, init))
    },
    /** Comes back from Khalti as a browser does. */
    async comeBack(url: string): Promise<string | null> {
      const response = await checkout.handler(new Request(url))
      return response.headers.get('location')
    },
  }
}

/** A request that posts JSON, from the shop's own page unless told otherwise. */
export function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}
