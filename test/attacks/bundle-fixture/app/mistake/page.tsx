'use client'

import { useState } from 'react'

/** What nobody should do: the whole checkout in a component of the browser. */
export default function Mistake() {
  const [said, setSaid] = useState('')
  const pay = async () => {
    const { checkout } = await import('../../lib/khalti')
    setSaid(JSON.stringify(await checkout.find('pashmina')))
  }
  return (
    <button type="button" onClick={() => pay().catch((error: unknown) => setSaid(String(error)))}>
      Pay {said}
    </button>
  )
}
