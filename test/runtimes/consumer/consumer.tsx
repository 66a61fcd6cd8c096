// Read by every TypeScript of the matrix; what is wrong on purpose must stay wrong.
import type Database from 'better-sqlite3'
import {
  judge,
  type KhaltiApiError,
  KhaltiClient,
  type Paisa,
  type PaymentLookupResponse,
  rupees,
  type Verdict,
} from 'khalti-kit'
import { type Checkout, createCheckout, memoryPayments, type PaymentStore } from 'khalti-kit/checkout'
import { toNextApiHandler, toNextRoute } from 'khalti-kit/next'
import { toNodeListener } from 'khalti-kit/node'
import { postgresPayments } from 'khalti-kit/postgres'
import { KhaltiPaymentForm, KhaltiPaymentStatus, useKhalti, useKhaltiPayment } from 'khalti-kit/react'
import { paymentRequestSchema } from 'khalti-kit/schemas'
import { type SqlPayments, sqlitePayments } from 'khalti-kit/sqlite'
import { createSimulator, describePaymentStore } from 'khalti-kit/testing'

const simulator = createSimulator({ secretKey: undefined })
const client = new KhaltiClient({ fetch: simulator.fetch, timeoutMs: undefined })
const store: PaymentStore = memoryPayments()

export const checkout: Checkout = createCheckout({
  client,
  payments: postgresPayments({ query: async (_text: string, _values?: unknown[]) => ({ rows: [] }) }),
  siteUrl: 'https://shop.example',
  readOrder: async ({ orderId }) => ({ id: String(orderId), name: 'Topi', amount: rupees(850) }),
  fulfil: async (payment, { idempotencyKey }) => console.log(payment.orderId, idempotencyKey),
  landing: ({ outcome }) => `/${outcome}`,
  cronSecret: undefined,
})

export const { GET, POST } = toNextRoute(checkout.handler)
export const listener = toNodeListener(checkout.handler)
export const api = toNextApiHandler(checkout.handler)

export function read(lookup: PaymentLookupResponse, amount: Paisa): string {
  const verdict: Verdict = judge(lookup, { pidx: lookup.pidx, amount })
  switch (verdict.outcome) {
    case 'paid':
      return verdict.transactionId
    case 'pending':
      return 'wait'
    case 'unpaid':
    case 'hold':
      return verdict.reason
    case 'refunded':
      return verdict.extent
  }
}

// @ts-expect-error: rupees are no paisa
export const wrong: Paisa = 850
export const kind = (error: KhaltiApiError): string => error.kind
export const parsed: { amount: number } = paymentRequestSchema.parse({})
export const parse = (input: unknown) => paymentRequestSchema.safeParse(input)

describePaymentStore('mine', () => store)
// Said, since the declarations of better-sqlite3 have no name for what its constructor gives.
export const openPayments = (connect: () => Database.Database): SqlPayments<Database.Database> =>
  sqlitePayments(connect(), { connect })

export function Page() {
  const { initiate } = useKhalti()
  const { phase, payment } = useKhaltiPayment()
  return (
    <div>
      <button type="button" onClick={() => initiate({ orderId: 'A-1' })}>
        {phase === 'paid' && payment.orderName}
      </button>
      <KhaltiPaymentForm orderId="A-1" />
      <KhaltiPaymentStatus locale="ne" />
    </div>
  )
}
