import type { ReactNode } from 'react'
import type { KhaltiPaymentError } from '../browser/khalti-payment-error.ts'
import { isDevelopment } from './is-development.ts'

/** Props of {@link DeveloperHint}. */
export interface DeveloperHintProps {
  error: KhaltiPaymentError | null
  className: string
}

/** What failed, in developers' words: in development alone. */
export function DeveloperHint({ error, className }: DeveloperHintProps): ReactNode {
  return (
    error &&
    isDevelopment() && (
      <p className={className} lang="en">
        {`In development only: ${error.hint ?? error.message} (${error.docs})`}
      </p>
    )
  )
}
