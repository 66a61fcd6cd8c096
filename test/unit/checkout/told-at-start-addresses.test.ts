import { KhaltiClient } from 'khalti-kit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { toldAtStart } from '../../support/told-at-start.ts'

beforeEach(() => void vi.stubEnv('NODE_ENV', 'development'))
afterEach(() => vi.unstubAllEnvs())

const production = new KhaltiClient({ secretKey: 'a-key', environment: 'production' })

describe('the addresses of a checkout that takes real money', () => {
  it('A server says at its start that customers cannot come back to its own machine', () => {
    expect(toldAtStart({ client: production, siteUrl: 'http://localhost:3000' })).toEqual([
      'Khalti refuses an address that siteUrl, frontendUrl and basePath make. return_url is on this machine or a private network, which Khalti refuses. Use the public address.',
    ])
  })

  it('A server says at its start that its address is not https', () => {
    expect(toldAtStart({ client: production, siteUrl: 'http://shop.example' })).toEqual([
      'siteUrl is "http://shop.example", and the environment is production. Use https: whoever is on the way could read and change payments.',
    ])
  })

  it('A server says once at its start what its addresses and its environment both suffer from', () => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(toldAtStart({ client: new KhaltiClient({ secretKey: 'a-key' }) })).toEqual([
      expect.stringMatching(/^NODE_ENV is production, and no Khalti environment is set\./),
      expect.stringMatching(/^Next\.js reads \.env by itself/),
    ])
    expect(toldAtStart({ client: production, siteUrl: 'shop' })).toEqual([
      expect.stringMatching(/^siteUrl is "shop"\./),
    ])
  })

  it('A server says nothing at its start of a public address, nor of its own machine in the sandbox', () => {
    expect(toldAtStart({ client: production })).toEqual([])
    expect(toldAtStart({ siteUrl: 'http://localhost:3000' })).toEqual([])
  })

  it.each([`https://${undefined}`, `http://${null}:3000/app`])(
    'A server says at its start that %s comes from a variable that is not set',
    (siteUrl) => {
      expect(toldAtStart({ siteUrl })).toEqual([
        `siteUrl is "${siteUrl}". It is an address such as https://shop.example, or https://shop.example/app.`,
      ])
    },
  )
})

describe('the line about files of variables', () => {
  const aboutFiles = expect.stringMatching(/^Next\.js reads \.env by itself/)

  it('A server says where variables come from only where one is missing', () => {
    vi.stubEnv('KHALTI_SECRET_KEY', '')
    expect(toldAtStart({ client: new KhaltiClient() })).toContainEqual(aboutFiles)
    const client = new KhaltiClient({ secretKey: 'a-key', environment: 'live' as never })
    expect(toldAtStart({ client })).toEqual([
      expect.stringMatching(/^environment is "live"\. .* KHALTI_ENVIRONMENT\.$/),
    ])
    const baseUrl = 'https://khalti.com'
    expect(toldAtStart({ client: new KhaltiClient({ secretKey: 'a-key', environment: 'sandbox', baseUrl }) })).toEqual([
      expect.stringMatching(/KHALTI_BASE_URL and KHALTI_ENVIRONMENT\.$/),
    ])
  })
})
