import type { OrderView, Payment } from '../checkout/payment.ts'
import type { Texts } from './language.ts'

/** What the history says of a hold: `reason`, or `reason: what was said`. */
export interface HoldText {
  /** The name of the reason; where the rules wrote a sentence, that sentence. */
  reason: string
  /** What the shop or Khalti said; empty where they said nothing. */
  said: string
}

/** Takes apart what the history says of a hold. */
export function readHold(text = ''): HoldText {
  const [reason = '', ...rest] = text.split(': ')
  const said = rest.join(': ')
  // A hold without a message is shown by its name.
  return { reason, said: reason === 'shop' && said === 'PaymentHold' ? '' : said }
}

/** What was said, with who said it. */
export function saidWords(texts: Texts, { reason, said }: HoldText): string {
  if (said === '') return ''
  if (reason === 'shop') return texts.shopSays(said)
  return reason === 'unknown-status' ? texts.khaltiSays(said) : said
}

/** What the shop or Khalti said when this payment was put on hold; empty where it is on hold no more, or nothing was said. */
export function saidOfPayment(texts: Texts, { events }: OrderView, payment: Payment): string {
  const { pidx, state, holdReason } = payment
  // The text for a changed cart is ours, and already in this language.
  if (state !== 'hold' || holdReason === 'changed') return ''
  const holds = events.filter((event) => event.what === 'hold' && event.pidx === pidx).map(({ text }) => readHold(text))
  const last = holds.findLast(({ reason }) => reason === holdReason)
  return last === undefined ? '' : saidWords(texts, last)
}
