import { expect, it } from 'vitest'
import { requireLink } from '../../../src/checkout/payment.ts'
import { newRecord } from '../../../src/rules/record.ts'

it('A payment that an order does not have is an error that names both', () => {
  const record = newRecord('topi', 'sandbox')
  expect(() => requireLink(record, 'bZQLD9wRVWo4CdESSfuSsB')).toThrow(
    'Order topi has no payment bZQLD9wRVWo4CdESSfuSsB.',
  )
})
