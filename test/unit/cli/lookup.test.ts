import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSimulator } from 'khalti-kit/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, serve } from '../../../src/node/serve.ts'
import { inTerminal, key, khaltiKit } from '../../support/cli.ts'
import { start } from '../../support/gateway.ts'

const simulator = createSimulator({ secretKey: key })
const gateway = {
  fetch: ((url, init) =>
    simulator.fetch(url, { ...init, headers: { ...init?.headers, authorization: `Key ${key}` } })) as typeof fetch,
}
let server: RunningServer
beforeAll(async () => {
  server = await serve(simulator.fetch)
})
afterAll(() => server.close())

const env = () => ({ KHALTI_SECRET_KEY: key, KHALTI_BASE_URL: server.url })

describe('khalti-kit lookup', () => {
  it.each([
    ['http://127.0.0.1:1', '\nStart the simulator: npx khalti-kit simulate --port 1\n'],
    ['https://gateway.invalid', ''],
  ])('names the simulator only where nothing listens on this machine: %s', async (KHALTI_BASE_URL, hint) => {
    const fetch = () =>
      Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } }))
    const { code, stderr } = await inTerminal(['lookup', 'abc'], {
      env: { KHALTI_SECRET_KEY: key, KHALTI_BASE_URL },
      fetch,
    })
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(new RegExp(`never reached .*then try again\\.\n?${hint.trim()}\n$`)),
    ])
  })

  it('shows what Khalti says, and the verdict for an amount, in a process of its own', async () => {
    const { pidx } = await start(gateway, { amount: 125_050 })
    const transactionId = new URL(simulator.pay(pidx)).searchParams.get('transaction_id')
    expect(await khaltiKit(['lookup', pidx, '--amount', '1,250.50'], { env: env() })).toEqual({
      code: 0,
      stderr: '',
      stdout: `Payment ${pidx}  (sandbox, ${server.url})

  status          Completed
  total_amount    Rs 1,250.50
  transaction_id  ${transactionId}
  fee             Rs 0.00
  refunded        false

  verdict  paid: Khalti has the Rs 1,250.50.
`,
    })
  })

  it('gives one line of JSON, with the verdict of judge', async () => {
    const { pidx } = await start(gateway)
    simulator.pay(pidx)
    const { code, stdout } = await inTerminal(['lookup', pidx, '--amount', '13', '--json'], { env: env() })
    expect([code, stdout.trim().split('\n').length]).toEqual([0, 1])
    expect(JSON.parse(stdout)).toEqual({
      environment: 'sandbox',
      origin: server.url,
      lookup: expect.objectContaining({ pidx, status: 'Completed', total_amount: 1300 }),
      verdict: expect.objectContaining({ outcome: 'paid' }),
    })
  })

  it.each([
    ['initiated', () => {}, /verdict {2}pending/],
    ['canceled', (pidx: string) => simulator.cancel(pidx), /User canceled[\s\S]*verdict {2}unpaid: canceled/],
    ['expired', (pidx: string) => simulator.expire(pidx), /Expired[\s\S]*verdict {2}unpaid: expired/],
    [
      'unknown to all',
      (pidx: string) => simulator.answerWith(pidx, 'Odd'),
      /verdict {2}hold: \(unknown-status\) "Odd"/,
    ],
    [
      'completed without a transaction',
      (pidx: string) => simulator.answerWith(pidx, 'Completed'),
      /\(no-transaction\)/,
    ],
    ['paid with too little', (pidx: string) => simulator.pay(pidx), /\(wrong-amount\) the order costs Rs 99\.00/, '99'],
    [
      'refunded in part',
      (pidx: string) => {
        simulator.pay(pidx)
        simulator.refund(pidx, 100)
      },
      /verdict {2}refunded: a part of it/,
    ],
  ])('exits 0 for a payment that is %s', async (_what, change, shown, amount = '13') => {
    const { pidx } = await start(gateway)
    change(pidx)
    const { code, stdout } = await inTerminal(['lookup', pidx, '--amount', amount], {
      env: { KHALTI_SECRET_KEY: key },
      fetch: simulator.fetch,
    })
    expect([code, stdout]).toEqual([0, expect.stringMatching(shown)])
  })

  it('exits 1 where there is no such payment, no key, or no gateway', async () => {
    const unknown = ['lookup', 'HT6o6PEZRWFJ5ygavzHWd5']
    const nowhere = { KHALTI_SECRET_KEY: key, KHALTI_BASE_URL: 'http://127.0.0.1:9' }
    const results = await Promise.all([
      inTerminal(unknown, { env: env() }),
      inTerminal(unknown, { env: { KHALTI_BASE_URL: server.url } }),
      inTerminal([...unknown, '--json'], { env: nowhere }),
    ])
    expect(results.map(({ code }) => code)).toEqual([1, 1, 1])
    expect(results[0]?.stderr).toMatch(/not-found/)
    expect(results[1]?.stderr).toMatch(/There is no key\. Set KHALTI_SECRET_KEY/)
    expect(JSON.parse(results[2]?.stdout ?? '')).toMatchObject({ error: { code: 'connection', reason: 'unreachable' } })
  })

  describe('a simulator in a container', () => {
    const container = { KHALTI_SECRET_KEY: key, KHALTI_BASE_URL: 'http://simulator:4000' }
    const insecure = '--allow-insecure-base-url'

    it('A simulator in a container is asked over http where --allow-insecure-base-url says so, and not before', async () => {
      const { pidx } = await start(gateway)
      const place = { env: container, fetch: simulator.fetch }
      const refused = await inTerminal(['lookup', pidx], place)
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(`${insecure}, with`)])
      const { code, stdout } = await inTerminal(['lookup', pidx, insecure], place)
      expect([code, stdout]).toEqual([0, expect.stringContaining('(sandbox, http://simulator:4000)')])
    })

    it.each([
      ['production', { ...container, KHALTI_ENVIRONMENT: 'production' }],
      ["Khalti's own sandbox", { ...container, KHALTI_BASE_URL: 'http://dev.khalti.com' }],
    ])('Nothing is asked over http with --allow-insecure-base-url in %s', async (_where, env) => {
      const fetch = () => Promise.reject(new Error('asked'))
      const { code, stderr } = await inTerminal(['lookup', 'abc', insecure], { env, fetch })
      expect([code, stderr]).toEqual([1, expect.stringContaining('is not https')])
    })
  })

  it('takes the variables of --env-file, before those of the environment', async () => {
    const { pidx } = await start(gateway)
    const cwd = mkdtempSync(join(tmpdir(), 'khalti-kit-'))
    writeFileSync(
      join(cwd, '.env.shop'),
      `# Khalti\nexport KHALTI_SECRET_KEY="${key}"\nKHALTI_BASE_URL=${server.url}\n`,
    )
    const wrong = { KHALTI_SECRET_KEY: 'f'.repeat(32), KHALTI_BASE_URL: 'http://127.0.0.1:9', KHALTI_ENVIRONMENT: '' }
    const { code, stdout } = await inTerminal(['lookup', pidx, '--env-file', '.env.shop'], { cwd, env: wrong })
    expect([code, stdout]).toEqual([0, expect.stringContaining('Initiated')])
  })

  it('reads no env file that is not named', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'khalti-kit-'))
    for (const name of ['.env', '.env.local']) writeFileSync(join(cwd, name), `KHALTI_SECRET_KEY=${key}\n`)
    const { code, stderr } = await inTerminal(['lookup', 'abc'], { cwd, env: { KHALTI_BASE_URL: server.url } })
    expect([code, stderr]).toEqual([1, expect.stringContaining('There is no key')])
  })

  it('shows fields that nobody knows, with mobile numbers masked', async () => {
    const answer = { pidx: 'abc', status: 'Completed', total_amount: 1300, transaction_id: 'T', mobile: '9812345678' }
    for (const json of [[], ['--json']]) {
      const { stdout } = await inTerminal(['lookup', 'abc', ...json], { fetch: async () => Response.json(answer) })
      expect(stdout).toContain('98XXXXX678')
    }
  })

  it('writes what drives a terminal as JSON does, so that no answer forges a line', async () => {
    const answer = {
      pidx: 'abc',
      status: 'Comp\u001b[31mleted\nverdict  paid: fake',
      total_amount: 1300,
      transaction_id: 'T\u009b2J',
      note: '\u202efake\u0085',
      'na\nme': 1,
    }
    const place = { fetch: async () => Response.json(answer), colors: true }
    const { stdout } = await inTerminal(['lookup', 'abc', '--amount', '13'], place)
    expect(stdout).toContain('Comp\\u001b[31mleted\\u000averdict  paid: fake')
    expect(stdout).toContain('T\\u009b2J')
    expect(stdout).toContain('"\\u202efake\\u0085"')
    expect(stdout).toContain('na\\u000ame')
    expect(stdout).toContain('\u001b[31mhold\u001b[0m: (unknown-status) "Comp\\u001b')
    expect(stdout).not.toMatch(/^verdict/m)
    const json = await inTerminal(['lookup', 'abc', '--json'], place)
    expect(JSON.parse(json.stdout).lookup).toMatchObject(answer)
    expect(json.stdout.trimEnd()).not.toMatch(/\p{Cc}/u)
  })

  it('writes what drives a terminal as JSON does in a refusal, too', async () => {
    const detail = 'No\u001b[2J\nPayment abc  (sandbox)'
    const fetch = async () => Response.json({ detail }, { status: 403 })
    const { code, stderr } = await inTerminal(['lookup', 'abc'], { fetch })
    expect([code, stderr]).toEqual([1, expect.stringContaining('No\\u001b[2J\\u000aPayment abc')])
    const json = await inTerminal(['lookup', 'abc', '--json'], { fetch })
    expect(JSON.parse(json.stdout).error.message).toContain(detail)
  })

  it.each([
    ['KHALTI_ENVIRONMENT', key],
    ['KHALTI_ENVIRONMENT', `"${key}"`],
    ['KHALTI_ENVIRONMENT', 'f0'.repeat(16)],
    ['KHALTI_BASE_URL', 'test_secret_key_0123456789'],
    ['KHALTI_BASE_URL', `https://${'f0'.repeat(16)}/path`],
    ['KHALTI_BASE_URL', `https://x/path/${key}`],
  ])('shows no key that stands in %s by mistake', async (name, value) => {
    for (const json of [[], ['--json']]) {
      const { code, stdout, stderr } = await inTerminal(['lookup', 'abc', ...json], {
        env: { KHALTI_SECRET_KEY: 'sandbox', [name]: value },
      })
      expect([code, stdout + stderr]).toEqual([1, expect.not.stringMatching(/01234567|f0f0f0f0/)])
    }
  })

  it.each(['STRIPE_SECRET_KEY', 'CRON_SECRET', 'SHOP_TOKEN'])('shows no value of %s', async (name) => {
    const value = 'hunter2 hunter2'
    const fetch = async () => Response.json({ detail: `No ${value}.` }, { status: 403 })
    const cwd = mkdtempSync(join(tmpdir(), 'khalti-kit-'))
    writeFileSync(join(cwd, '.env'), `KHALTI_SECRET_KEY=${key}\n${name}="${value}"\n`)
    const fromFile = await inTerminal(['lookup', 'abc', '-e', '.env'], { fetch, cwd, env: {} })
    const fromEnvironment = await inTerminal(['lookup', 'abc'], {
      fetch,
      env: { KHALTI_SECRET_KEY: key, [name]: value },
    })
    for (const { stderr } of [fromFile, fromEnvironment]) expect(stderr).toContain(': No [redacted].')
  })

  it('colours the verdict in a terminal with colours, and nowhere else', async () => {
    const { pidx } = await start(gateway)
    const place = { fetch: simulator.fetch }
    const args = ['lookup', pidx, '--amount', '13']
    expect((await inTerminal(args, { ...place, colors: true })).stdout).toContain('\u001b[33mpending\u001b[0m')
    expect((await inTerminal(args, place)).stdout).not.toContain('\u001b')
  })
})
