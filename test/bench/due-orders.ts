import type { JsonObject, PaymentStore } from 'khalti-kit/checkout'

/** The lookup server answers with the status that a pidx begins with. */
export const pidxOf = (status: string, index: number) => `${status}-${index}`

/** Runs `run` for each number below `count`, so many at once. */
export async function forAll(
  { count, concurrency }: { count: number; concurrency: number },
  run: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await run(index)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

/** The record of an order with one open link, as initiate leaves it. */
function recordOf(pidx: string): JsonObject {
  const createdAt = Date.now() - 60_000
  const link = {
    ...{ pidx, method: 'khalti', orderName: 'Tea', amount: 1000, fingerprint: '89912cac63c8ee85f64b475f143eadeb' },
    ...{ paymentUrl: `https://test-pay.khalti.com/?pidx=${pidx}`, state: 'pending' },
    ...{ createdAt, since: createdAt, expiresAt: createdAt + 1_800_000 },
  }
  const events = [{ at: createdAt, what: 'link', pidx }]
  const rest = { refunds: [], untold: [], attended: [], fingerprint: link.fingerprint }
  return { format: 1, orderId: pidx, environment: 'sandbox', links: [link], events, ...rest }
}

/** Stores so many orders, each due now. */
export async function storeDue(payments: PaymentStore, status: string, count: number): Promise<void> {
  const dueAt = new Date()
  await forAll({ count, concurrency: 10 }, async (index) => {
    const pidx = pidxOf(status, index)
    const order = { orderId: pidx, version: 0, record: recordOf(pidx), keys: [pidx], attention: false }
    await payments.write({ ...order, dueAt, changedAt: dueAt })
  })
}
