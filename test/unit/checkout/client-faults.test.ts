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

describe('the limits, the functions and the names of a client', () => {
  const good: KhaltiClientOptions = { secretKey: 'sk', environment: 'sandbox' }
  const names =
    'secretKey, environment, baseUrl, allowInsecureBaseUrl, timeoutMs, maxRetries, fetch, hooks, dangerouslyAllowBrowser'

  it.each<[title: string, options: object, faults: string[]]>([
    [
      'limits of variables that are not set',
      { timeoutMs: Number(undefined), maxRetries: Number(undefined) },
      [
        'timeoutMs is NaN. It is in milliseconds, above 0 and at most 1000000000.',
        'maxRetries is NaN. It is a whole number, 0 or more.',
      ],
    ],
    [
      'a timeout in text',
      { timeoutMs: '5000' },
      ['timeoutMs is "5000". It is in milliseconds, above 0 and at most 1000000000.'],
    ],
    ['a fetch that is no function', { fetch: {} }, ['`fetch` is an object. It is a function.']],
    [
      'names of another style',
      { base_url: 'http://127.0.0.1:8787', timeoutMS: 3 },
      [
        '`base_url` is no option of KhaltiClient. It is spelt `baseUrl`.',
        '`timeoutMS` is no option of KhaltiClient. It is spelt `timeoutMs`.',
      ],
    ],
    ['a name of another package', { timeout: 3 }, [`\`timeout\` is no option of KhaltiClient. There are ${names}.`]],
  ])('The faults of a setup have %s', (_title, options, faults) => {
    expect(clientFaults(new KhaltiClient({ ...good, ...options }))).toEqual(faults)
  })

  it('A client that was given its key in the place of its options is told what it takes', () => {
    vi.stubEnv('KHALTI_SECRET_KEY', '')
    expect(clientFaults(new KhaltiClient('a-key' as never))).toEqual([
      'KhaltiClient was given text. It takes an object: new KhaltiClient({ secretKey }).',
    ])
  })

  it('Options that are undefined have no faults, whatever their names', () => {
    const none = { timeout: undefined, timeoutMs: undefined, fetch: undefined, hooks: undefined }
    expect(clientFaults(new KhaltiClient({ ...good, ...none }))).toEqual([])
  })
})

describe('a key that Khalti will refuse', () => {
  const old =
    'The key begins with test_: that is of the older API (KPG-1). Take the live_secret_key, which the sandbox uses too.'
  const isPublic = 'The key is a public key. Take the secret key.'

  it.each<[secretKey: string, faults: string[]]>([
    ['test_secret_key_0123', [old]],
    ['live_public_key_0123', [isPublic]],
    ['live_secret_key_0123', []],
  ])('The faults of a setup have what is wrong with the key %s at Khalti', (secretKey, faults) => {
    expect(clientFaults(new KhaltiClient({ secretKey, environment: 'sandbox' }))).toEqual(faults)
  })

  it('A simulator takes any key', () => {
    const baseUrl = 'http://127.0.0.1:8787'
    expect(clientFaults(new KhaltiClient({ secretKey: 'test_secret_key_0123', baseUrl }))).toEqual([])
  })
})
