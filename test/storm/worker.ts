import { setTimeout as pause } from 'node:timers/promises'
import { KhaltiClient, paisa } from 'khalti-kit'
import { createCheckout, type PaymentEvent } from 'khalti-kit/checkout'
import { serve } from '../../src/node/serve.ts'
import { type DatabaseAddress, openDatabase } from './database.ts'
import { gatewayTimeoutMs } from './gateway.ts'

/** What a worker is told when it starts. */
export interface WorkerSettings {
  gateway: string
  database: DatabaseAddress
  cronSecret: string
  /** Milliseconds that have passed beyond the real time. */
  passedMs: number
}

/** What a worker tells: that it may begin, where it listens, or what its checkout reports. */
export type WorkerMessage = { ready: true } | { url: string } | { report: string }

/** What a worker is told. */
export type WorkerOrder = { begin: WorkerSettings } | { passedMs: number }

const tell = (message: WorkerMessage) => process.connected && process.send?.(message)

let passedMs = 0
const settings = await new Promise<WorkerSettings>((begin) => {
  process.on('message', (order: WorkerOrder) => {
    passedMs = 'begin' in order ? order.begin.passedMs : order.passedMs
    if ('begin' in order) begin(order.begin)
  })
  process.on('disconnect', () => process.exit())
  tell({ ready: true })
})

const now = () => new Date(Date.now() + passedMs)
const { payments, insert } = await openDatabase(settings.database, now)
await payments.migrate()

const tellShop =
  (event: string) =>
  ({ payment: { pidx } }: PaymentEvent) =>
    insert('told', { event, pidx })

const checkout = createCheckout({
  client: new KhaltiClient({
    secretKey: 'any',
    environment: 'sandbox',
    baseUrl: settings.gateway,
    timeoutMs: gatewayTimeoutMs,
    // Every fault shall reach the checkout.
    maxRetries: 0,
  }),
  payments,
  siteUrl: 'https://shop.example',
  // The price is the shop's; the storm's customers name the version of their cart, as a session would.
  readOrder: ({ orderId, cart }) => ({
    id: String(orderId),
    name: 'Dhaka topi',
    amount: paisa(85_000 + 1_000 * Number(cart)),
  }),
  async fulfil({ orderId, pidx, amount }, { transaction }) {
    await insert('goods', { order_id: orderId, pidx, amount }, transaction)
    // Long enough to be killed in, and some to lose a claim in.
    await pause(Math.random() * (Math.random() < 0.1 ? 500 : 50))
    if (Math.random() < 0.03) throw new Error('The warehouse is away.')
  },
  on: {
    refunded: tellShop('refunded'),
    unpaid: tellShop('unpaid'),
    hold: tellShop('hold'),
    paidTwice: tellShop('paidTwice'),
  },
  landing: ({ outcome }) => `/${outcome}`,
  onError: (error, { route }) => tell({ report: `${route}: ${error instanceof Error ? error.message : error}` }),
  cronSecret: settings.cronSecret,
})

const { url } = await serve(checkout.handler)
tell({ url })
