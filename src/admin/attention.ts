import type { OrderView } from '../checkout/payment.ts'
import type { Texts } from './language.ts'

/** What an order wants of a person: a label and a sentence. Also what is not on hold may be in doubt: Khalti takes it back, say. */
export function attentionWords(
  texts: Texts,
  { payments }: OrderView,
  name: string,
): readonly [label: string, sentence: string] {
  if (name === 'hold' && payments.every(({ state }) => state !== 'hold')) return texts.doubt
  return texts.attention[name] ?? [name, '']
}
