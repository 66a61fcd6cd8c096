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
  /** Milliseconds, by `now`, until a lookup says Completed. Default: the simulator's `completionDelayMs`. */
  completionDelayMs?: number | undefined
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
  /** Where its page lives. */
  readonly origin: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly canceled: boolean
  /** What `answerWith` said, until another verb says otherwise. */
  readonly answer: string | null
  readonly settlement: Settlement | null
  /** Paisa given back so far. */
  readonly refunded: number
}

/** How asking for a refund went. */
export type RefundOutcome = 'refunded' | 'not-paid' | 'nothing-left' | 'too-much'

/** The payments of one simulator. It does no I/O; every time comes from `now`. */
export type Ledger = ReturnType<typeof createLedger>

const bankModes: readonly string[] = ['EBANKING', 'MOBILE_BANKING']

/** Whether a way to pay is a bank's; those have a higher minimum. */
export const isBankMode = (mode: string) => bankModes.includes(mode)

/** Whether money of a payment that has this status can go back. */
export function canRefund({ settlement }: LedgerEntry, status: string): boolean {
  return settlement !== null && (status === 'Completed' || status.toLowerCase() === 'partially refunded')
}

/** Opens an empty ledger. */
export function createLedger(settings: SimulatorSettings) {
  const entries = createEntries(settings.keep)
  const write = (entry: LedgerEntry, change: Partial<LedgerEntry>) => entries.put({ ...entry, ...change })
  const statusOf = (entry: LedgerEntry) => statusAt(entry, settings.now(), settings)

  return {
    /** Every payment, oldest first. */
    entries: entries.all,
    find: entries.find,
    findByTransaction: entries.findByTransaction,
    /** What a payment is at this moment, in Khalti's words. */
    statusOf,

    open: (order: SimulatedOrder, made: Pick<LedgerEntry, 'request' | 'origin'>) =>
      entries.put({ pidx: unusedId(entries.find, settings), order, ...made, ...freshFacts(order, settings) }),

    /** Makes the payment, also one that had expired or was canceled: late completions happen. A paid one stays as it is. */
    pay(entry: LedgerEntry, options: PayOptions): LedgerEntry {
      const settlement = entry.settlement ?? settle(entry.order, options, settings)
      return write(entry, { settlement, answer: null })
    },

    /** What is still on its way is completed now. */
    complete(entry: LedgerEntry): LedgerEntry {
      const settlement = entry.settlement && { ...entry.settlement, completesAt: settings.now() }
      return write(entry, { settlement, answer: null })
    },

    cancel: (entry: LedgerEntry) => write(refuseIfPaid(entry, 'canceled'), { canceled: true, answer: null }),

    expire: (entry: LedgerEntry) =>
      write(refuseIfPaid(entry, 'expired'), { expiresAt: settings.now(), canceled: false, answer: null }),

    answerWith: (entry: LedgerEntry, status: string) => write(entry, { answer: status }),

    /** Gives back `amount` paisa, or all that is left; says why where it cannot. */
    refund(entry: LedgerEntry, amount = entry.order.amount - entry.refunded): RefundOutcome {
      const outcome = refundOutcome(entry, amount, statusOf(entry))
      if (outcome === 'refunded') write(entry, { refunded: entry.refunded + amount, answer: null })
      return outcome
    },
  }
}

/** The payments by their ids; of more than `keep` the oldest are forgotten. */
function createEntries(keep: number) {
  const byPidx = new Map<string, LedgerEntry>()
  const byTransaction = new Map<string, string>()

  const forgetOldest = () => {
    for (const [pidx, { settlement }] of byPidx) {
      if (byPidx.size <= keep) return
      byPidx.delete(pidx)
      if (settlement) byTransaction.delete(settlement.transactionId)
    }
  }

  return {
    all: () => [...byPidx.values()],
    find: (pidx: string) => byPidx.get(pidx),
    findByTransaction: (id: string) => byPidx.get(byTransaction.get(id) ?? ''),
    put(entry: LedgerEntry): LedgerEntry {
      byPidx.set(entry.pidx, entry)
      if (entry.settlement) byTransaction.set(entry.settlement.transactionId, entry.pidx)
      forgetOldest()
      return entry
    },
  }
}

function freshFacts(order: SimulatedOrder, settings: SimulatorSettings) {
  const createdAt = settings.now()
  const life = settings.honourTtl && order.ttl !== undefined ? order.ttl : settings.expiresIn
  const expiresAt = later(createdAt, life * 1000)
  return { createdAt, expiresAt, canceled: false, answer: null, settlement: null, refunded: 0 }
}

/** The last moment whose year has four digits in Nepal, to the day. */
const lastMs = Date.UTC(9999, 11, 31)

/** A moment that is `ms` after another, as far as it can be written. */
const later = (moment: Date, ms: number) => new Date(Math.min(Math.max(moment.getTime() + ms, 0), lastMs))

function refundOutcome(entry: LedgerEntry, amount: number, status: string): RefundOutcome {
  const left = entry.order.amount - entry.refunded
  if (left === 0) return 'nothing-left'
  if (!canRefund(entry, status)) return 'not-paid'
  return amount > left ? 'too-much' : 'refunded'
}

/** `random` of a test may well repeat itself, and a pidx is one payment's. */
function unusedId(find: (pidx: string) => unknown, { random }: SimulatorSettings): string {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const id = mintId(random)
    if (find(id) === undefined) return id
  }
  throw new Error('random gives the same numbers again and again, so there is no new pidx. Give one that goes on.')
}

function settle(order: SimulatedOrder, options: PayOptions, settings: SimulatorSettings): Settlement {
  const { random, completionDelayMs } = settings
  const bankOnly = order.modes.length > 0 && order.modes.every(isBankMode)
  const instrument = options.instrument ?? (bankOnly ? 'bank' : 'wallet')
  const transactionId = options.transactionId ?? mintId(random)
  return {
    instrument,
    mobile: options.mobile ?? sandboxWallets.ids[0],
    transactionId,
    txnId: options.txnId ?? (instrument === 'bank' ? mintId(random) : transactionId),
    token: mintId(random),
    completesAt: later(settings.now(), options.completionDelayMs ?? completionDelayMs),
  }
}

function statusAt(entry: LedgerEntry, at: Date, settings: SimulatorSettings): PaymentStatus | (string & {}) {
  if (entry.answer !== null) return entry.answer
  if (entry.settlement !== null) return paidStatusAt(entry, entry.settlement.completesAt > at, settings)
  if (entry.canceled) return 'User canceled'
  return entry.expiresAt <= at ? 'Expired' : 'Initiated'
}

function paidStatusAt(entry: LedgerEntry, completing: boolean, settings: SimulatorSettings): string {
  if (completing) return settings.statusUntilCompleted
  if (entry.refunded === 0) return 'Completed'
  return entry.refunded < entry.order.amount ? settings.partialRefundStatus : 'Refunded'
}

function refuseIfPaid(entry: LedgerEntry, verb: string): LedgerEntry {
  if (entry.settlement === null) return entry
  throw new Error(
    `Payment ${entry.pidx} was paid and can no longer be ${verb}. Use answerWith() to make lookups say anything else.`,
  )
}
