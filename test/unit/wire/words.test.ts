import { describe, expect, it } from 'vitest'
import { bankPaymentTypes, banksPath } from '../../../src/wire/banks.ts'
import { baseUrls } from '../../../src/wire/endpoints.ts'
import { reservedErrorKeys } from '../../../src/wire/error-body.ts'
import { idAlphabet, idLength, plausibleId } from '../../../src/wire/ids.ts'
import { initiatePath } from '../../../src/wire/initiate.ts'
import { lookupPath } from '../../../src/wire/lookup.ts'
import { refundPath } from '../../../src/wire/refund.ts'
import { sandboxWallets } from '../../../src/wire/sandbox-wallets.ts'
import { normalizeStatus, paymentStatuses } from '../../../src/wire/status.ts'

describe('where Khalti is asked', () => {
  it('Test money is asked for at dev.khalti.com, and real money at khalti.com', () => {
    expect(baseUrls).toEqual({ sandbox: 'https://dev.khalti.com', production: 'https://khalti.com' })
  })

  it('Khalti is asked at the paths that it documents', () => {
    expect([initiatePath, lookupPath, refundPath('GFq9'), banksPath]).toEqual([
      '/api/v2/epayment/initiate/',
      '/api/v2/epayment/lookup/',
      '/api/merchant-transaction/GFq9/refund/',
      '/api/v5/bank/',
    ])
    expect(bankPaymentTypes).toEqual(['ebanking', 'mobilecheckout'])
  })
})

describe('a status', () => {
  it('The statuses are those that Khalti documents or has documented', () => {
    const today = ['Completed', 'Pending', 'Initiated', 'Refunded', 'Partially Refunded', 'Expired', 'User canceled']
    expect(paymentStatuses).toEqual([...today, 'Canceled', 'Failed'])
  })

  it.each(['Partially Refunded', 'Partially refunded', ' PARTIALLY  REFUNDED ', 'partially\trefunded\n'])(
    'A status is the same one however it is written: %j',
    (status) => {
      expect(normalizeStatus(status)).toBe('partially refunded')
    },
  )
})

describe('an id', () => {
  it('An id that Khalti mints has 22 letters that nobody takes for another, and can be one', () => {
    expect(idLength).toBe(22)
    expect(new Set(idAlphabet).size).toBe(57)
    expect([...idAlphabet].sort().join('')).toBe(idAlphabet)
    expect(idAlphabet).not.toMatch(/[^\dA-Za-z]|[01IOl]/)
    expect(idAlphabet.slice(0, idLength)).toMatch(plausibleId)
  })
})

describe('what Khalti publishes', () => {
  it('The wallets of the sandbox are those that Khalti publishes', () => {
    const ids = ['9800000000', '9800000001', '9800000002', '9800000003', '9800000004', '9800000005']
    expect(sandboxWallets).toEqual({ ids, mpin: '1111', otp: '987654' })
  })

  it('The keys of a refusal that name no field are three', () => {
    expect([...reservedErrorKeys]).toEqual(['detail', 'error_key', 'status_code'])
  })
})
