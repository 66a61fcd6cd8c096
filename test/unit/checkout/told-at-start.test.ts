import { KhaltiClient, rupees } from 'khalti-kit'
import { type CheckoutOptions, createCheckout, memoryPayments } from 'khalti-kit/checkout'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

/** Every text is told once in a process, so each test has a shop of its own. */
let shops = 0
let siteUrl = ''
beforeEach(() => {
  shops += 1
  siteUrl = `http://localhost:${3000 + shops}`
  vi.stubEnv('NODE_ENV', 'development')
  vi.useFakeTimers()
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const options = (others: Partial<CheckoutOptions> = {}): CheckoutOptions => ({
  client: new KhaltiClient({ secretKey: 'a-key' }),
  payments: memoryPayments({ now: () => new Date() }),
  siteUrl,
  readOrder: () => ({ id: 'A-1', name: 'Tea', amount: rupees(10) }),
  fulfil: () => {},
  landing: () => '/',
  ...others,
})

function toldOf(given: CheckoutOptions): string[] {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  createCheckout(given)
  vi.runAllTimers()
  return warn.mock.calls.map(([text]) => String(text))
}

describe('a checkout that is not set up yet', () => {
  it('A server says at its start that there is no key, no store and no environment, in one block', () => {
    vi.stubEnv('NODE_ENV', 'production')
    const [told = '', ...more] = toldOf(
      options({ client: new KhaltiClient(), payments: undefined as never, siteUrl: 'shop' }),
    )
    expect(more).toEqual([])
    const lines = told.split('\n')
    expect(lines[0]).toBe('khalti-kit: this checkout is not set up yet.')
    expect(lines.slice(1, -2)).toEqual([
      expect.stringMatching(/^ {2}- NODE_ENV is production, and no Khalti environment/),
      '  - secretKey is empty. Is KHALTI_SECRET_KEY set?',
      expect.stringMatching(/^ {2}- createCheckout has no `payments`/),
      expect.stringMatching(/^ {2}- siteUrl/),
    ])
    expect(lines.at(-2)).toMatch(
      /^ {2}Next\.js reads \.env by itself, and Node\.js does not: .*process\.loadEnvFile\(\).*\$env\/dynamic\/private/,
    )
    expect(lines.at(-1)).toBe('  npx khalti-kit doctor looks closer.')
  })

  it('A server says at its start which callbacks it was not given, and that it has no client', () => {
    const [told = ''] = toldOf(options({ client: undefined, fulfil: undefined, landing: 'x' } as never))
    expect(told.split('\n').slice(1, -1)).toEqual([
      '  - createCheckout has no `client`. Give it one: client: new KhaltiClient().',
      '  - createCheckout has no `fulfil`. Give it a function.',
      '  - `landing` is "x". It is a function.',
    ])
  })

  const names =
    'client, payments, siteUrl, frontendUrl, origins, apps, basePath, readOrder, orderOf, fulfil, on, landing, onError, cronSecret, admin'
  const callbacks = 'refunded, unpaid, hold, paidTwice, refundUnclear'

  it.each<[what: string, given: object, sentences: string[]]>([
    ['orderof', { orderof() {} }, ['`orderof` is no option of createCheckout. It is spelt `orderOf`.']],
    [
      'cronsecret and frontend_url',
      { cronsecret: 'x', frontend_url: 'x' },
      [
        '`cronsecret` is no option of createCheckout. It is spelt `cronSecret`.',
        '`frontend_url` is no option of createCheckout. It is spelt `frontendUrl`.',
      ],
    ],
    ['fulfill', { fulfill() {} }, ['`fulfill` is no option of createCheckout. It is spelt `fulfil`.']],
    ['webhook', { webhook() {} }, [`\`webhook\` is no option of createCheckout. There are ${names}.`]],
    [
      'on.refund and on.paidtwice',
      { on: { refund() {}, paidtwice() {} } },
      [
        `\`on.refund\` is no option of createCheckout. There are ${callbacks.replaceAll(/\w+/g, 'on.$&')}.`,
        '`on.paidtwice` is no option of createCheckout. It is spelt `on.paidTwice`.',
      ],
    ],
    [
      'an on that is a function',
      { on() {} },
      [`\`on\` is a function. It is an object with the callbacks that you need: ${callbacks}.`],
    ],
    ['a callback that is no function', { on: { hold: 'x' } }, ['`on.hold` is "x". It is a function.']],
    ['an orderOf that is no function', { orderOf: 'x' }, ['`orderOf` is "x". It is a function.']],
    ['an onError that is no function', { onError: 5 }, ['`onError` is 5. It is a function.']],
    [
      'a store that is still to come',
      { payments: Promise.resolve(memoryPayments()) },
      ["createCheckout's `payments` is a promise. Write `await` before what gives it."],
    ],
    [
      'a store that cannot write',
      { payments: { ...memoryPayments(), write: undefined } },
      [
        "createCheckout's `payments` is an object, without the function `write`. Give it a store, such as postgresPayments(pool).",
      ],
    ],
    [
      'the options of a client',
      { client: { secretKey: 'x' } },
      ["createCheckout's `client` is an object, without the function `lookup`. Give it new KhaltiClient()."],
    ],
    [
      'an admin of true',
      { admin: true },
      ["createCheckout's `admin` is true, without the function `answer`. Give it adminPages({ authorize })."],
    ],
    [
      'an admin whose call was forgotten',
      { admin: function adminPages() {} },
      ["createCheckout's `admin` is a function that was not called. Give it adminPages({ authorize })."],
    ],
    [
      'a siteUrl that is a URL',
      { siteUrl: new URL('https://shop.example') },
      ['siteUrl is an object, not text. It is an address such as https://shop.example, or https://shop.example/app.'],
    ],
  ])('A server says at its start what is wrong with %s', (_what, given, sentences) => {
    const [told = ''] = toldOf(options(given as never))
    const mended = told.split('\n').slice(0, -1)
    expect(mended).toEqual([
      'khalti-kit: this checkout is not set up yet.',
      ...sentences.map((sentence) => `  - ${sentence}`),
    ])
  })

  it('A server says nothing at its start of options that are undefined, whatever their names, and of null for none', () => {
    const none = { on: null, orderOf: null, onError: null, admin: null, cronSecret: null, orderof: undefined }
    expect(toldOf(options(none as never))).toEqual([])
    expect(toldOf(options({ on: { hold: null, refund: undefined } } as never))).toEqual([])
  })

  it.each([undefined, null, 'shop'])('A checkout without options says at once that it needs them', (given) => {
    expect(() => createCheckout(given as never)).toThrow(/^createCheckout needs its options/)
  })

  it('A server says so once, however often its modules are read', () => {
    const broken = options({ client: new KhaltiClient() })
    expect(toldOf(broken)).toHaveLength(1)
    vi.restoreAllMocks()
    expect(toldOf(broken)).toEqual([])
  })

  it('A server says nothing where all is there, and leaves it to a secretKey function to have a key later', () => {
    expect(toldOf(options())).toEqual([])
    const asked = vi.fn(() => '')
    expect(toldOf(options({ client: new KhaltiClient({ secretKey: asked }) }))).toEqual([])
    expect(asked).not.toHaveBeenCalled()
  })

  it('A server that gets its key right after its start is left alone', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    createCheckout(options({ client: new KhaltiClient() }))
    vi.stubEnv('KHALTI_SECRET_KEY', 'a-key')
    vi.runAllTimers()
    expect(warn).not.toHaveBeenCalled()
  })

  it.each([
    ['a test runs', 'NODE_ENV', 'test'],
    ['Next.js builds pages', 'NEXT_PHASE', 'phase-production-build'],
  ])('Nothing is said while %s', (_when, name, value) => {
    vi.stubEnv(name, value)
    // A text is told once in a process, so this one has a word of its own.
    const broken = options({ [`webhook${shops}`]: true } as never)
    expect(toldOf(broken)).toEqual([])
    vi.unstubAllEnvs()
    vi.stubEnv('NODE_ENV', 'development')
    vi.restoreAllMocks()
    expect(toldOf(broken)).toHaveLength(1)
  })

  it('Nothing is said where the runtime has no variables', () => {
    const broken = options({ [`webhook${shops}`]: true } as never)
    const { process } = globalThis
    try {
      for (const none of [undefined, {}]) {
        vi.stubGlobal('process', none)
        expect(toldOf(broken)).toEqual([])
      }
    } finally {
      vi.stubGlobal('process', process)
      vi.unstubAllGlobals()
    }
  })
})

describe('an error in the terminal', () => {
  const toldBy = async (
    fetch: typeof globalThis.fetch,
    client = new KhaltiClient({ secretKey: 'k', maxRetries: 0, fetch }),
  ) => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {})
    vi.useRealTimers()
    const { handler } = createCheckout(options({ client }))
    const body = JSON.stringify({ orderId: 'A-1' })
    await handler(
      new Request(`${siteUrl}/api/khalti/initiate`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      }),
    )
    return error.mock.calls.map(([text]) => String(text))
  }

  it('An error of ours is two lines: where, what and why, and where to read on', async () => {
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', syscall: 'connect' })
    const [text = ''] = await toldBy(() => Promise.reject(new TypeError('fetch failed', { cause: refused })))
    expect(text.split('\n')).toEqual([
      expect.stringMatching(/^khalti-kit checkout, initiate, order A-1: KhaltiConnectionError: .+/),
      expect.stringMatching(/^ {4}→ errors\.md#connection-unreachable$/),
    ])
  })
})
