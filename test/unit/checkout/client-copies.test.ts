import { inspect } from 'node:util'
import { KhaltiClient } from 'khalti-kit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openShop } from '../../support/shop.ts'
import { toldAtStart } from '../../support/told-at-start.ts'

const secretKey = '0123456789abcdef0123456789abcdef'

/** As where an app imports the checkout and requires the client, or has the package twice. */
async function otherClient(): Promise<typeof KhaltiClient> {
  vi.resetModules()
  const other = (await import('khalti-kit')).KhaltiClient
  expect(other).not.toBe(KhaltiClient)
  return other
}

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('a client of another copy of this package', () => {
  it('The key of a client of another copy is no part of the log', async () => {
    const Client = await otherClient()
    const lines = vi.spyOn(console, 'error').mockImplementation(() => {})
    const fetch = () => Promise.reject(new Error('the proxy is down'))
    const client = new Client({ secretKey, fetch, maxRetries: 0 })
    const readOrder = async () => {
      await client.lookup('HT6o6PEZRWFJ5ygavzHWd5').catch(() => {})
      throw new Error(`the proxy rejected ${secretKey}`)
    }
    const { ask } = openShop({ checkout: { client, readOrder, onError: undefined } })
    await ask('initiate', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })
    expect(String(lines.mock.calls)).toContain('the proxy rejected [redacted]')
  })

  it('A server says at its start what a client of another copy lacks', async () => {
    vi.stubEnv('NODE_ENV', 'development')
    vi.stubEnv('KHALTI_SECRET_KEY', '')
    const Client = await otherClient()
    expect(toldAtStart({ client: new Client(), siteUrl: 'https://copies.example', cronSecret: 'short' })[0]).toBe(
      'secretKey is empty. Is KHALTI_SECRET_KEY set?',
    )
  })
})

describe('a client that has asked Khalti nothing yet', () => {
  it.each([
    ['as it is', secretKey],
    ['as it was pasted', ` Key ${secretKey} `],
  ])('Its key is no part of the log, where the option has it %s', async (_how, option) => {
    const lines = vi.spyOn(console, 'error').mockImplementation(() => {})
    const client = new KhaltiClient({ secretKey: option, fetch: () => Promise.reject(new Error('down')) })
    const readOrder = () => Promise.reject(new Error(`no order for ${secretKey}`))
    const { ask } = openShop({ checkout: { client, readOrder, onError: undefined } })
    await ask('initiate', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })
    expect(String(lines.mock.calls)).toContain('no order for [redacted]')
  })
})

describe('a client that somebody prints', () => {
  it('Nothing that prints, copies or lists a client shows its key', async () => {
    const client = new KhaltiClient({ secretKey, fetch: () => Promise.reject(new Error('down')), maxRetries: 0 })
    await client.lookup('HT6o6PEZRWFJ5ygavzHWd5').catch(() => {})
    const { showHidden, depth } = { showHidden: true, depth: 20 }
    const shown = [
      inspect(client),
      inspect(client, { showHidden, depth, getters: true }),
      JSON.stringify(client),
      JSON.stringify({ ...client }),
      inspect(structuredClone(client)),
      ...Reflect.ownKeys(client),
    ]
    expect(shown.join()).not.toContain(secretKey)
    expect([...shown.slice(2, 4), Reflect.ownKeys(client).length]).toEqual(['{}', '{}', 0])
  })
})
