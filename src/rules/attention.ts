import { rule } from './draft.ts'
import { duplicatesOf } from './news.ts'
import { fulfilledLink, type Link, type OrderRecord } from './record.ts'

/** Why a person should look at an order. */
export type AttentionName = 'hold' | 'paid-twice' | 'refund-unclear' | 'not-fulfilled' | 'not-told'

/** One reason, with the fact behind it: a new fact is a new reason. */
type Reason = `${AttentionName}:${string}`

/** Why a person should look at the order: what the open reasons begin with. */
export function attentionOf(record: OrderRecord): AttentionName[] {
  const names = openReasons(record).map((reason) => reason.split(':', 1)[0] as AttentionName)
  return [...new Set(names)]
}

/** The open reasons. `attend` takes those that a person has seen. */
export function openReasons(record: OrderRecord): Reason[] {
  return reasonsOf(record).filter((reason) => !record.attended.includes(reason))
}

/** What a person did, and the reasons that they have seen. Default: all. */
export interface Attending {
  by?: string | undefined
  text?: string | undefined
  seen?: readonly string[] | undefined
}

/** Marks reasons as dealt with. Those that the person has not seen stay open. */
export const attend = rule((draft, { by, text, seen }: Attending) => {
  const open = openReasons(draft.record).filter((reason) => seen && !seen.includes(reason))
  draft.record.attended = reasonsOf(draft.record).filter((reason) => !open.includes(reason))
  draft.note({ what: 'attended', by, text })
})

/** Whether a held payment still waits for a person, so that the order must not be paid again. */
export function isOpenHold(record: OrderRecord, link: Link): boolean {
  return holdsOf(link, record).some((reason) => !record.attended.includes(reason))
}

function reasonsOf(record: OrderRecord): Reason[] {
  const { links, refunds, untold, failures } = record
  const waiting = fulfilledLink(record) === undefined && links.find(({ state }) => state === 'paid')
  return [
    ...links.flatMap((link) => holdsOf(link, record)),
    ...duplicatesOf(record).map(({ pidx }): Reason => `paid-twice:${pidx}`),
    ...refunds.filter(({ state }) => state === 'unclear').map(({ id }): Reason => `refund-unclear:${id}`),
    ...(failures && waiting ? [`not-fulfilled:${waiting.pidx}:${failures.since}` as const] : []),
    ...untold.filter((entry) => entry.failures > 0).map(({ id, at }): Reason => `not-told:${id}:${at}`),
  ]
}

function holdsOf(link: Link, record: OrderRecord): Reason[] {
  const { pidx, state, holdReason, since, contradicted, givenUpAt } = link
  // Some of the money went back before anything was handed out: only a person knows what is owed.
  const isPartlyBack = link.refundExtent === 'partial' && fulfilledLink(record) === undefined
  const facts = [
    state === 'hold' && `${holdReason}:${since}`,
    contradicted !== undefined && `contradicted:${contradicted}`,
    // A held payment has its reason already.
    givenUpAt !== undefined && state !== 'hold' && `given-up:${givenUpAt}`,
    isPartlyBack && `partly-refunded:${since}`,
    // One transaction can have paid for one order alone.
    link.sharesId === true && 'shared-transaction',
  ]
  return facts.filter((fact) => fact !== false).map((fact): Reason => `hold:${pidx}:${fact}`)
}
