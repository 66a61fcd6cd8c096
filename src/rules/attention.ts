import { rule } from './draft.ts'
import { duplicatesOf } from './news.ts'
import { fulfilledLink, type Link, type OrderRecord } from './record.ts'

/** Why a person should look at an order. */
export type AttentionName = 'hold' | 'paid-twice' | 'refund-unclear' | 'not-fulfilled' | 'not-told'

/** One reason. The key identifies the fact: a new fact has a new key. */
interface Reason {
  name: AttentionName
  key: string
}

/** Why a person should look at the order: the open reasons. */
export function attentionOf(record: OrderRecord): AttentionName[] {
  const open = reasonsOf(record).filter(({ key }) => !record.attended.includes(key))
  return [...new Set(open.map(({ name }) => name))]
}

/** The keys of the open reasons. `attend` takes those that a person has seen. */
export function openReasons(record: OrderRecord): string[] {
  const keys = reasonsOf(record).map(({ key }) => key)
  return keys.filter((key) => !record.attended.includes(key))
}

/** What a person did, and the keys that they have seen. Default: all. */
export interface Attending {
  by?: string | undefined
  text?: string | undefined
  seen?: readonly string[] | undefined
}

/** Marks reasons as dealt with. Those that the person has not seen stay open. */
export const attend = rule((draft, { by, text, seen }: Attending) => {
  const { record } = draft
  const keys = reasonsOf(record).map(({ key }) => key)
  const { attended } = record
  record.attended = keys.filter((key) => seen === undefined || seen.includes(key) || attended.includes(key))
  draft.note({ what: 'attended', by, text })
})

/** Whether a held payment still waits for a person, so that the order must not be paid again. */
export function isOpenHold(record: OrderRecord, link: Link): boolean {
  return holdReasonsOf(link, record).some(({ key }) => !record.attended.includes(key))
}

function reasonsOf(record: OrderRecord): Reason[] {
  const { links, refunds, untold, failures } = record
  const waiting = fulfilledLink(record) === undefined && links.find((link) => link.state === 'paid')
  return [
    ...links.flatMap((link) => holdReasonsOf(link, record)),
    ...duplicatesOf(record).map(({ pidx }): Reason => ({ name: 'paid-twice', key: `paid-twice:${pidx}` })),
    ...refunds
      .filter(({ state }) => state === 'unclear')
      .map(({ id }): Reason => ({ name: 'refund-unclear', key: `refund-unclear:${id}` })),
    ...(failures && waiting
      ? [{ name: 'not-fulfilled', key: `not-fulfilled:${waiting.pidx}:${failures.since}` } as const]
      : []),
    ...untold
      .filter((entry) => entry.failures > 0)
      .map(({ id, at }): Reason => ({ name: 'not-told', key: `not-told:${id}:${at}` })),
  ]
}

function holdReasonsOf(link: Link, record: OrderRecord): Reason[] {
  const { pidx, state, holdReason, since, contradicted, givenUpAt } = link
  const facts = [
    state === 'hold' && `${holdReason}:${since}`,
    contradicted !== undefined && `contradicted:${contradicted}`,
    // A held payment has its reason already.
    givenUpAt !== undefined && state !== 'hold' && `given-up:${givenUpAt}`,
    isPartlyBack(link, record) && `partly-refunded:${since}`,
  ]
  return facts.filter((fact) => fact !== false).map((fact) => ({ name: 'hold', key: `hold:${pidx}:${fact}` }))
}

/** Whether some of the money went back before anything was handed out: only a person knows what is owed. */
function isPartlyBack(link: Link, record: OrderRecord): boolean {
  return link.refundExtent === 'partial' && fulfilledLink(record) === undefined
}
