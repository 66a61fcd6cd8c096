import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KhaltiClient, paisa } from 'khalti-kit'
import { createCheckout, memoryPayments } from 'khalti-kit/checkout'
import { createSimulator } from 'khalti-kit/testing'
import { describe, expect, it, vi } from 'vitest'
import type { Check } from '../../../src/cli/doctor/check.ts'
import { describeShape } from '../../../src/cli/doctor/check-key.ts'
import { checkNode } from '../../../src/cli/doctor.ts'
import { serve } from '../../../src/node/serve.ts'
import { inTerminal, key, khaltiKit } from '../../support/cli.ts'

const site = 'https://shop.example'
type Fetch = typeof globalThis.fetch

/** Khalti and a healthy shop, as far as the doctor asks them; `answers` by the end of the path come before. */
function world(answers: Record<string, () => Response | Promise<Response>> = {}, simulator = createSimulator()) {
  const asked: { url: string; authorization: string | null }[] = []
  const fetch: Fetch = async (input, init) => {
    const request = new Request(input, init)
    asked.push({ url: request.url, authorization: request.headers.get('authorization') })
    const { host, pathname } = new URL(request.url)
    const special = Object.keys(answers).find((end) => pathname.endsWith(end))
    if (special) return answers[special]?.() ?? Response.error()
    if (pathname.endsWith('/return')) return landing('/orders')
    if (pathname.endsWith('/reconcile')) return Response.json({}, { status: 401 })
    if (pathname === '/' && host.endsWith('khalti.com')) return dated(0)
    return simulator.fetch(input, init)
  }
  return { fetch, asked }
}

const redirect = (location: string, status = 303) => new Response(null, { status, headers: { location } })
/** As the return route of the checkout sends it. */
const landing = (location: string) =>
  new Response(null, {
    status: 303,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  })
const dated = (aheadMs: number, headers = {}) =>
  new Response('', { headers: { date: new Date(Date.now() + aheadMs).toUTCString(), ...headers } })

interface Call {
  env?: Record<string, string>
  fetch?: Fetch
  args?: string[]
  cwd?: string
}

async function examine({ env = { KHALTI_SECRET_KEY: key }, fetch = world().fetch, args = [], cwd }: Call = {}) {
  const place = { env, fetch, ...(cwd && { cwd }) }
  const usual = args.includes('--site-url') ? [] : ['--site-url', site]
  const { code, stdout } = await inTerminal(['doctor', ...usual, ...args, '--json'], place)
  const { ok, checks }: { ok: boolean; checks: Check[] } = JSON.parse(stdout)
  expect(code).toBe(ok ? 0 : 1)
  expect(ok).toBe(checks.every(({ status }) => status !== 'fail'))
  for (const check of checks) if (check.status === 'fail') expect(check.remedy).toMatch(/[.?]$/)
  return { ok, checks, check: (id: string) => checks.find((check) => check.id === id), stdout }
}

describe('khalti-kit doctor', () => {
  it('finds nothing wrong with a shop that is well', async () => {
    const { ok, checks } = await examine()
    expect(ok).toBe(true)
    expect(checks.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'node ok',
      'key ok',
      'exposure ok',
      'environment ok',
      'accepted ok',
      'clock ok',
      'site-url ok',
      'return-url ok',
      'reconcile ok',
    ])
  })

  it('examines a real checkout over HTTP, and says so in a few lines', async () => {
    const simulator = createSimulator()
    const gateway = await serve(simulator.fetch)
    const shop = await serve((request) => checkout.handler(request))
    const checkout = createCheckout({
      client: new KhaltiClient({ secretKey: key, environment: 'sandbox', fetch: simulator.fetch }),
      payments: memoryPayments(),
      siteUrl: shop.url,
      cronSecret: 'sixteen or more characters',
      readOrder: () => ({ id: 'A-1', name: 'Topi', amount: paisa(1000) }),
      fulfil: () => {},
      landing: () => '/orders',
    })
    const env = { KHALTI_SECRET_KEY: key, KHALTI_BASE_URL: gateway.url }
    const { code, stdout } = await khaltiKit(['doctor', '--site-url', `${shop.url}/`], { env })
    await Promise.all([gateway.close(), shop.close()])
    expect([code, stdout]).toEqual([0, expect.stringMatching(/\n9 ok, 0 to look at, 0 failed\n$/)])
    expect(stdout).toContain(`✓ return_url        ${shop.url}/api/khalti/return answers 303 and leads to /orders\n`)
    expect(stdout).toContain(`✓ Reconcile route   ${shop.url}/api/khalti/reconcile answers 401 without the secret\n`)
    expect(stdout).toContain('✓ Key accepted      a simulator takes it')
    expect(stdout.split('\n')).toHaveLength(12)
  })

  it('changes nothing, and shows the key to nobody but the one gateway that is set', async () => {
    for (const KHALTI_ENVIRONMENT of ['sandbox', 'production']) {
      const simulator = createSimulator({ secretKey: 'another key' })
      const { fetch, asked } = world({}, simulator)
      const { check } = await examine({ env: { KHALTI_SECRET_KEY: key, KHALTI_ENVIRONMENT }, fetch })
      expect(check('accepted')?.status).toBe('fail')
      const own = KHALTI_ENVIRONMENT === 'sandbox' ? 'https://dev.khalti.com' : 'https://khalti.com'
      expect(asked.filter(({ authorization }) => authorization !== null)).toEqual([
        { url: `${own}/api/v2/epayment/lookup/`, authorization: `Key ${key}` },
      ])
      expect(asked.every(({ url }) => url.startsWith(`${own}/`) || url.startsWith(`${site}/`))).toBe(true)
      expect(simulator.payments()).toEqual([])
    }
  })

  it('tells the key by its place and shape, never by its value', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'khalti-kit-'))
    writeFileSync(join(cwd, '.env.local'), `KHALTI_SECRET_KEY=${key}\n`)
    const { check, stdout } = await examine({ cwd, env: {}, args: ['--env-file', '.env.local'] })
    expect(check('key')?.detail).toBe('KHALTI_SECRET_KEY of .env.local: live_secret_key_ and 32 hex characters')
    expect(stdout).not.toContain(key.slice(16, 24))
  })

  const folderWith = (files: Record<string, string | Buffer>) => {
    const cwd = mkdtempSync(join(tmpdir(), 'khalti-kit-'))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
    return cwd
  }

  it('reads the files that Next.js reads, in its order and below the environment', async () => {
    const cwd = folderWith({
      '.env': `KHALTI_SECRET_KEY=anything\nSITE_URL=http://localhost:1`,
      '.env.development': 'KHALTI_ENVIRONMENT=production\nSITE_URL=http://localhost:2',
      '.env.local': `KHALTI_SECRET_KEY=${key}`,
      '.env.production': 'KHALTI_SECRET_KEY=of-production',
    })
    const { check } = await examine({ cwd, env: { KHALTI_ENVIRONMENT: 'sandbox' } })
    expect(check('key')).toMatchObject({ status: 'ok', detail: expect.stringContaining('of .env.local:') })
    expect(check('environment')?.detail).toContain('sandbox')
    const production = await examine({
      cwd: folderWith({ '.env.production': `KHALTI_SECRET_KEY=${key}` }),
      env: { NODE_ENV: 'production' },
    })
    expect(production.check('key')?.detail).toContain('of .env.production:')
  })

  const svelte = '{"devDependencies":{"@sveltejs/kit":"2","vite":"7"}}'

  it.each([
    ['a file of a project that nothing reads it in', svelte, [], 'warn'],
    ['a file that was named', svelte, ['-e', '.env'], 'ok'],
    ['a file of a Next.js project', '{"dependencies":{"next":"16"}}', [], 'ok'],
    ['a file that dotenv reads', '{"dependencies":{"dotenv":"17"}}', [], 'ok'],
    ['a file that a script names', '{"scripts":{"start":"node --env-file=.env server.js"}}', [], 'ok'],
  ])('warns of a key only where nothing is known to read its file: %s', async (_what, manifest, args, status) => {
    const cwd = folderWith({ '.env': `KHALTI_SECRET_KEY=${key}`, 'package.json': manifest })
    const { check } = await examine({ cwd, env: {}, args })
    expect(check('key')?.status).toBe(status)
    const advice =
      /Next\.js reads \.env by itself, and Node\.js does not.*process\.loadEnvFile\(\).*\$env\/dynamic\/private.*-e \.env/
    if (status === 'warn') expect(check('key')?.remedy).toMatch(advice)
  })

  it('says of a blank key where it is blank, and what to write there', async () => {
    const cwd = folderWith({ '.env.local': 'KHALTI_SECRET_KEY=\n' })
    const { check, ok } = await examine({ cwd, env: {} })
    expect(ok).toBe(false)
    expect(check('key')).toEqual({
      id: 'key',
      title: 'Secret key',
      status: 'fail',
      detail: 'KHALTI_SECRET_KEY of .env.local is blank',
      remedy: 'Write the key behind KHALTI_SECRET_KEY= in .env.local.',
    })
    expect(check('accepted')).toMatchObject({ status: 'warn', detail: 'not checked without a key' })
    expect((await examine({ cwd: folderWith({}), env: {} })).check('key')?.detail).toBe('there is none')
  })

  it.each([
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeffKHALTI_SECRET_KEY=${key}\n`)],
    ['UTF-16 with a byte order mark', Buffer.from(`\ufeffKHALTI_SECRET_KEY=${key}\r\n`, 'utf16le')],
    ['UTF-16 without one', Buffer.from(`KHALTI_SECRET_KEY=${key}\r\n`, 'utf16le')],
    ['UTF-16 of the other order', Buffer.from(`\ufeffKHALTI_SECRET_KEY=${key}\n`, 'utf16le').swap16()],
  ])('reads a .env that an editor saved as %s', async (_encoding, bytes) => {
    const { check } = await examine({ cwd: folderWith({ '.env': bytes }), env: {}, args: ['--env-file', '.env'] })
    expect(check('key')).toMatchObject({ status: 'ok', detail: expect.stringContaining('KHALTI_SECRET_KEY of .env:') })
  })

  it('asks for the simulator where KHALTI_BASE_URL leads to this machine and nobody answers', async () => {
    const env = { KHALTI_SECRET_KEY: 'f'.repeat(32), KHALTI_BASE_URL: 'http://127.0.0.1:9' }
    const refused = () =>
      Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } }))
    const { stdout } = await inTerminal(['doctor', '--json'], { env, cwd: folderWith({}), fetch: refused })
    const { remedy } = JSON.parse(stdout).checks.find(({ id }: { id: string }) => id === 'accepted')
    expect(remedy).toBe('Start the simulator: npx khalti-kit simulate --port 9')
  })

  it('examines a simulator in a container where --allow-insecure-base-url says so, and names that option before', async () => {
    const env = { KHALTI_SECRET_KEY: 'anything', KHALTI_BASE_URL: 'http://simulator:4000' }
    const refused = await examine({ env })
    expect(refused.check('environment')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/simulator in your own network.* --allow-insecure-base-url, with/),
    })
    const { ok, check } = await examine({ env, args: ['--allow-insecure-base-url'] })
    expect([ok, check('key')?.status]).toEqual([true, 'ok'])
    expect(check('accepted')?.detail).toBe('a simulator takes it, as any key: Khalti was not asked')
    const asked = async () => dated(0)
    const { check: dating } = await examine({ env, args: ['--allow-insecure-base-url'], fetch: asked })
    expect(dating('clock')?.detail).toBe('within 1 s of that of simulator:4000')
  })

  it('asks whether a gateway in a container runs where nobody answers under its name', async () => {
    const env = { KHALTI_SECRET_KEY: 'anything', KHALTI_BASE_URL: 'http://simulator:4000' }
    const fetch = () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } }))
    const { check } = await examine({ env, fetch, args: ['--allow-insecure-base-url'] })
    expect(check('accepted')?.remedy).toBe(
      'Does a gateway run at http://simulator:4000, and may this machine reach it?',
    )
  })

  it('breaks its lines between words where the terminal is narrow, below where they begin', async () => {
    const run = (columns?: number) => inTerminal(['doctor'], { env: {}, cwd: folderWith({}), columns })
    const lines = (await run(50)).stdout.split('\n')
    expect(lines.filter((line) => line.length > 50)).toEqual([])
    expect(lines).toContainEqual(expect.stringMatching(/^ {20,}[→\w]/))
    expect((await run()).stdout.replace(/\s+/g, ' ')).toBe(lines.join(' ').replace(/\s+/g, ' '))
  })

  it.each([
    ['a web page', '<pre>Cannot POST /api/v2/epayment/lookup/</pre>'],
    ['JSON of another server', '{"message":"Not Found"}'],
  ])('does not take a 404 with %s for a gateway that takes the key', async (_what, body) => {
    const env = { KHALTI_SECRET_KEY: key, KHALTI_BASE_URL: 'http://127.0.0.1:8950' }
    const { check } = await examine({ env, fetch: async () => new Response(body, { status: 404 }) })
    expect(check('accepted')).toMatchObject({
      status: 'warn',
      detail: 'sandbox answers HTTP 404, which tells nothing',
      remedy: "Is KHALTI_BASE_URL a gateway? Its answer is not Khalti's.",
    })
  })

  it('does not send to a dashboard for a key that a simulator refuses', async () => {
    const env = { KHALTI_SECRET_KEY: key, KHALTI_BASE_URL: 'http://127.0.0.1:8787' }
    const { fetch } = world({}, createSimulator({ secretKey: 'another-key' }))
    const { check } = await examine({ env, fetch })
    expect(check('accepted')).toMatchObject({
      status: 'fail',
      detail: 'a simulator refuses it: Khalti was not asked',
      remedy: 'Any word will do, unless the simulator was started with a key of its own.',
    })
  })

  it('does not call a simulator the sandbox', async () => {
    const { check } = await examine({ env: { KHALTI_SECRET_KEY: key, KHALTI_BASE_URL: 'http://127.0.0.1:8787' } })
    expect(check('accepted')).toMatchObject({
      status: 'ok',
      detail: 'a simulator takes it, as any key: Khalti was not asked',
    })
  })

  it.each([
    ['0123456789abcdef0123456789abcdef', 'ok', /32 hex characters$/],
    [`Key ${key}`, 'ok', /live_secret_key_ and 32 hex/],
    [key.replace('live', 'test'), 'fail', /KPG-1/],
    [key.replace('secret', 'public'), 'fail', /public key/],
    [`"${key}"`, 'fail', /quotes/],
    [`${key}\nx`, 'fail', /line break/],
    [key.slice(0, -1), 'warn', /Is it whole/],
    ['anything', 'warn', /8 characters/],
  ])('judges the key %j as %s', async (secret, status, why) => {
    const { check } = await examine({ env: { KHALTI_SECRET_KEY: secret } })
    expect(check('key')?.status).toBe(status)
    expect(`${check('key')?.remedy} ${check('key')?.detail}`).toMatch(why)
  })

  it.each([
    ['ABC', '3 hex characters'],
    ['TEST_PUBLIC_KEY_zz', 'test_public_key_ and 2 characters'],
  ])('describes %s as %s', (secret, shape) => expect(describeShape(secret)).toBe(shape))

  it('warns where the file and the environment have different keys', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'khalti-kit-'))
    writeFileSync(join(cwd, '.env'), `KHALTI_SECRET_KEY=${key}\n`)
    const { check } = await examine({ cwd, env: { KHALTI_SECRET_KEY: 'f'.repeat(32) }, args: ['--env-file', '.env'] })
    expect(check('key')).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('the environment has another'),
    })
  })

  it.each([
    ['NEXT_PUBLIC_KHALTI_SECRET_KEY', 'anything at all'],
    ['VITE_PAYMENT', key],
  ])('finds a key that goes to browsers in %s', async (name, value) => {
    const { check } = await examine({ env: { KHALTI_SECRET_KEY: key, [name]: value } })
    expect(check('exposure')).toMatchObject({ status: 'fail', detail: `${name} goes to every browser` })
  })

  it.each([
    [{}, 'ok', 'sandbox, https://dev.khalti.com (the default)'],
    [
      { KHALTI_ENVIRONMENT: 'production' },
      'ok',
      'production, https://khalti.com (KHALTI_ENVIRONMENT of the environment)',
    ],
    [{ KHALTI_BASE_URL: 'http://127.0.0.1:9' }, 'ok', /simulator or proxy/],
    [{ KHALTI_BASE_URL: 'https://khalti.com' }, 'fail', /is Khalti's production/],
    [{ KHALTI_ENVIRONMENT: 'production', KHALTI_BASE_URL: 'https://dev.khalti.com' }, 'fail', /Khalti's sandbox/],
    [{ KHALTI_ENVIRONMENT: 'production', KHALTI_BASE_URL: 'https://proxy.example' }, 'warn', /not Khalti's/],
    [{ KHALTI_ENVIRONMENT: 'production', KHALTI_BASE_URL: 'http://localhost:1' }, 'fail', /can call anything paid/],
    [{ KHALTI_ENVIRONMENT: 'live' }, 'fail', /"live"/],
    [{ NODE_ENV: 'production' }, 'fail', /KHALTI_ENVIRONMENT is not set/],
  ])('judges the environment of %j as %s', async (env, status, detail) => {
    const { check } = await examine({ env: { KHALTI_SECRET_KEY: key, ...env } as Record<string, string> })
    const expected = typeof detail === 'string' ? detail : expect.stringMatching(detail)
    expect(check('environment')).toMatchObject({ status, detail: expected })
  })

  it.each([
    ['ok', 'that there is no such payment', () => Response.json({ detail: 'Not found.' }, { status: 400 }), /takes it/],
    [
      'fail',
      'that the token is invalid',
      () => Response.json({ detail: 'Invalid token.' }, { status: 401 }),
      /set KHALTI_ENVIRONMENT=production and run/,
    ],
    [
      'fail',
      'that there are no credentials',
      () => Response.json({ detail: 'Authentication credentials were not provided.' }, { status: 401 }),
      /drop the Authorization header/,
    ],
    ['warn', 'with a 429', () => Response.json({ detail: 'throttled' }, { status: 429 }), /HTTP 429/],
    ['warn', 'with a page', () => new Response('<html>', { status: 200 }), /HTTP 200/],
    ['fail', 'nothing', () => Promise.reject(new TypeError('fetch failed')), /online/],
  ])('says %s of the key where the gateway answers %s', async (status, _what, answer, why) => {
    const { check } = await examine({ fetch: world({ '/lookup/': answer }).fetch })
    expect(check('accepted')?.status).toBe(status)
    expect(`${check('accepted')?.detail} ${check('accepted')?.remedy}`).toMatch(why)
  })

  it.each([
    ['ok', 'it differs by half a minute', () => dated(30_000), /within/],
    ['fail', 'it is two minutes ahead', () => dated(-120_000), /^1\d\d s ahead of Khalti's$/],
    ['fail', 'it is ten minutes behind', () => dated(600_000), /^(59\d|60\d) s behind Khalti's$/],
    ['ok', 'the answer comes from a cache two minutes old', () => dated(-120_000, { age: '120' }), /within/],
    ['warn', 'the answer has no date', () => new Response(''), /no Date/],
  ])('says %s of the clock where %s', async (status, _what, answer, detail) => {
    const { fetch } = world()
    const clocked: Fetch = async (input, init) =>
      String(input) === 'https://dev.khalti.com/' ? answer() : fetch(input, init)
    const { check } = await examine({ fetch: clocked })
    expect(check('clock')).toMatchObject({ status, detail: expect.stringMatching(detail) })
  })

  it.each([
    ['http://localhost:3000', 'sandbox', 'ok'],
    ['http://localhost:3000', 'production', 'fail'],
    ['https://192.168.1.5', 'production', 'fail'],
    ['http://shop.example', 'production', 'fail'],
    ['http://shop.example', 'sandbox', 'fail'],
    ['shop.example', 'sandbox', 'fail'],
    ['https://shop.example?a=b', 'sandbox', 'fail'],
    ['https://user:secret@shop.example', 'sandbox', 'fail'],
    ['https://shop.example/np/', 'production', 'ok'],
  ])('judges the siteUrl %s in %s as %s', async (url, KHALTI_ENVIRONMENT, status) => {
    const env = { KHALTI_SECRET_KEY: key, KHALTI_ENVIRONMENT }
    const { check, stdout } = await examine({ env, args: ['--site-url', url] })
    expect(check('site-url')?.status).toBe(status)
    expect(stdout).not.toContain('secret@')
  })

  it('looks where SITE_URL and --base-path say', async () => {
    const { fetch, asked } = world()
    const env = { KHALTI_SECRET_KEY: key, SITE_URL: 'https://other.example/np/' }
    await inTerminal(['doctor', '--base-path', '/pay/'], { env, fetch })
    expect(asked.map(({ url }) => url)).toContain('https://other.example/np/pay/return')
  })

  it('checks no shop where none is named', async () => {
    const { fetch, asked } = world()
    const { code, stdout } = await inTerminal(['doctor'], { fetch })
    expect([code, stdout]).toEqual([0, expect.stringContaining('6 ok, 3 to look at, 0 failed')])
    expect(asked.every(({ url }) => url.startsWith('https://dev.khalti.com/'))).toBe(true)
  })

  it.each([
    ['an answer', () => Response.json({ ok: true }), 'warn', /answers 200.*The checkout redirects/],
    ['an empty answer', () => new Response(null, { status: 204 }), 'warn', /answers 204.*The checkout redirects/],
    ['a redirect to nowhere', () => new Response(null, { status: 303 }), 'warn', /answers 303.*The checkout redirects/],
    ['a redirect to a login', () => redirect('/login?next=/'), 'warn', /leads to \/login.*without a login/],
    ['a login elsewhere', () => redirect('https://id.shop.example/'), 'warn', /leads to https:\/\/id.*without a login/],
    [
      'a redirect to a login that caches may not store',
      () => new Response(null, { status: 302, headers: { location: '/login', 'cache-control': 'no-store' } }),
      'warn',
      /without a login/,
    ],
    [
      'a landing whose headers a proxy adds to',
      () => {
        const answer = landing('/orders')
        answer.headers.append('cache-control', 'private')
        answer.headers.append('referrer-policy', 'same-origin')
        return answer
      },
      'ok',
      /leads to \/orders/,
    ],
    ['a page', () => new Response('', { headers: { 'content-type': 'text/html' } }), 'warn', /with a page/],
    ['nothing there', () => new Response('', { status: 404 }), 'fail', /No route is there/],
    ['a login', () => new Response('', { status: 401 }), 'fail', /without login/],
    ['a shop that fails', () => new Response('', { status: 500 }), 'fail', /see its log/],
    [
      'a refused connection',
      () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })),
      'fail',
      /ECONNREFUSED/,
    ],
    ['no answer', () => Promise.reject(new DOMException('late', 'TimeoutError')), 'fail', /within 10 seconds/],
    [
      'a move to www',
      () => redirect('https://www.shop.example/api/khalti/return', 308),
      'warn',
      /Use https:\/\/www\.shop\.example as siteUrl/,
    ],
    ['a page elsewhere', () => landing('https://app.shop.example/done'), 'ok', /leads to https:\/\/app\.shop\.example/],
  ])('calls the return route, where %s is %s', async (_what, answer, status, why) => {
    const { check } = await examine({ fetch: world({ '/return': answer }).fetch })
    expect(check('return-url')?.status).toBe(status)
    expect(`${check('return-url')?.detail} ${check('return-url')?.remedy}`).toMatch(why)
  })

  it.each([
    ['the landing', () => landing('/orders'), 'ok', `${site}/api/khalti/return/ answers 303 and leads to /orders`],
    ['a login', () => redirect('/login'), 'warn', `${site}/api/khalti/return/ answers 303 and leads to /login`],
    ['itself', () => redirect('/api/khalti/return/', 308), 'warn', `${site}/api/khalti/return/ answers 308`],
  ])('follows the return route to its address with a slash at the end, which leads to %s', async (...one) => {
    const [, answer, status, detail] = one
    const { fetch } = world({ '/return': () => redirect('/api/khalti/return/', 308), '/return/': answer })
    const { check } = await examine({ fetch })
    expect(check('return-url')).toMatchObject({ status, detail: expect.stringContaining(detail) })
  })

  it('finds a return_url that is too long for Khalti, and does not call it', async () => {
    const { fetch, asked } = world()
    const { check } = await examine({ fetch, args: ['--site-url', `${site}/${'x'.repeat(250)}`] })
    expect(check('return-url')).toMatchObject({ status: 'fail', remedy: expect.stringContaining('at most 255') })
    expect(asked.some(({ url }) => url.endsWith('/return'))).toBe(false)
  })

  it.each([
    ['http://localhost:3000', 'http://127.0.0.1:5173', 'warn'],
    ['http://127.0.0.1:3000', 'http://localhost:5173', 'warn'],
    ['http://localhost:3000', 'http://localhost:5173', 'ok'],
  ])('judges a shop at %s with its pages at %s as %s', async (siteUrl, FRONTEND_URL, status) => {
    const env = { KHALTI_SECRET_KEY: key, FRONTEND_URL }
    const { check } = await examine({ env, args: ['--site-url', siteUrl] })
    expect(check('site-url')?.status).toBe(status)
  })

  it('warns where the return route of localhost leads to 127.0.0.1', async () => {
    const { fetch } = world({ '/return': () => redirect('http://127.0.0.1:3000/orders') })
    const { check } = await examine({ fetch, args: ['--site-url', 'http://localhost:3000'] })
    expect(check('return-url')).toMatchObject({ status: 'warn', remedy: expect.stringContaining('Use one name') })
  })

  it('says which address cron must call where the route answers with a slash at its end only', async () => {
    const { fetch } = world({ '/reconcile': () => redirect('/api/khalti/reconcile/', 308) })
    const { check } = await examine({ fetch })
    expect(check('reconcile')).toMatchObject({
      status: 'warn',
      remedy: expect.stringContaining(`Let cron call ${site}/api/khalti/reconcile/: curl does not follow`),
    })
  })

  describe('with CRON_SECRET', () => {
    const secret = 'sixteen or more characters'
    const env = { KHALTI_SECRET_KEY: key, CRON_SECRET: secret }
    const shop = (answer: () => Response | Promise<Response>) => {
      const sent: (string | null)[] = []
      const { fetch } = world()
      const asked: Fetch = async (input, init) => {
        const request = new Request(input, init)
        const authorization = request.headers.get('authorization')
        if (!request.url.endsWith('/reconcile') || authorization === null) return fetch(input, init)
        sent.push(`${request.method} ${request.url} ${authorization}`)
        return answer()
      }
      return { fetch: asked, sent }
    }

    it.each([
      [0, 'ok', 'none'],
      [1, 'warn', '1 wants a person'],
      [12, 'warn', '12 want a person'],
    ])('says of %i orders that want attention %s: %s', async (attention, status, detail) => {
      const { fetch, sent } = shop(() => Response.json({ checked: 0, attention }))
      const { check, stdout } = await examine({ env, fetch })
      expect(check('attention')).toMatchObject({ status, detail })
      expect(sent).toEqual([`POST ${site}/api/khalti/reconcile Bearer ${secret}`])
      expect(stdout).not.toContain(secret)
    })

    it('sends no secret that no header carries, and shows it to nobody', async () => {
      for (const CRON_SECRET of ['0123456789abcdef\nleak', '0123456789abcdef\u0000leak', 'गोप्यगोप्यगोप्यगोप्य-leak']) {
        const { fetch, sent } = shop(() => Response.json({ attention: 0 }))
        const { check, stdout } = await examine({ env: { ...env, CRON_SECRET }, fetch })
        expect(check('attention')).toMatchObject({
          status: 'fail',
          detail:
            'CRON_SECRET of the environment holds a line break, another control character or a letter outside ASCII',
        })
        const text = await inTerminal(['doctor', '--site-url', site], { env: { ...env, CRON_SECRET }, fetch })
        expect([sent, stdout, text.stdout]).toEqual([
          [],
          expect.not.stringContaining('leak'),
          expect.not.stringContaining('leak'),
        ])
      }
    })

    it('takes no offence at blanks and line breaks around the secret', async () => {
      const { fetch, sent } = shop(() => Response.json({ attention: 0 }))
      const { check } = await examine({ env: { ...env, CRON_SECRET: ` ${secret}\r\n` }, fetch })
      expect([check('attention')?.status, sent]).toEqual(['ok', [`POST ${site}/api/khalti/reconcile Bearer ${secret}`]])
    })

    it('waits for a run of reconcile longer than its budget, and says how long', async () => {
      const timeouts = vi.spyOn(AbortSignal, 'timeout')
      const { fetch } = shop(() => Promise.reject(new DOMException('late', 'TimeoutError')))
      const { check } = await examine({ env, fetch })
      const longer = timeouts.mock.calls.flat().filter((ms) => ms > 10_000)
      timeouts.mockRestore()
      expect(longer).toEqual([40_000])
      expect(check('attention')).toMatchObject({ status: 'warn', detail: 'not known: no answer within 40 seconds' })
    })

    it('A shop that cannot reconcile fails, and the doctor says where to look', async () => {
      const broken = createCheckout({
        client: new KhaltiClient({ secretKey: key }),
        payments: { ...memoryPayments(), due: () => Promise.reject(new Error('no such table: khalti_orders')) },
        siteUrl: site,
        cronSecret: secret,
        readOrder: () => Promise.reject(new Error('not asked')),
        fulfil() {},
        landing: () => '/',
        onError() {},
      })
      const headers = { authorization: `Bearer ${secret}` }
      const { fetch } = shop(() => broken.handler(new Request(`${site}/api/khalti/reconcile`, { headers })))
      expect((await examine({ env, fetch })).check('attention')).toMatchObject({
        status: 'fail',
        detail: 'not known: reconcile answers 500',
        remedy: expect.stringContaining("The shop's log says why."),
      })
    })

    it('finds a secret that the shop refuses, and sends none without https', async () => {
      const refusing = shop(() => Response.json({}, { status: 401 }))
      expect((await examine({ env, fetch: refusing.fetch })).check('attention')?.status).toBe('fail')
      const { fetch, sent } = shop(() => Response.json({ attention: 0 }))
      const { check } = await examine({ env, fetch, args: ['--site-url', 'http://shop.example'] })
      expect([check('attention')?.status, sent]).toEqual(['warn', []])
    })
  })

  it('Any word is a key to the doctor where the simulator is asked, as the simulator itself says', async () => {
    const env = { KHALTI_SECRET_KEY: 'anything', KHALTI_BASE_URL: 'http://127.0.0.1:8787' }
    const { check } = await examine({ env })
    expect(check('key')).toEqual(
      expect.objectContaining({ status: 'ok', detail: expect.stringContaining('simulator') }),
    )
    const atKhalti = await examine({ env: { KHALTI_SECRET_KEY: 'anything' } })
    expect(atKhalti.check('key')).toMatchObject({ status: 'warn', remedy: expect.stringContaining('Is it whole') })
  })

  it.each<[policy: string, status: string, env?: Record<string, string>]>([
    ["default-src 'self'", 'ok'],
    ["form-action 'self'", 'fail'],
    ["default-src 'self'; form-action 'self' https://*.khalti.com", 'ok'],
    ["form-action 'self' https://pay.khalti.com", 'fail'],
    ['form-action https:', 'ok'],
    ['form-action *', 'ok'],
    ["form-action 'self' https://*.khalti.com, form-action 'self'", 'fail'],
    ["form-action 'none'", 'fail'],
    ["form-action 'self' https://evilkhalti.com", 'fail'],
    ["form-action 'self' https://*.khalti.com", 'fail', { KHALTI_BASE_URL: 'http://127.0.0.1:8787' }],
    ["form-action 'self' http://127.0.0.1:8787", 'ok', { KHALTI_BASE_URL: 'http://127.0.0.1:8787' }],
    ["form-action 'self' http://127.0.0.1:*", 'ok', { KHALTI_BASE_URL: 'http://127.0.0.1:8787' }],
    ["form-action 'self' http://127.0.0.1", 'fail', { KHALTI_BASE_URL: 'http://127.0.0.1:8787' }],
    ["form-action 'self' https://127.0.0.1:8787", 'fail', { KHALTI_BASE_URL: 'http://127.0.0.1:8787' }],
    ["form-action 'self' https://*.khalti.com:443/", 'ok'],
    ["form-action 'self' https://*.khalti.com:8443", 'fail'],
    ['form-action http:', 'ok'],
    ['form-action', 'fail'],
  ])('judges a page with the policy %s as %s', async (policy, status, env = {}) => {
    for (const [headers, html] of [
      [{ 'content-security-policy': policy }, '<form>'],
      [{}, `<meta http-equiv="Content-Security-Policy" content="${policy}"><form>`],
      [{}, `<meta http-equiv="Content-Security-Policy" content="${policy.replaceAll("'", '&#x27;')}"/><form>`],
    ] as const) {
      const { fetch } = world({ '/pay-page': () => new Response(html, { headers }) })
      const { check } = await examine({
        env: { KHALTI_SECRET_KEY: key, ...env },
        fetch,
        args: ['--page', `${site}/pay-page`],
      })
      expect(check('form-action')?.status).toBe(status)
    }
  })

  it.each([
    ['http://shop.example', 'form-action *; upgrade-insecure-requests', 'warn'],
    ['http://localhost:3000', 'form-action *; upgrade-insecure-requests', 'warn'],
    ['http://localhost:3000', 'form-action *', 'ok'],
    ['http://localhost:3000', "form-action 'self'; upgrade-insecure-requests", 'fail'],
    ['https://shop.example', 'form-action *; upgrade-insecure-requests', 'ok'],
  ])(
    'The doctor judges a page at %s with the policy %s as %s: Safari goes to https there',
    async (origin, policy, status) => {
      const page = () => new Response('<form>', { headers: { 'content-security-policy': policy } })
      const { check } = await examine({
        env: { KHALTI_SECRET_KEY: key },
        fetch: world({ '/pay-page': page }).fetch,
        args: ['--page', `${origin}/pay-page`],
      })
      expect(check('form-action')?.status).toBe(status)
      if (status === 'warn') expect(check('form-action')?.remedy).toMatch(/upgradeInsecureRequests: null/)
    },
  )

  it.each([
    [404, 'warn', /cronSecret/],
    [200, 'fail', /Anyone can run it/],
    [307, 'warn', /should answer 401/],
    [500, 'warn', /should answer 401/],
  ])('calls the reconcile route without the secret, where a %i is %s', async (answered, status, remedy) => {
    const answer = () => new Response(null, { status: answered })
    const { check } = await examine({ fetch: world({ '/reconcile': answer }).fetch })
    expect(check('reconcile')).toMatchObject({ status, remedy: expect.stringMatching(remedy) })
  })

  it('says of a 404 of reconcile that nothing is mounted, where nothing answers the return route either', async () => {
    const nothing = () => new Response(null, { status: 404 })
    const { check } = await examine({ fetch: world({ '/reconcile': nothing, '/return': nothing }).fetch })
    expect(check('return-url')?.remedy).toMatch(/above handlers that answer everything, such as your 404 handler/)
    expect(check('reconcile')).toMatchObject({ status: 'warn', remedy: 'No route is there, as at return_url.' })
  })

  it('asks for no cronSecret that is set already, but whether the shop has it', async () => {
    const env = { KHALTI_SECRET_KEY: key, CRON_SECRET: 'sixteen or more characters' }
    const { check } = await examine({
      env,
      fetch: world({ '/reconcile': () => new Response(null, { status: 404 }) }).fetch,
    })
    const remedy =
      'CRON_SECRET of the environment is set. Does createCheckout get it as cronSecret, and does the shop run with it?'
    expect(check('reconcile')).toMatchObject({ status: 'warn', remedy })
  })

  it.each([
    ['20.18.0', 'fail'],
    ['20.18.1', 'ok'],
    ['20.9.9', 'fail'],
    ['18.20.8', 'fail'],
    ['22.0.0', 'ok'],
    ['20.19.0', 'ok'],
  ])('judges Node.js %s as %s', (version, status) => expect(checkNode(version).status).toBe(status))

  it('writes what drives a terminal as JSON does, so that no answer forges a line', async () => {
    const detail = 'Invalid token.\u001b[2J\n✓ Key accepted      production takes it'
    const { fetch } = world({ '/lookup/': () => Response.json({ detail }, { status: 401 }) })
    const { stdout } = await inTerminal(['doctor'], { fetch })
    expect(stdout).toContain('Invalid token.\\u001b[2J\\u000a✓ Key accepted')
  })

  it.each([
    ['a line break', `${key}\nx`, /a line break/],
    ['a letter outside ASCII', 'कुञ्जी', /outside ASCII/],
    ['nothing but the word Key', 'Key', /secretKey is empty/],
  ])('says of a key with %s what is wrong with it, and asks nobody', async (_what, secret, why) => {
    const { fetch, asked } = world()
    const { check, stdout } = await examine({ env: { KHALTI_SECRET_KEY: secret }, fetch })
    expect(check('accepted')).toMatchObject({ status: 'fail', detail: 'not asked: the key cannot be sent' })
    expect(check('accepted')?.remedy).toMatch(why)
    expect(asked.some(({ url }) => url.includes('lookup'))).toBe(false)
    expect(stdout).not.toContain(secret.slice(0, 10).concat('"'))
  })

  it('shows no secret of several words, where a narrow terminal breaks the line within it either', async () => {
    const secret = 'sesame open wide and quickly, please'
    const env = { KHALTI_SECRET_KEY: key, CRON_SECRET: secret, KHALTI_ENVIRONMENT: secret }
    for (const columns of [undefined, 40, 50, 60]) {
      const { stdout } = await inTerminal(['doctor'], { env, cwd: folderWith({}), columns, fetch: world().fetch })
      expect(stdout).not.toMatch(/sesame|quickly/)
    }
  })

  it('puts a remedy below what is not well', async () => {
    const { fetch } = world({ '/return': () => new Response('', { status: 404 }) })
    const { stdout } = await inTerminal(['doctor', '--site-url', site], { fetch, colors: true })
    expect(stdout).toContain('\u001b[31m✗\u001b[0m return_url')
    expect(stdout).toMatch(/answers 404\n +\S*→ No route is there/)
  })
})
