import type { ReactNode } from 'react'
import type { KhaltiPaymentError } from '../browser/khalti-payment-error.ts'
import { isDevelopment } from './is-development.ts'

/** What {@link developerHint} shows. */
export interface Failure {
  error: KhaltiPaymentError | null
  className: string
}

/** What failed, in developers' words: in development alone. */
export function developerHint({ error, className }: Failure): ReactNode {
  return (
    error &&
    isDevelopment() && (
      <p className={className} lang="en">
        {`In development only: ${error.hint ?? error.message} (${error.docs})`}
      </p>
    )
  )
}
