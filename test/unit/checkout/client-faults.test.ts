import { KhaltiClient, type KhaltiClientOptions } from 'khalti-kit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { clientFaults } from '../../../src/checkout/client-faults.ts'

afterEach(() => vi.unstubAllEnvs())

describe('the faults of a setup', () => {
  const noKey = 'secretKey is empty. Is KHALTI_SECRET_KEY set?'

  it.each<[title: string, options: KhaltiClientOptions, faults: RegExp[]]>([
    ['nothing', { secretKey: 'sk' }, []],
    ['a key function, which is asked only on a call', { secretKey: () => expect.unreachable() }, []],
    ['a missing key', {}, [/^secretKey is empty\. Is KHALTI_SECRET_KEY set\?/]],
    ['an environment that is none', { secretKey: 'sk', environment: 'live' as never }, [/^environment is "live"\./]],
    [
      'both at once',
      { baseUrl: 'https://dev.khalti.com/api' },
      [/^baseUrl is "https:\/\/dev\.khalti\.com\/api"\./, /^secretKey is empty\./],
    ],
  ])('The faults of a setup are told before the first call, here %s', (_title, options, faults) => {
    for (const name of ['KHALTI_SECRET_KEY', 'KHALTI_ENVIRONMENT', 'KHALTI_BASE_URL']) vi.stubEnv(name, '')
    const found = clientFaults(new KhaltiClient(options))
    expect(found).toEqual(faults.map((fault) => expect.stringMatching(fault)))
  })

  it('The faults of a setup follow the environment variables', () => {
    vi.stubEnv('KHALTI_SECRET_KEY', '')
    const client = new KhaltiClient({ environment: 'sandbox' })
    expect(clientFaults(client)).toEqual([expect.stringContaining(noKey)])
    vi.stubEnv('KHALTI_SECRET_KEY', 'sk')
    expect(clientFaults(client)).toEqual([])
  })

  it('A client that is not of this package is taken to have no faults', () => {
    expect(clientFaults({} as KhaltiClient)).toEqual([])
  })
})
