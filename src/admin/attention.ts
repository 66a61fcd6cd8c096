import type { OrderView, Payment } from '../checkout/payment.ts'
import { saidOfPayment } from './hold-words.ts'
import type { Texts } from './language.ts'

type Words = readonly [label: string, sentence: string, ...said: string[]]

/** What an order wants of a person: labels and sentences, one or more for each reason, with what was said of it. */
export function attentionWords(texts: Texts, view: OrderView, name: string): readonly Words[] {
  return name === 'hold' ? holdWords(texts, view) : [wordsOf(texts, name)]
}

const wordsOf = (texts: Texts, name: string): Words => texts.attention[name] ?? [name, '']

/** A payment that is not held may need a person too: a part of it was refunded, or Khalti contradicts itself. */
function holdWords(texts: Texts, view: OrderView): readonly Words[] {
  const { payments, fulfilledAt } = view
  const isHeld = payments.some(({ state }) => state === 'hold')
  const isPartlyBack = fulfilledAt === undefined && payments.some(isPart)
  const words: Words[] = []
  if (isHeld) words.push([...wordsOf(texts, 'hold'), ...saidOfHolds(texts, view)])
  if (isPartlyBack) words.push(texts.partlyBack)
  return words.length > 0 ? words : [texts.doubt]
}

/** What was said of each payment that is held, with its number where there are others. */
function saidOfHolds(texts: Texts, view: OrderView): string[] {
  const { payments } = view
  return payments.flatMap((payment, index) => {
    const said = saidOfPayment(texts, view, payment)
    const about = payments.length > 1 ? `${texts.payment(payments.length - index)}: ` : ''
    return said === '' ? [] : [about + said]
  })
}

const isPart = ({ refundExtent }: Payment) => refundExtent === 'partial'
