import type { ReactNode } from 'react'
import type { PaymentStatusAnswer } from '../checkout/answers.ts'
import type { KhaltiLocale } from './khalti-locale.ts'
import { useMemo, useRef, useState } from './react.ts'
import { amountText, timeText } from './receipt-values.ts'
import type { KhaltiReceiptTexts } from './status-texts.ts'

/** Props of the receipt, and of a component of the shop's that stands for it. */
export interface PaymentReceiptProps {
  payment: PaymentStatusAnswer
  locale: KhaltiLocale
  words: KhaltiReceiptTexts
  className: string
  /** Attributes of the copy button. */
  copyButton: object
}

/** Order, amount, time and transaction: what a customer reads out to the shop. */
export function PaymentReceipt({ payment, locale, words, className, copyButton }: PaymentReceiptProps): ReactNode {
  // Every answer is another object.
  const seenAtMs = useMemo(Date.now, [payment])
  const { orderName, orderId, amount, transactionId } = payment
  const rows: [label: string, value: ReactNode][] = [
    // A name in Arabic letters would turn round the id behind it, which a customer reads out.
    [words.order, [<bdi key="name">{orderName}</bdi>, ' ', <small key="id">{orderId}</small>]],
    [words.amount, amountText(amount, locale)],
    [words.asOf, timeText(seenAtMs, locale)],
  ]
  if (transactionId) {
    rows.push([words.transaction, <Copyable key="id" text={transactionId} words={words} button={copyButton} />])
  }
  return (
    <dl className={className}>
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

interface CopyableProps {
  text: string
  words: KhaltiReceiptTexts
  button: object
}

function Copyable({ text, words, button }: CopyableProps): ReactNode {
  const [isCopied, setCopied] = useState(false)
  const { clipboard } = navigator
  const shown = useRef<HTMLElement>(null)
  // Where copying is not allowed, the customer finds it selected.
  const select = () => shown.current && getSelection()?.selectAllChildren(shown.current)
  const copy = () => clipboard.writeText(text).then(() => setCopied(true), select)
  return (
    <span>
      <code ref={shown}>{text}</code> {/* Browsers have no clipboard on plain http. */}
      {clipboard && (
        <button {...button} type="button" onClick={copy} aria-label={`${words.copy}: ${words.transaction}`}>
          {words.copy}
        </button>
      )}{' '}
      <span aria-live="polite">{isCopied && words.copied}</span>
    </span>
  )
}
