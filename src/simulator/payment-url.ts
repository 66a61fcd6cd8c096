import type { LedgerEntry } from './ledger.ts'
import type { SimulatorSettings } from './simulator-options.ts'

/** The address of a payment's page, in the form the simulator was asked for. */
export function paymentUrl({ pidx, order, origin }: LedgerEntry, { paymentUrlForm }: SimulatorSettings): string {
  if (paymentUrlForm === 'pidx-slash') return `${origin}/?pidx=${pidx}/`
  if (paymentUrlForm === 'pidx') return `${origin}/?pidx=${pidx}`
  return `${origin}/wallet/?pidx=${pidx}&return_url=${encodeURIComponent(order.return_url)}&mode=wallet`
}
