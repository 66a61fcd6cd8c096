import { KhaltiClient, parseCallback } from 'khalti-kit'
import { KhaltiPaymentForm } from 'khalti-kit/react'

export function journey() {
  try {
    new KhaltiClient({ secretKey: 'secret' })
    return 'a browser was given the key'
  } catch (error) {
    if (error.name !== 'KhaltiConfigError') return `the refusal is ${error.name}`
  }
  new KhaltiClient({ secretKey: 'secret', dangerouslyAllowBrowser: true })
  if (parseCallback(location.href).pidx !== undefined) return 'a pidx from nowhere'
  return typeof KhaltiPaymentForm === 'function' ? 'ok' : 'the form is missing'
}
