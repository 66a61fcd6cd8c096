import { Draft } from './draft.ts'
import { duplicatesOf } from './news.ts'
import { fulfilledLink, type Instant, type Link, type OrderRecord, type Ruling } from './record.ts'

/** Why a person should look at an order. */
export type AttentionName = 'hold' | 'paid-twice' | 'refund-unclear' | 'not-fulfilled' | 'not-told'

/** One reason, with what makes it this one: the same again is no news, another fact is. */
interface Reason {
  name: AttentionName
  key: string
}

/** Why a person should look at the order, without what one has dealt with. */
export function attentionOf(record: OrderRecord): AttentionName[] {
  const open = reasonsOf(record).filter(({ key }) => !record.attended.includes(key))
  return [...new Set(open.map(({ name }) => name))]
}

/** The keys of what a person has not dealt with: they are given back to `attend` by who has seen them. */
export function openReasons(record: OrderRecord): string[] {
  const keys = reasonsOf(record).map(({ key }) => key)
  return keys.filter((key) => !record.attended.includes(key))
}

/** What a person did, and the keys of what they have seen; absent where it is all that there is. */
export interface Attending {
  by?: string | undefined
  text?: string | undefined
  seen?: readonly string[] | undefined
}

/** A person has dealt with what wanted attention. What they have not seen stays open. */
export function attend(record: OrderRecord, now: Instant, { by, text, seen }: Attending): Ruling<void> {
  const draft = new Draft(record, now)
  const keys = reasonsOf(record).map(({ key }) => key)
  const isDealtWith = (key: string) => seen === undefined || seen.includes(key) || record.attended.includes(key)
  draft.record.attended = keys.filter(isDealtWith)
  draft.note({ what: 'attended', by, text })
  return draft.end(undefined)
}

/** Whether a held payment still waits for a person, so that the order must not be paid anew. */
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
    // What is on hold has its reason already.
    givenUpAt !== undefined && state !== 'hold' && `given-up:${givenUpAt}`,
    isPartlyBack(link, record) && `partly-refunded:${since}`,
  ]
  return facts.filter((fact) => fact !== false).map((fact) => ({ name: 'hold', key: `hold:${pidx}:${fact}` }))
}

/** Some of the money went back before anything was handed out: only a person knows what is owed. */
function isPartlyBack(link: Link, record: OrderRecord): boolean {
  return link.refundExtent === 'partial' && fulfilledLink(record) === undefined
}
