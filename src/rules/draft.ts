import { isSo, type News, tellLeaseMs } from './news.ts'
import { clean, type EventEntry, type Instant, type Link, linkOf, type OrderRecord, type Ruling } from './record.ts'

/** A long history keeps its beginning and its end. */
const firstEvents = 20
const lastEvents = 180

/** Changes within it may come at the same instant of the store's clock. */
const atOnceMs = 1_000

/** What a line of the history says; what is undefined or empty is left out. */
type Line = Pick<EventEntry, 'what'> & { [Word in 'pidx' | 'text' | 'by']?: string | undefined }

/** A record while a rule changes it. Entries of lists other than `links` and `refunds` are replaced, never changed. */
export class Draft {
  readonly record: OrderRecord
  readonly now: Instant
  readonly #before: OrderRecord

  constructor(before: OrderRecord, now: Instant) {
    this.#before = before
    this.now = now
    this.record = {
      ...before,
      links: before.links.map((link) => ({ ...link })),
      refunds: before.refunds.map((refund) => ({ ...refund })),
      events: [...before.events],
    }
  }

  /** The payment of this pidx, to be changed. */
  link(pidx: string): Link | undefined {
    return linkOf(this.record, pidx)
  }

  /** Writes a line of the history. */
  note({ what, pidx, text, by }: Line): void {
    const { events } = this.record
    const words = { ...(pidx && { pidx }), ...(text && { text: clean(text) }), ...(by && { by: clean(by) }) }
    events.push({ at: this.now, what, ...words })
    if (events.length > firstEvents + lastEvents) events.splice(firstEvents, 1)
  }

  /** Moves a payment to another state, with a line in the history. */
  move(link: Link, what: Link['state'], words: string | { text: string; by: string | undefined } = ''): void {
    if (link.state !== what) {
      link.state = what
      link.since = this.now
      delete link.givenUpAt
    }
    this.note({ what, pidx: link.pidx, ...(typeof words === 'string' ? { text: words } : words) })
  }

  /**
   * Notes that the shop must be told, in the same step as the change itself: once per payment, callback and refund. What is
   * being told of the same keeps another `until`, though it comes at the same instant: who has told that has not told this.
   */
  tell(news: News): void {
    const { pidx } = news.previous
    const id = [news.what, pidx, news.refundId].filter((part) => part !== undefined).join(':')
    const older = this.record.untold.find((entry) => entry.id === id)
    const others = this.record.untold.filter((entry) => entry !== older)
    const end = this.now + tellLeaseMs
    const ahead = (older?.until ?? 0) - end
    const until = ahead >= 0 && ahead < atOnceMs ? end + ahead + 1 : end
    this.record.untold = [...others, { ...news, id, pidx, at: this.now, until, failures: 0 }]
  }

  /** The rule's result. Drops outdated news, and returns the record from before where nothing has changed. */
  end<Answer>(answer: Answer): Ruling<Answer> {
    this.record.untold = this.record.untold.filter((entry) => isSo(this.record, entry))
    return { record: isSame(this.record, this.#before) ? this.#before : this.record, answer }
  }
}

/** Makes a rule of what it does to a draft. What it answers before it has changed anything leaves the record as it is. */
export const rule =
  <Input extends unknown[], Answer>(decide: (draft: Draft, ...input: Input) => Answer) =>
  (record: OrderRecord, now: Instant, ...input: Input): Ruling<Answer> => {
    const draft = new Draft(record, now)
    return draft.end(decide(draft, ...input))
  }

/** Whether two values are stored as the same JSON. A field that is undefined is none. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (!isObject(one) || !isObject(other)) return false
  for (const name in one) if (!isSame(one[name], other[name])) return false
  for (const name in other) if (one[name] === undefined && other[name] !== undefined) return false
  return true
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
