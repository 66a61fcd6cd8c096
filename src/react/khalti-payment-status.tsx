import type { ComponentProps, CSSProperties, ElementType, ReactNode } from 'react'
import type { KhaltiPaymentPhase } from '../browser/create-khalti-payment.ts'
import { isPassing } from '../browser/khalti-payment-error.ts'
import { developerHint } from './developer-hint.tsx'
import { type KhaltiLocaleTag, languageOf } from './khalti-locale.ts'
import { edge, type PartAttributes, type PartClassNames, partsOf, withOwn } from './parts.ts'
import { PaymentReceipt, type PaymentReceiptProps } from './payment-receipt.tsx'
import { StatusIcon, type StatusIconProps } from './status-icon.tsx'
import { type KhaltiStatusTexts, statusTexts, textOf } from './status-texts.ts'
import { type CheckAgain, useCheckAgain } from './use-check-again.ts'
import { type UseKhaltiPaymentOptions, type UseKhaltiPaymentResult, useKhaltiPayment } from './use-khalti-payment.ts'

/**
 * Classes for the parts of {@link KhaltiPaymentStatus}, beside ours. `button` is the next step, a link or a button; `copy`
 * copies the transaction's id; `hint` is what developers read, in development only.
 */
export type KhaltiStatusClassNames = PartClassNames<
  'icon' | 'heading' | 'sentence' | 'hint' | 'receipt' | 'copy' | 'button' | 'spinner'
>

/** Components of yours for parts of {@link KhaltiPaymentStatus}. Links and buttons get the attributes of the element that they stand for; pass them on. */
export interface KhaltiStatusSlots {
  icon?: ElementType<StatusIconProps> | undefined
  receipt?: ElementType<PaymentReceiptProps> | undefined
  /** Such as the link of your router. */
  link?: ElementType<ComponentProps<'a'> & { href: string }> | undefined
  button?: ElementType<ComponentProps<'button'>> | undefined
}

/** Props of {@link KhaltiPaymentStatus}. */
export interface KhaltiPaymentStatusProps extends UseKhaltiPaymentOptions {
  /** `en` or `ne` (Nepali), or any tag of a language, such as `ne-NP`; what is not Nepali is English. Default: `en`. */
  locale?: KhaltiLocaleTag | undefined
  /** Words of yours, in place of single texts. */
  texts?: Partial<KhaltiStatusTexts> | undefined
  /** Where the next step of a phase leads; `:orderId` is filled in, wherever it stands. Default: `/`, as "Back to the shop". */
  links?: { [Phase in KhaltiPaymentPhase]?: string | undefined } | undefined
  /** Classes for the whole, beside `khalti-status`. */
  className?: string | undefined
  /** Classes for its parts, beside ours. */
  classNames?: KhaltiStatusClassNames | undefined
  /** Components of yours in place of ours. */
  slots?: KhaltiStatusSlots | undefined
}

/**
 * The return page: how the payment went and what to do next. Shows what the shop says, never what the address says.
 *
 * @example
 * ```tsx
 * import { KhaltiPaymentStatus } from 'khalti-kit/react'
 *
 * export default function ReturnPage() {
 *   return <KhaltiPaymentStatus links={{ paid: '/orders/:orderId', unpaid: '/cart' }} />
 * }
 * ```
 */
export function KhaltiPaymentStatus(props: KhaltiPaymentStatusProps): ReactNode {
  const { texts, className, classNames, slots = {} } = props
  const language = languageOf(props.locale)
  const { icon: Icon = StatusIcon, receipt: Receipt = PaymentReceipt } = slots
  const found = useKhaltiPayment(props)
  const { phase, payment, error } = found
  const again = useCheckAgain(found)
  const { known, heading } = again
  const part = partsOf(classNames)
  const words = withOwn(statusTexts[language], texts)
  const [title, sentence] = textOf(words, found) ?? []
  return (
    <section
      className={`khalti-status ${className ?? ''}`}
      data-phase={phase}
      data-reason={payment?.reason}
      aria-busy={phase === 'checking'}
      lang={language}
    >
      <div role="status">
        <Icon phase={phase} {...part('icon')} />
        <h2 ref={heading} tabIndex={-1} {...part('heading')}>
          {title}
        </h2>
        <p {...part('sentence')}>{sentence}</p>
      </div>
      {/* Without JavaScript no status is ever asked for, and the sheet hides what is above. */}
      <noscript>{words['failed-not-found']?.slice(0, 2).join(' – ')}</noscript>
      {developerHint({ error, ...part('hint') })}
      {known && (
        // Another payment, another outcome: another receipt, of which nothing is copied.
        <Receipt
          key={known.pidx + known.outcome}
          payment={known}
          locale={language}
          words={words}
          copyButton={part('copy', edge)}
          {...part('receipt')}
        />
      )}
      {nextStep(props, found, { words, again, part })}
    </section>
  )
}

interface Setting {
  words: KhaltiStatusTexts
  again: CheckAgain
  part: (part: 'button' | 'spinner', style?: CSSProperties) => PartAttributes
}

/** The one thing to do now: ask again where the answer may be another, else go on. */
function nextStep(props: KhaltiPaymentStatusProps, found: UseKhaltiPaymentResult, { words, again, part }: Setting) {
  const { links, texts, slots = {} } = props
  const { link: Link = 'a', button: Button = 'button' } = slots
  const { phase, payment } = found
  const next = textOf(words, found)?.[2]
  if (again.isAsking || canAsk(found)) {
    return (
      <Button {...part('button', edge)} type="button" aria-disabled={again.isAsking} onClick={again.check}>
        {again.isAsking && <span {...part('spinner')} />}
        <span>{next ?? words.pending[2]}</span>
      </Button>
    )
  }
  if (phase === 'checking') return null
  const link = links?.[phase] ?? '/'
  // Where there is nothing to check again, the words for that do not fit.
  const fitting = phase === 'failed' ? words.idle[2] : next
  return (
    <Link
      {...part('button', { ...edge, display: 'block' })}
      href={link.replaceAll(':orderId', encodeURIComponent(payment?.orderId ?? ''))}
    >
      {/* Words of the shop's own fit its link. */}
      {textOf(texts, found)?.[2] ?? (link === '/' ? words.back : fitting)}
    </Link>
  )
}

/** Whether another answer may come. */
function canAsk({ phase, error }: UseKhaltiPaymentResult): boolean {
  return phase === 'pending' || (phase === 'failed' && isPassing(error))
}
