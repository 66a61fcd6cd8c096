export type { StoreUnderTest } from './conformance/bench.ts'
export {
  describePaymentStore,
  type MakeStore,
  type StoreClock,
  type TestRunner,
} from './conformance/describe-payment-store.ts'
export type { DetailedFault, Fault, FaultAim, FaultEndpoint, FaultKind } from './simulator/faults.ts'
export type { PayOptions } from './simulator/ledger.ts'
export { createSimulator, type SimulatedPayment, type Simulator } from './simulator/simulator.ts'
export type { SimulatorOptions } from './simulator/simulator-options.ts'
