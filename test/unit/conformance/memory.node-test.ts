import { memoryPayments } from 'khalti-kit/checkout'
import { describePaymentStore } from 'khalti-kit/testing'

// Run by `node --test`, with the runner that the suite finds by itself, and leases in real time.
describePaymentStore('memoryPayments', () => memoryPayments())
