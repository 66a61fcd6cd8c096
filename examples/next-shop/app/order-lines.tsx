import { formatRupees } from 'khalti-kit'
import Image from 'next/image'
import type { ReactNode } from 'react'
import type { OrderLine } from '../lib/orders'

/** What is in a cart or an order, with the sum; `beside` goes next to each line. */
export function OrderLines({
  lines,
  total,
  beside,
}: {
  lines: OrderLine[]
  total: number
  beside?: (line: OrderLine) => ReactNode
}) {
  return (
    <div className="lines">
      <ul>
        {lines.map((line) => (
          <li key={line.slug}>
            <Image src={`/goods/${line.slug}.svg`} alt="" width={64} height={64} />
            <div className="grow">
              <strong>{line.name}</strong>
              <p className="soft">
                {line.quantity} × {formatRupees(line.unitPrice)}
              </p>
            </div>
            {beside?.(line)}
          </li>
        ))}
      </ul>
      <p className="total">
        Total <strong>{formatRupees(total)}</strong>
      </p>
    </div>
  )
}
