import type { ReactNode } from 'react'
import type { PaymentStatus } from './payment-status.ts'
import { type KhaltiStatusTexts, statusTexts } from './status-texts.ts'
import { type KhaltiPaymentPhase, type UseKhaltiPaymentOptions, useKhaltiPayment } from './use-khalti-payment.ts'

/** Props of {@link KhaltiPaymentStatus}. */
export interface KhaltiPaymentStatusProps extends UseKhaltiPaymentOptions {
  /** `en` or `ne` (Nepali). Default: `en`. */
  locale?: 'en' | 'ne' | undefined
  /** Words of yours, in place of single texts. */
  texts?: Partial<KhaltiStatusTexts> | undefined
  /** Where the next step of a phase leads; `:orderId` is filled in. Default: `/`. */
  links?: Partial<Record<KhaltiPaymentPhase, string>> | undefined
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
export function KhaltiPaymentStatus({ locale, texts, links, ...options }: KhaltiPaymentStatusProps): ReactNode {
  const { phase, payment, error, refetch } = useKhaltiPayment(options)
  const words: Partial<KhaltiStatusTexts> = { ...statusTexts[locale ?? 'en'], ...texts }
  const [heading, sentence, next] = words[`${phase}-${payment?.reason ?? error?.code}` as 'paid'] ?? words[phase] ?? []
  const orderId = encodeURIComponent(payment?.orderId ?? '')
  return (
    <section className="khalti-status" data-phase={phase} data-reason={payment?.reason} lang={locale}>
      <div role="status">
        <h2>{heading}</h2>
        <p>{sentence}</p>
      </div>
      {phase === 'failed' && <p className="khalti-error">{error?.message}</p>}
      {payment && <p className="khalti-order">{describe(payment, locale)}</p>}
      {phase === 'pending' || phase === 'failed' ? (
        <button type="button" className="khalti-button" onClick={refetch}>
          {next}
        </button>
      ) : (
        next && (
          <a className="khalti-button" href={links?.[phase]?.replace(':orderId', orderId) ?? '/'}>
            {next}
          </a>
        )
      )}
    </section>
  )
}

function describe({ orderName, amount, transactionId }: PaymentStatus, locale = 'en'): string {
  const currency = { style: 'currency', currency: 'NPR', currencyDisplay: 'narrowSymbol' } as const
  const rupees = (amount / 100).toLocaleString(`${locale}-IN`, currency)
  return [orderName, rupees, transactionId].filter(Boolean).join(' · ')
}
