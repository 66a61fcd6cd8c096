import { KhaltiClient } from 'khalti-kit'
import { memoryPayments } from 'khalti-kit/checkout'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { toldAtStart } from '../../support/told-at-start.ts'

beforeEach(() => void vi.stubEnv('NODE_ENV', ''))
afterEach(() => vi.unstubAllEnvs())

const client = new KhaltiClient({ secretKey: 'a-key', environment: 'production' })
const sentence =
  'memoryPayments() forgets every payment when this process ends, and the environment is production: customers pay real money. Keep them in a database: khalti-kit/postgres, /mysql, /sqlite, /mongodb or /sql.'

describe('a store in memory, where real money is taken', () => {
  it('A server without NODE_ENV says at its start that a store in memory forgets who has paid real money', () => {
    expect(toldAtStart({ client, payments: memoryPayments() })).toEqual([sentence])
  })

  it('A server says so of a store in memory that was spread', () => {
    const payments = { ...memoryPayments() }
    expect(toldAtStart({ client, payments })).toEqual([sentence])
  })

  it('A server says nothing at its start of a store in memory for test money, nor of another store for real money', () => {
    const sandbox = new KhaltiClient({ secretKey: 'a-key', environment: 'sandbox' })
    expect(toldAtStart({ client: sandbox, payments: memoryPayments() })).toEqual([])
    expect(toldAtStart({ client })).toEqual([])
  })

  it('A server whose NODE_ENV is production has heard it from the store, and hears it once', () => {
    vi.stubEnv('NODE_ENV', 'production')
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const payments = memoryPayments()
    warn.mockClear()
    expect(toldAtStart({ client, payments })).toEqual([])
  })
})
