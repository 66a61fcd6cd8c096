import type { Metadata } from 'next'
import Link from 'next/link'

export const metadata: Metadata = { title: 'That did not work' }

/** For customers without JavaScript whose payment could not be started, and for payments that nobody knows. */
export default function ProblemPage() {
  return (
    <div className="narrow">
      <h1>That did not work</h1>
      <p>We could not start this payment, or could not find it. Your orders say which are paid and which are not.</p>
      <p>
        <Link className="button" href="/orders">
          See your orders
        </Link>
      </p>
    </div>
  )
}
