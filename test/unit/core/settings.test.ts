import { inspect } from 'node:util'
import { KhaltiClient, type KhaltiClientOptions, type PaymentRequest } from 'khalti-kit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { paymentRequest, pidx } from '../../support/payment-request.ts'

const secret = 'live_secret_key_68791341fdd94846a146f0457ff7b455'
const request: PaymentRequest = { ...paymentRequest, customer_info: { name: 'Sita', phone: '9800000005' } }

afterEach(() => vi.unstubAllEnvs())

function clientOf(options: KhaltiClientOptions = {}) {
  const asked: { url: string; key: string | null }[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    asked.push({ url: String(input), key: new Headers(init?.headers).get('authorization') })
    return Response.json({ pidx, total_amount: 1000, status: 'Completed', transaction_id: 'GFq9' })
  }
  return { asked, client: new KhaltiClient({ fetch, ...options }) }
}

const env = (variables: Record<string, string>) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
}

describe('where requests go', () => {
  it.each<[string, Record<string, string>, KhaltiClientOptions, string]>([
    ['the sandbox when nothing is said', {}, {}, 'https://dev.khalti.com'],
    ['the sandbox, said', { NODE_ENV: 'production' }, { environment: 'sandbox' }, 'https://dev.khalti.com'],
    ['production, said by the option', {}, { environment: 'production' }, 'https://khalti.com'],
    [
      'production, said by the variable',
      { NODE_ENV: 'production', KHALTI_ENVIRONMENT: 'production' },
      {},
      'https://khalti.com',
    ],
    [
      'where the option says, not the variable',
      { KHALTI_ENVIRONMENT: 'production' },
      { environment: 'sandbox' },
      'https://dev.khalti.com',
    ],
    ['production, said with blanks around it', { KHALTI_ENVIRONMENT: ' production\n' }, {}, 'https://khalti.com'],
    ['a base URL', {}, { baseUrl: 'http://127.0.0.1:8787/' }, 'http://127.0.0.1:8787'],
    ['a base URL on localhost', {}, { baseUrl: 'http://localhost:1' }, 'http://localhost:1'],
    ['the base URL of the variable', { KHALTI_BASE_URL: 'http://[::1]:8787' }, {}, 'http://[::1]:8787'],
    [
      'a proxy in production',
      {},
      { environment: 'production', baseUrl: 'https://proxy.example' },
      'https://proxy.example',
    ],
    ['an older name of the sandbox', {}, { baseUrl: 'https://a.khalti.com' }, 'https://a.khalti.com'],
    [
      'Khalti itself, said twice',
      {},
      { environment: 'production', baseUrl: 'https://khalti.com' },
      'https://khalti.com',
    ],
    ['a host that is only named like Khalti', {}, { baseUrl: 'https://notkhalti.com' }, 'https://notkhalti.com'],
    [
      'a service name in the sandbox, where that was allowed',
      {},
      { baseUrl: 'http://simulator:8787', allowInsecureBaseUrl: true },
      'http://simulator:8787',
    ],
  ])('the client asks %s', async (_title, variables, options, origin) => {
    env({ KHALTI_ENVIRONMENT: '', KHALTI_BASE_URL: '', NODE_ENV: 'test', ...variables })
    const { client, asked } = clientOf({ secretKey: 'sk', ...options })
    await client.lookup(pidx)
    expect(asked[0]?.url).toBe(`${origin}/api/v2/epayment/lookup/`)
  })

  it.each<[string, Record<string, string>, KhaltiClientOptions, RegExp]>([
    [
      'an environment that nobody said under NODE_ENV=production',
      { NODE_ENV: 'production' },
      {},
      /KHALTI_ENVIRONMENT=production/,
    ],
    [
      'one that nobody said, with a base URL',
      { NODE_ENV: 'production' },
      { baseUrl: 'https://proxy.example' },
      /KHALTI_ENVIRONMENT/,
    ],
    ['an environment that is none', {}, { environment: 'live' as never }, /'sandbox' or 'production'/],
    ['a variable that is none', { KHALTI_ENVIRONMENT: 'prod' }, {}, /'sandbox' or 'production'/],
    ['a base URL with a path', {}, { baseUrl: 'https://dev.khalti.com/api/v2/' }, /without a path/],
    ['a base URL that is none', {}, { baseUrl: 'dev.khalti.com' }, /is an origin/],
    [
      'the key as the environment',
      {},
      { environment: 'live_secret_key_68791341' as never },
      /^environment is something else\./,
    ],
    [
      'the key as the base URL',
      {},
      { baseUrl: 'live_secret_key_68791341' },
      /^baseUrl is something else\. It is an origin/,
    ],
    ['an empty base URL', {}, { baseUrl: '' }, /is an origin/],
    [
      'a base URL with a password',
      {},
      { baseUrl: 'https://a:b@dev.khalti.com' },
      /^baseUrl is "https:..…@dev.khalti.com"/,
    ],
    [
      'a base URL that is no text',
      {},
      { baseUrl: new URL('https://dev.khalti.com') as never },
      /^baseUrl is "https:\/\/dev\.khalti\.com\/"\. It is an origin, such as https:\/\/dev\.khalti\.com or http:\/\/127\.0\.0\.1:8787, without a path\.$/,
    ],
    ['a base URL of another scheme', {}, { baseUrl: 'ftp://dev.khalti.com' }, /is an origin/],
    ['http beyond loopback', {}, { baseUrl: 'http://dev.khalti.com' }, /not https/],
    ['http to a host that begins like loopback', {}, { baseUrl: 'http://127.0.0.1.evil.example' }, /not https/],
    [
      'production on loopback',
      {},
      { environment: 'production', baseUrl: 'https://localhost:8787' },
      /environment 'sandbox'/,
    ],
    ['a service name over http', {}, { baseUrl: 'http://simulator:8787' }, /allowInsecureBaseUrl: true/],
    [
      'a service name over http in production, though it was allowed',
      {},
      { environment: 'production', baseUrl: 'http://simulator:8787', allowInsecureBaseUrl: true },
      /not https/,
    ],
    [
      "Khalti's own sandbox over http, though that was allowed",
      {},
      { baseUrl: 'http://dev.khalti.com', allowInsecureBaseUrl: true },
      /not https/,
    ],
    [
      'loopback in production, though http was allowed',
      {},
      { environment: 'production', baseUrl: 'http://127.0.0.1:1', allowInsecureBaseUrl: true },
      /environment 'sandbox'/,
    ],
    ...['dev', 'a', 'test-pay', 'test-admin', 'DEV'].map((name): [string, Record<string, string>, object, RegExp] => [
      `production at ${name}.khalti.com`,
      { KHALTI_ENVIRONMENT: 'production', KHALTI_BASE_URL: `https://${name}.khalti.com` },
      {},
      /environment is production, but baseUrl .* is Khalti's sandbox/,
    ]),
    [
      'production at the sandbox with a dot behind it',
      {},
      { environment: 'production', baseUrl: 'https://dev.khalti.com.' },
      /Khalti's sandbox/,
    ],
    ...['', 'www.', 'pay.', 'admin.'].map((name): [string, Record<string, string>, object, RegExp] => [
      `the sandbox at ${name}khalti.com`,
      {},
      { environment: 'sandbox', baseUrl: `https://${name}khalti.com` },
      /environment is sandbox, but baseUrl .* is Khalti's production/,
    ]),
  ])('the client refuses %s, at the first call', async (_title, variables, options, message) => {
    env({ KHALTI_ENVIRONMENT: '', KHALTI_BASE_URL: '', NODE_ENV: 'test', ...variables })
    const { client, asked } = clientOf({ secretKey: 'sk', ...options })
    await expect(client.lookup(pidx)).rejects.toMatchObject({ code: 'config', message: expect.stringMatching(message) })
    expect(asked).toEqual([])
  })

  it('the client follows the variables from call to call, also out of an address that cannot be', async () => {
    const { client, asked } = clientOf({ secretKey: 'sk' })
    const ask = async (variables: Record<string, string>) => {
      env({ KHALTI_ENVIRONMENT: '', KHALTI_BASE_URL: '', NODE_ENV: 'test', ...variables })
      await client.lookup(pidx)
      return asked.at(-1)?.url.replace('/api/v2/epayment/lookup/', '')
    }
    expect(await ask({ KHALTI_BASE_URL: 'http://127.0.0.1:8787' })).toBe('http://127.0.0.1:8787')
    await expect(ask({ KHALTI_BASE_URL: 'http://shop.example' })).rejects.toThrow(/not https/)
    await expect(ask({ KHALTI_BASE_URL: 'http://shop.example' })).rejects.toThrow(/not https/)
    expect(await ask({})).toBe('https://dev.khalti.com')
    await expect(ask({ KHALTI_BASE_URL: 'http://127.0.0.1:8787', KHALTI_ENVIRONMENT: 'production' })).rejects.toThrow(
      /is production, but/,
    )
    expect(await ask({ KHALTI_ENVIRONMENT: 'production' })).toBe('https://khalti.com')
  })

  it('client.environment says which gateway is meant', () => {
    expect(clientOf({ environment: 'production' }).client.environment).toBe('production')
  })

  it.each([[undefined], [{}]])('The sandbox is meant where a runtime has the process %j, without variables', (none) => {
    vi.stubGlobal('process', none)
    try {
      expect(clientOf().client.environment).toBe('sandbox')
    } finally {
      vi.unstubAllGlobals()
    }
  })
})

describe('the secret key', () => {
  it.each<[string, string, string]>([
    ['as it is', secret, secret],
    ['trimmed', ` ${secret}\n`, secret],
    ['without a pasted prefix', `Key ${secret}`, secret],
    ['without a pasted prefix in lower case', `key  ${secret}`, secret],
  ])('the secret key is sent %s', async (_title, secretKey, sent) => {
    const { client, asked } = clientOf({ secretKey })
    await client.lookup(pidx)
    expect(asked[0]?.key).toBe(`Key ${sent}`)
  })

  it('the secret key is read from KHALTI_SECRET_KEY at the first call, not at construction', async () => {
    const { client, asked } = clientOf()
    vi.stubEnv('KHALTI_SECRET_KEY', secret)
    await client.lookup(pidx)
    expect(asked[0]?.key).toBe(`Key ${secret}`)
  })

  it('a secretKey function is asked on every call', async () => {
    let asks = 0
    const { client, asked } = clientOf({ secretKey: async () => `key${++asks}` })
    await client.lookup(pidx)
    await client.lookup(pidx)
    expect(asked.map(({ key }) => key)).toEqual(['Key key1', 'Key key2'])
  })

  it.each<[string, unknown, RegExp]>([
    ['missing', undefined, /secretKey is empty\. Is KHALTI_SECRET_KEY set\?/],
    ['a word of JavaScript', `Key ${undefined}`, /^secretKey is undefined\. Is KHALTI_SECRET_KEY set\?/],
    ['null in text', String(null), /^secretKey is null\. Is KHALTI_SECRET_KEY set\?/],
    ['in quotes', '"live_secret_key_0123"', /^secretKey holds a quote, a blank/],
    ['in single quotes', "'live_secret_key_0123'", /^secretKey holds a quote/],
    ['behind another word', 'Bearer live_secret_key_0123', /^secretKey holds a quote/],
    ['blank', '  ', /secretKey is empty/],
    ['only the prefix', 'Key ', /secretKey is empty/],
    ['broken over two lines', 'live_secret\nkey', /line break/],
    ['with a null character', 'abc\0def', /line break/],
    ['with letters outside ASCII', 'कुञ्जी', /outside ASCII/],
    ['a number', 42, /is a number/],
    ['from a function that gives nothing', () => undefined, /secretKey is empty/],
    ['from a function that throws', () => Promise.reject(new Error('vault')), /function threw/],
  ])('the secret key is refused when it is %s', async (_title, secretKey, message) => {
    vi.stubEnv('KHALTI_SECRET_KEY', '')
    const { client, asked } = clientOf({ secretKey: secretKey as never })
    await expect(client.lookup(pidx)).rejects.toMatchObject({ code: 'config', message: expect.stringMatching(message) })
    expect(asked).toEqual([])
  })

  it('a call does not wait for a secretKey function beyond its timeout', async () => {
    const { client } = clientOf({ secretKey: () => new Promise(() => {}), timeoutMs: 30, maxRetries: 0 })
    await expect(client.initiate(request)).rejects.toMatchObject({
      reason: 'timeout',
      message: expect.stringMatching(/secretKey function gave no key within 30 ms/),
      mayHaveBeenProcessed: false,
    })
  })

  it('the secret key shows in no error, cause, inspection, JSON or hook, however the fetch and Khalti leak it', async () => {
    const leaks: (() => Promise<Response>)[] = [
      async () => new Response(`<html>${secret}</html>`, { status: 200 }),
      async () => new Response(`x`.repeat(490) + secret, { status: 200 }),
      async () =>
        Response.json({ detail: `Invalid token ${secret}.`, [secret]: ['x'], a: { b: [secret] } }, { status: 401 }),
      async () => new Response(`"\\u006c${secret.slice(1)}"`, { status: 500 }),
      async () => Promise.reject(new Error(`could not send Authorization: Key ${secret}`)),
      async () =>
        Promise.reject(Object.assign(new Error('x'), { config: { headers: { authorization: `Key ${secret}` } } })),
      async () =>
        Promise.reject(Object.assign(new Error('x'), { request: new Headers({ authorization: `Key ${secret}` }) })),
      async () => Promise.reject(new AggregateError([new Error(secret)], 'all failed', { cause: new Error(secret) })),
      async () => Promise.reject(`thrown text with ${secret}`),
      async () => Promise.reject(Object.assign(new Error('x'), { code: secret })),
      async () => Promise.reject(Object.assign(new Error('x'), { cause: { code: `E_${secret}` } })),
      async () => Promise.reject(new AggregateError([Object.assign(new Error('x'), { code: secret })], 'all failed')),
      async () => Promise.reject(Object.assign(new Error('x'), { name: secret, syscall: secret })),
      async () => Response.json({ detail: 'x', error_key: secret, status_code: secret }, { status: 400 }),
    ]
    const seen: unknown[] = []
    const hook = (event: unknown) => void seen.push(event)
    for (const leak of leaks) {
      const hooks = { onRequest: hook, onResponse: hook, onRetry: hook, onWarning: hook }
      const client = new KhaltiClient({ secretKey: secret, environment: 'sandbox', fetch: leak, hooks, maxRetries: 0 })
      const echo = { ...request, merchant_key: secret }
      for (const call of [client.lookup(pidx), client.initiate(echo)]) seen.push(await call.catch((error) => error))
      seen.push(client)
    }
    const dump =
      inspect(seen, { depth: 20, showHidden: true, maxStringLength: 1e6 }) +
      JSON.stringify(seen) +
      seen.map(String).join()
    const causes = seen.map((error) => inspect((error as Error).cause, { depth: 20, showHidden: true })).join()
    expect(dump).toContain('[redacted]')
    expect(dump + causes).not.toContain(secret.slice(-20))
  })

  it('a harmless cause is kept as it is', async () => {
    const cause = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', socket: { remotePort: 443 } })
    const client = new KhaltiClient({ secretKey: secret, maxRetries: 0, fetch: () => Promise.reject(cause) })
    const error = await client.lookup(pidx).catch((caught) => caught)
    expect(error.cause).toBe(cause)
  })
})

describe('hooks', () => {
  it('hooks tell of each try, with mobile numbers masked', async () => {
    const events: unknown[] = []
    let tries = 0
    const client = new KhaltiClient({
      secretKey: secret,
      environment: 'sandbox',
      fetch: async () =>
        ++tries === 1 ? new Response('', { status: 502 }) : Response.json({ detail: 'No 9800000005' }, { status: 400 }),
      hooks: {
        onRequest: ({ operation, attempt, body }) => events.push(['request', operation, attempt, body]),
        onResponse: ({ status, attempt, durationMs }) => events.push(['response', status, attempt, durationMs >= 0]),
        onRetry: ({ attempt, error }) => events.push(['retry', attempt, error.name]),
      },
    })
    await client.lookup(pidx).catch(() => {})
    const error = await client.initiate(request).catch((caught) => caught)
    expect(events).toEqual([
      ['request', 'lookup', 1, { pidx }],
      ['response', 502, 1, true],
      ['retry', 1, 'KhaltiApiError'],
      ['request', 'lookup', 2, { pidx }],
      ['response', 400, 2, true],
      ['request', 'initiate', 1, { ...request, customer_info: { name: 'Sita', phone: '98XXXXX005' } }],
      ['response', 400, 1, true],
    ])
    expect(error.message).toMatch(/No 98XXXXX005/)
  })

  it('hooks that throw or reject do not break a payment', async () => {
    const { client } = clientOf({
      secretKey: 'sk',
      hooks: {
        onRequest: () => {
          throw new Error('logger is down')
        },
        onResponse: async () => {
          throw new Error('metrics are down')
        },
      },
    })
    expect(await client.lookup(pidx)).toMatchObject({ status: 'Completed' })
  })
})

describe('in a browser or an app', () => {
  afterEach(() => void vi.unstubAllGlobals())

  function refuses(): void {
    expect(() => new KhaltiClient()).toThrow(/could read the secret key/)
    expect(() => new KhaltiClient({ dangerouslyAllowBrowser: true })).not.toThrow()
  }

  it('the constructor refuses in a browser and says why, unless it is allowed', () => {
    vi.stubGlobal('window', { document: {} })
    refuses()
  })

  it('the constructor refuses in an app of React Native and says why, unless it is allowed', () => {
    vi.stubGlobal('navigator', { product: 'ReactNative' })
    refuses()
  })
})

describe('the option fetch', () => {
  it.each([
    ['an object', {}],
    ['text', 'x'],
    ['true', true],
  ])('Where fetch is %s, the client is set up wrongly, and nothing is said to have been sent', async (_what, fetch) => {
    const client = new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', fetch: fetch as never })
    await expect(client.refund('GFq9')).rejects.toMatchObject({
      code: 'config',
      message: 'fetch is no function. Pass one.',
      mayHaveBeenProcessed: false,
      retryable: false,
    })
  })
})
