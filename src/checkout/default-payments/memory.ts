import { memoryPayments } from '../memory-payments.ts'
import type { PaymentStore } from '../payment-store.ts'

/** Where a shop in development keeps its payments when it names no store. */
export function defaultPayments(options: { now?: (() => Date) | undefined }): PaymentStore | undefined {
  return memoryPayments(options)
}
