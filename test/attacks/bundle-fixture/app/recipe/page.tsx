'use client'

import { useState } from 'react'
import { KHALTI_CONFIG } from '../../lib/khalti-config'

// The recipe's useKhalti.ts, which calls Khalti from the browser.
export default function RecipePage() {
  const [error, setError] = useState('')
  const initiate = async () => {
    const response = await fetch(`${KHALTI_CONFIG.baseUrl}/epayment/initiate/`, {
      method: 'POST',
      headers: { authorization: `Key ${KHALTI_CONFIG.secretKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ amount: 1_000, purchase_order_id: 'pashmina' }),
    })
    if (!response.ok) setError('Payment failed')
  }
  return (
    <button type="button" onClick={initiate}>
      Pay {error}
    </button>
  )
}
