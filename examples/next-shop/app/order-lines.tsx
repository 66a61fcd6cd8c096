import { formatRupees } from 'khalti-kit'
import Image from 'next/image'
import type { ReactNode } from 'react'
import { amountIn, currentLanguage } from '../lib/language'
import type { OrderLine } from '../lib/orders'

/** What is in a cart or an order, with the sum; `beside` goes next to each line. */
export async function OrderLines({
  lines,
  total,
  beside,
}: {
  lines: OrderLine[]
  total: number
  beside?: (line: OrderLine) => ReactNode
}) {
  const { language, words } = await currentLanguage()
  const rupees = (amount: number) => formatRupees(amount, amountIn(language))
  return (
    <div className="lines">
      <ul>
        {lines.map((line) => (
          <li key={line.slug}>
            <Image src={`/goods/${line.slug}.svg`} alt="" width={64} height={64} />
            <div className="grow">
              <strong>{line.name}</strong>
              <p className="soft">
                {line.quantity} × {rupees(line.unitPrice)}
              </p>
            </div>
            {beside?.(line)}
          </li>
        ))}
      </ul>
      <p className="total">
        {words.total} <strong>{rupees(total)}</strong>
      </p>
    </div>
  )
}
