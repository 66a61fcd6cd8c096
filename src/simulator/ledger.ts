import { sandboxWallets } from '../wire/sandbox-wallets.ts'
import type { PaymentStatus } from '../wire/status.ts'
import { mintId } from './mint-id.ts'
import type { SimulatorSettings } from './simulator-options.ts'

/** An accepted initiate request. */
export interface SimulatedOrder {
  return_url: string
  website_url: string
  amount: number
  purchase_order_id: string
  purchase_order_name: string
  modes: string[]
  ttl: number | undefined
  /** Every `merchant_*` field, as received. */
  merchant: Record<string, unknown>
}

/** How a payment is made, for {@link Simulator.pay}. */
export interface PayOptions {
  /** What pays. A bank payment needs `mobile` to be refunded. Default: `bank` if the request's `modes` name bank modes only, else `wallet`. */
  instrument?: 'wallet' | 'bank' | undefined
  /** The payer's Khalti ID; redirects mask it. Default: the first of the published test IDs. */
  mobile?: string | undefined
  /** The id a refund needs. Default: a freshly minted one. */
  transactionId?: string | undefined
  /** The bank's own id, `txnId` in the wallet's redirect. Default: the transaction id, or a minted one for a bank. */
  txnId?: string | undefined
}

/** What is known of a payment that was made. */
export interface Settlement {
  instrument: 'wallet' | 'bank'
  mobile: string
  transactionId: string
  txnId: string
  /** The `token` of the server-built redirect. */
  token: string
  /** From when on a lookup says Completed. */
  completesAt: Date
}

/** One payment in the ledger. What it is at a moment follows from these facts; see {@link Ledger.statusOf}. */
export interface LedgerEntry {
  readonly pidx: string
  readonly order: SimulatedOrder
  /** The request's body, as received. */
  readonly request: Record<string, unknown>
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly canceled: boolean
  /** What `hold` said, until another verb says otherwise. */
  readonly held: string | null
  readonly settlement: Settlement | null
  /** Paisa given back so far. */
  readonly refunded: number
}

/** The payments of one simulator. It does no I/O; every time comes from `now`. */
export type Ledger = ReturnType<typeof createLedger>

const bankModes: readonly string[] = ['EBANKING', 'MOBILE_BANKING']

/** Whether a way to pay is a bank's; those have a higher minimum. */
export const isBankMode = (mode: string) => bankModes.includes(mode)

/** Opens an empty ledger. */
export function createLedger(settings: SimulatorSettings) {
  const entries = new Map<string, LedgerEntry>()

  const write = (entry: LedgerEntry, change: Partial<LedgerEntry>) => {
    const written = { ...entry, ...change }
    entries.set(written.pidx, written)
    return written
  }
  const statusOf = (entry: LedgerEntry) => statusAt(entry, settings.now(), settings)

  return {
    /** Every payment, oldest first. */
    entries: () => [...entries.values()],
    find: (pidx: string) => entries.get(pidx),
    findByTransaction: (id: string) => [...entries.values()].find((entry) => entry.settlement?.transactionId === id),
    /** What a payment is at this moment, in Khalti's words. */
    statusOf,

    open(order: SimulatedOrder, request: Record<string, unknown>): LedgerEntry {
      const createdAt = settings.now()
      const life = settings.honourTtl && order.ttl !== undefined ? order.ttl : settings.expiresIn
      const expiresAt = new Date(createdAt.getTime() + life * 1000)
      const facts = { createdAt, expiresAt, canceled: false, held: null, settlement: null, refunded: 0 }
      return write({ pidx: mintId(), order, request, ...facts }, {})
    },

    /** Makes the payment, also one that had expired or was canceled: late completions happen. A paid one stays as it is. */
    pay(entry: LedgerEntry, options: PayOptions): LedgerEntry {
      const settlement = entry.settlement ?? settle(entry.order, options, settings)
      return write(entry, { settlement, held: null })
    },

    cancel: (entry: LedgerEntry) => write(refuseIfPaid(entry, 'canceled'), { canceled: true, held: null }),

    expire: (entry: LedgerEntry) =>
      write(refuseIfPaid(entry, 'expired'), { expiresAt: settings.now(), canceled: false, held: null }),

    hold: (entry: LedgerEntry, status: string) => write(entry, { held: status }),

    /** Gives back `amount` paisa, or all that is left; says why where it cannot. */
    refund(entry: LedgerEntry, amount?: number): 'refunded' | 'not-refundable' | 'too-much' {
      if (!isRefundable(statusOf(entry))) return 'not-refundable'
      const left = entry.order.amount - entry.refunded
      if ((amount ?? left) > left) return 'too-much'
      write(entry, { refunded: entry.refunded + (amount ?? left) })
      return 'refunded'
    },
  }
}

function settle(order: SimulatedOrder, options: PayOptions, settings: SimulatorSettings): Settlement {
  const bankOnly = order.modes.length > 0 && order.modes.every(isBankMode)
  const instrument = options.instrument ?? (bankOnly ? 'bank' : 'wallet')
  const transactionId = options.transactionId ?? mintId()
  return {
    instrument,
    mobile: options.mobile ?? sandboxWallets.ids[0],
    transactionId,
    txnId: options.txnId ?? (instrument === 'bank' ? mintId() : transactionId),
    token: mintId(),
    completesAt: new Date(settings.now().getTime() + settings.completionDelayMs),
  }
}

function statusAt(entry: LedgerEntry, at: Date, settings: SimulatorSettings): PaymentStatus | (string & {}) {
  if (entry.held !== null) return entry.held
  if (entry.settlement !== null) return paidStatusAt(entry, entry.settlement.completesAt > at, settings)
  if (entry.canceled) return 'User canceled'
  return entry.expiresAt <= at ? 'Expired' : 'Initiated'
}

function paidStatusAt(entry: LedgerEntry, completing: boolean, settings: SimulatorSettings): string {
  if (completing) return settings.statusUntilCompleted
  if (entry.refunded === 0) return 'Completed'
  return entry.refunded < entry.order.amount ? settings.partialRefundStatus : 'Refunded'
}

const isRefundable = (status: string) => status === 'Completed' || status.toLowerCase() === 'partially refunded'

function refuseIfPaid(entry: LedgerEntry, verb: string): LedgerEntry {
  if (entry.settlement === null) return entry
  throw new Error(
    `Payment ${entry.pidx} was paid and can no longer be ${verb}. Use hold() to make it answer anything else.`,
  )
}
