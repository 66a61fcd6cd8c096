import { memoryPayments } from 'khalti-kit/checkout'
import { describePaymentStore } from 'khalti-kit/testing'

// Run by `node --test`, with the runner that the suite finds by itself. Its clock is real, so leases take real time.
describePaymentStore('memoryPayments', () => memoryPayments({ now: () => new Date() }))
