import type { FieldError } from '../web-page/form-parts.ts'
import { formatAmount, parseRupees } from '../web-page/format-for-people.ts'
import { seeOther } from '../web-page/page.ts'
import type { SimulatorContext } from './context.ts'
import type { Fault } from './faults.ts'
import { canRefund, type LedgerEntry } from './ledger.ts'
import { redirectUrl } from './redirect-url.ts'

/** Something that can happen to a payment beside being paid and being canceled, as the page offers it. */
export interface Turn {
  /** The value of `intent` in the form. */
  intent: string
  /** What its button says. */
  label: string
}

/** How long a payment that is on its way says Pending. */
const pendingSeconds = 20

const payAndClose = { intent: 'pay-and-close', label: 'Pay and close the tab' }
const payPending = { intent: 'pay-pending', label: `Pay; ${pendingSeconds} s Pending first` }
const payLate = { intent: 'pay-late', label: 'Complete it late' }
const complete = { intent: 'complete', label: 'Complete it now' }
const fail = { intent: 'fail', label: 'Let it fail' }
const expire = { intent: 'expire', label: 'Let the link expire' }
const refundAll = { intent: 'refund', label: 'Give all of it back' }

/** What can go wrong with the next request of the shop, whatever payment it is about. */
export const faultTurns: readonly (Turn & { fault: Fault; told: string })[] = [
  { intent: 'fail-502', label: 'Answer 502', fault: '502', told: 'HTTP 502' },
  { intent: 'fail-lost', label: 'Lose the answer', fault: 'reset-after', told: 'its answer is lost' },
  { intent: 'fail-slow', label: 'Answer 12 s late', fault: { kind: 'slow', delayMs: 12_000 }, told: '12 s late' },
]

/** What can happen to this payment now. */
export function turnsOf(entry: LedgerEntry, { ledger }: SimulatorContext): Turn[] {
  const status = ledger.statusOf(entry)
  if (status === 'Initiated' && entry.settlement === null) return [payAndClose, payPending, fail, expire]
  if (canRefund(entry, status)) return [refundAll]
  if (status === 'Refunded') return []
  return entry.settlement === null ? [payLate] : [complete]
}

/** Does what the form asks for, then shows the page again or leads to the shop. Undefined for a form that asks for no turn. */
export function playTurn(entry: LedgerEntry, form: URLSearchParams, context: SimulatorContext): Response | undefined {
  const intent = form.get('intent')
  const page = seeOther(`?pidx=${entry.pidx}`)
  const fault = faultTurns.find((turn) => turn.intent === intent)
  if (fault !== undefined) {
    context.faults.add(fault.fault)
    return page
  }
  if (!turnsOf(entry, context).some((turn) => turn.intent === intent)) return undefined
  return play(entry, intent, context) ?? page
}

/** Undefined where the page is shown again. */
function play(entry: LedgerEntry, intent: string | null, { ledger, settings }: SimulatorContext): Response | undefined {
  switch (intent) {
    case 'pay-pending':
      return seeOther(redirectUrl(ledger.pay(entry, { completionDelayMs: pendingSeconds * 1000 }), settings))
    case 'fail':
      return seeOther(redirectUrl(ledger.answerWith(entry, 'Failed'), settings))
    case 'pay-and-close':
    case 'pay-late':
      ledger.pay(entry, {})
      break
    case 'complete':
      ledger.complete(entry)
      break
    case 'expire':
      ledger.expire(entry)
      break
    case 'refund':
      ledger.refund(entry)
      break
  }
  return undefined
}

/** Gives back the rupees that were typed in, or says what is wrong with them. */
export function refundPart(entry: LedgerEntry, typed: string, { ledger }: SimulatorContext): FieldError[] {
  const paisa = parseRupees(typed)
  if (paisa === undefined) return [{ field: 'rupees', message: 'Write rupees, such as 100 or 99.50.' }]
  if (ledger.refund(entry, paisa) === 'refunded') return []
  const left = entry.order.amount - entry.refunded
  return [{ field: 'rupees', message: `No more than ${formatAmount(left)} can go back.` }]
}
