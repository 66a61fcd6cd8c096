import type { OrderEvent, OrderView } from '../checkout/payment.ts'
import { type Html, html } from '../web-page/html.ts'
import { readHold, saidWords } from './hold-words.ts'
import type { Texts } from './language.ts'
import type { Visit } from './visit.ts'

/** How many lines a record keeps from the beginning of a long history, and in all. */
const keptFirst = 20
const kept = 200

/** What happened to an order, line by line, oldest first. It says where lines may be left out. */
export function story(visit: Visit, view: OrderView): Html {
  const lines = view.events.map((event) => line(visit, view, event))
  const gap = html`<li><p class="hint">${visit.texts.storyIsCut}</p></li>`
  return html`<ol class="story">${lines.length < kept ? lines : lines.toSpliced(keptFirst, 0, gap)}</ol>`
}

function line(visit: Visit, view: OrderView, event: OrderEvent): Html {
  const { texts, time } = visit
  const { sentence, detail } = wordsOf(visit, event)
  const number = view.payments.length - view.payments.findIndex(({ pidx }) => pidx === event.pidx)
  const about = view.payments.length > 1 && number <= view.payments.length && texts.payment(number)
  const hints = [about, detail, event.by !== undefined && texts.by(event.by)].filter(Boolean).join(' · ')
  return html`<li><time datetime="${event.at.toISOString()}">${time(event.at)}</time><p>${sentence}</p>${hints !== '' && html`<p class="hint">${hints}</p>`}</li>`
}

interface Words {
  sentence: string
  /** What else the record says, as it stands there. */
  detail?: string | undefined
}

/** An event as a sentence. Its text is written by the checkout's rules; what they do not explain is shown as it is. */
function wordsOf({ texts, money }: Visit, { what, text }: OrderEvent): Words {
  const { events } = texts
  switch (what) {
    case 'paid':
      return paidWords({ texts }, text)
    case 'unpaid':
      return { sentence: text === undefined ? events.unpaid : events.unpaidBecause(texts.reasons[text] ?? text) }
    case 'hold':
      return holdWords({ texts }, text)
    case 'denied':
      return { sentence: inDoubt(texts), detail: texts.saysNow(text ?? '') }
    case 'refund-denied':
      return { sentence: inDoubt(texts), detail: texts.saysNowOfRefund(text ?? '') }
    case 'shared-transaction':
      return { sentence: inDoubt(texts), detail: texts.sharesTransaction(text ?? '') }
    case 'refunded':
      return { sentence: text === 'partial' ? events.partial : events.refunded }
    case 'refund-sent':
      return { sentence: events['refund-sent'](money(Number(text))) }
    case 'told':
    case 'not-told':
      return { sentence: events[what], detail: newsWords({ texts }, text) }
    default:
      return { sentence: events[what] ?? what, detail: text }
  }
}

const inDoubt = ({ doubt, sentenceEnd }: Texts) => `${doubt[0]}${sentenceEnd}`

/** Whether a person has had a payment fulfilled all the same. */
export function isAcceptance({ what, text }: Pick<OrderEvent, 'what' | 'text'>): boolean {
  return what === 'paid' && text === 'accepted by a person'
}

function paidWords({ texts }: Pick<Visit, 'texts'>, text: string | undefined): Words {
  if (text === undefined) return { sentence: texts.events.paid }
  if (isAcceptance({ what: 'paid', text })) return { sentence: texts.events.accepted }
  return { sentence: texts.events.paidBy(texts.methodsInSentence[text] ?? text) }
}

/** The name of a callback, and after a colon why it failed. */
export function newsWords({ texts }: Pick<Visit, 'texts'>, text = ''): string {
  const [name = '', ...rest] = text.split(': ')
  return [texts.news[name] ?? name, ...rest].join(': ')
}

/** `reason`, `reason: what the shop said`, or a sentence. */
function holdWords({ texts }: Pick<Visit, 'texts'>, text = ''): Words {
  const sentence = texts.events.hold
  const hold = readHold(text)
  const known = texts.holds[hold.reason]
  if (known !== undefined) return { sentence: `${sentence} ${known}`, detail: saidWords(texts, hold) }
  // It may be said of a payment that is not held.
  if (text === 'still so after two weeks') return { sentence: inDoubt(texts), detail: texts.stillHeld }
  return { sentence, detail: text }
}
