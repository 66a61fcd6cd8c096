import type { FaultQueue } from './faults.ts'
import type { Ledger } from './ledger.ts'
import type { SimulatorSettings } from './simulator-options.ts'

/** What every route of one simulator works with. */
export interface SimulatorContext {
  readonly settings: SimulatorSettings
  readonly ledger: Ledger
  readonly faults: FaultQueue
}
