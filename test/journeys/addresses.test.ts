import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isKhaltiError, KhaltiClient, KhaltiConfigError, rupees } from 'khalti-kit'
import { type CheckoutOptions, createCheckout, memoryPayments } from 'khalti-kit/checkout'
import { createSimulator } from 'khalti-kit/testing'
import { describe, expect, it, vi } from 'vitest'
import { serve } from '../../src/node/serve.ts'
import { openShop, post } from '../support/shop.ts'

/** Asks for a whole address, as it comes in. */
const at = (shop: ReturnType<typeof openShop>, address: string, init?: RequestInit) =>
  shop.checkout.handler(new Request(address, init))

describe('the address that Khalti is given', () => {
  it.each<[Partial<CheckoutOptions>, returnUrl: string, websiteUrl: string]>([
    [{}, 'https://shop.example/api/khalti/return', 'https://shop.example'],
    [{ siteUrl: 'https://shop.example/' }, 'https://shop.example/api/khalti/return', 'https://shop.example'],
    [{ siteUrl: 'https://a.example/shop' }, 'https://a.example/shop/api/khalti/return', 'https://a.example/shop'],
    [{ siteUrl: 'https://a.example/shop/' }, 'https://a.example/shop/api/khalti/return', 'https://a.example/shop'],
    [
      { siteUrl: 'https://a.example/prod/v1', basePath: 'pay/' },
      'https://a.example/prod/v1/pay/return',
      'https://a.example/prod/v1',
    ],
    [{ siteUrl: 'https://a.example/shop', basePath: '/' }, 'https://a.example/shop/return', 'https://a.example/shop'],
    [
      { siteUrl: 'https://api.shop.example', frontendUrl: 'https://shop.example/np/' },
      'https://api.shop.example/api/khalti/return',
      'https://shop.example/np',
    ],
  ])('Khalti is told the public addresses of %j', async (checkout, returnUrl, websiteUrl) => {
    const shop = openShop({ checkout })
    await shop.checkout.initiate(shop.order())
    expect(shop.simulator.payments()).toMatchObject([{ request: { return_url: returnUrl, website_url: websiteUrl } }])
  })
})

describe('the path that comes in', () => {
  const below = { siteUrl: 'https://a.example/shop' }
  it.each<[Partial<CheckoutOptions>, path: string, status: number]>([
    [below, '/shop/api/khalti/initiate', 200],
    [below, '/api/khalti/initiate', 200],
    [below, '/shop/api/khalti/initiate/', 200],
    [below, '/other/api/khalti/initiate', 404],
    [below, '/shop/shop/api/khalti/initiate', 404],
    [below, '/shopapi/khalti/initiate', 404],
    [{ siteUrl: 'https://a.example/prod', basePath: '/' }, '/prod/initiate', 200],
    [{ siteUrl: 'https://a.example/prod', basePath: '/' }, '/initiate', 200],
    [{ siteUrl: 'https://a.example/prod', basePath: '/' }, '/prod/x/initiate', 404],
    [{ siteUrl: 'https://a.example/pay', basePath: '/pay' }, '/pay/initiate', 200],
    [{ siteUrl: 'https://a.example/pay', basePath: '/pay' }, '/pay/pay/initiate', 200],
    [{}, '/shop/api/khalti/initiate', 404],
    [below, '//api/khalti/initiate', 200],
    [below, '/shop//api///khalti//initiate/', 200],
    [{}, '/api/khalti/initiate//', 404],
  ])('the routes of %j answer %s with a %i', async (checkout, path, status) => {
    const shop = openShop({ checkout })
    const answer = await at(shop, `http://127.0.0.1:3000${path}`, post({ orderId: 'topi' }))
    expect(answer.status).toBe(status)
    expect(shop.simulator.payments()).toHaveLength(status === 200 ? 1 : 0)
  })

  it('A path that no route answers is told to the shop with the word basePath', async () => {
    const shop = openShop()
    await at(shop, 'https://shop.example/shop/api/khalti/initiate', post({ orderId: 'topi' }))
    expect(shop.errors.map(String)).toEqual([expect.stringMatching(/\/shop\/api\/khalti\/initiate.*basePath/)])
  })
})

describe('where customers end', () => {
  const front = { siteUrl: 'http://localhost:4000', frontendUrl: 'http://localhost:5173' }
  it.each<[Partial<CheckoutOptions>, wanted: string, location: string]>([
    [front, '/thanks', 'http://localhost:5173/thanks'],
    [front, 'thanks', 'http://localhost:5173/thanks'],
    [front, 'http://localhost:4000/admin', 'http://localhost:4000/admin'],
    [{ siteUrl: 'https://a.example/shop' }, '/thanks', 'https://a.example/thanks'],
    [{ siteUrl: 'https://a.example/shop' }, 'thanks', 'https://a.example/shop/thanks'],
    [{ siteUrl: 'https://a.example/shop/' }, 'thanks', 'https://a.example/shop/thanks'],
    [{ ...front, frontendUrl: 'http://localhost:5173/app' }, 'thanks', 'http://localhost:5173/app/thanks'],
    [front, '/#/thanks?pidx=1', 'http://localhost:5173/#/thanks?pidx=1'],
    [{ apps: ['myshop'] }, 'myshop://paid?x=1', 'myshop://paid?x=1'],
    [{ apps: ['MyShop://'] }, 'myshop://paid', 'myshop://paid'],
    [{ apps: ['com.shop.app:'] }, 'com.shop.app:/paid', 'com.shop.app:/paid'],
    [{ apps: ['myshop'] }, 'othershop://paid', 'https://shop.example'],
    [{ apps: ['myshop'] }, 'javascript:alert(1)', 'https://shop.example'],
    [{ origins: ['capacitor://localhost'] }, 'capacitor://localhost/paid', 'capacitor://localhost/paid'],
    [{ origins: ['capacitor://localhost'] }, 'capacitor://evil/paid', 'https://shop.example'],
    [{ origins: ['capacitor://localhost'] }, 'capacitor://u@localhost/paid', 'https://shop.example'],
  ])('%j lands %j at %s', async (checkout, wanted, location) => {
    const shop = openShop({ checkout: { ...checkout, landing: () => wanted } })
    const { prefix = '' } = { prefix: new URL(checkout.siteUrl ?? 'https://shop.example').pathname.replace(/\/$/, '') }
    const answer = await at(shop, `https://shop.example${prefix}/api/khalti/return?pidx=x`)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, location])
  })
})

describe('an origin, an app or a path that cannot be one', () => {
  it.each<[Partial<CheckoutOptions>, name: RegExp]>([
    [{ origins: ['https://app.shop.example', 'app.shop.example'] }, /origins has "app\.shop\.example"/],
    [{ origins: ['*'] }, /origins has "\*"/],
    [{ origins: ['https://u@app.shop.example'] }, /origins has/],
    [{ origins: ['javascript:alert(1)'] }, /origins has/],
    [{ origins: [''] }, /origins has ""/],
    [{ apps: ['myshop', 'https'] }, /apps has "https"/],
    [{ apps: ['my shop'] }, /apps has "my shop"/],
    [{ apps: ['javascript'] }, /apps has "javascript"/],
    [{ apps: ['data:'] }, /apps has "data:"/],
    [{ apps: ['myshop://paid'] }, /apps has "myshop:\/\/paid"/],
    [{ origins: [undefined as never] }, /origins has undefined/],
    [{ origins: ['https://*.shop.example'] }, /origins has "https:\/\/\*\.shop\.example"/],
    [{ origins: 'https://app.shop.example' as never }, /origins is "https:\/\/app\.shop\.example"\. It is a list/],
    [{ apps: 'myshop' as never }, /apps is "myshop"\. It is a list/],
    [
      { basePath: 'https://shop.example/api/khalti' },
      /basePath is "https:\/\/shop\.example\/api\/khalti"\. It is a path such as \/api\/khalti, .*; the address belongs in siteUrl\./,
    ],
    [{ basePath: 'localhost:3000/api/khalti' }, /basePath is "localhost:3000\/api\/khalti"/],
    [{ basePath: '/api/khalti?shop=1' }, /basePath is "\/api\/khalti\?shop=1"/],
    [{ basePath: '/#/khalti' }, /basePath is "\/#\/khalti"/],
    [{ basePath: null as never }, /basePath is null/],
  ])('%j ends the start of the server, by its name', (checkout, name) => {
    expect(() => openShop({ checkout })).toThrow(KhaltiConfigError)
    expect(() => openShop({ checkout })).toThrow(name)
  })

  it.each<[string, Partial<CheckoutOptions>, name: RegExp]>([
    ['An origin', { origins: [''] }, /origins has ""/],
    ['A path', { basePath: 'undefined://api' }, /basePath is "undefined:\/\/api"/],
  ])(
    '%s that a build does not know yet does not end the build of Next.js, and is refused by the server',
    async (_what, checkout, name) => {
      vi.stubEnv('NEXT_PHASE', 'phase-production-build')
      const shop = openShop({ checkout })
      vi.unstubAllEnvs()
      await expect(shop.checkout.initiate(shop.order())).rejects.toThrow(name)
    },
  )
})

describe('an address that cannot be one', () => {
  it.each<[Partial<CheckoutOptions>, name: RegExp]>([
    [{ siteUrl: 'shop.example' }, /siteUrl is "shop\.example"/],
    [{ siteUrl: 'https://shop.example?x' }, /siteUrl is/],
    [{ siteUrl: undefined as never }, /siteUrl is undefined/],
    [{ frontendUrl: '/app' }, /frontendUrl is "\/app"/],
    [{ frontendUrl: 'capacitor://localhost' }, /frontendUrl is "capacitor:\/\/localhost"/],
  ])('%j is refused by its name', async (checkout, name) => {
    const shop = openShop({ checkout })
    const refusal = await shop.checkout.initiate(shop.order()).catch((error: unknown) => error)
    expect(isKhaltiError(refusal) && refusal.code).toBe('config')
    expect(String(refusal)).toMatch(name)
    const answer = await shop.ask('initiate', post({ orderId: 'topi' }))
    expect([answer.status, (await answer.json()).code]).toEqual([500, 'internal'])
    expect(String(shop.errors.at(-1))).toMatch(name)
  })
})

describe('an address without https', () => {
  const open = (siteUrl: string, environment: 'sandbox' | 'production') =>
    openShop({ checkout: { siteUrl }, client: { environment } })

  it('A public address without https is refused where real money is taken', async () => {
    const shop = open('http://shop.example', 'production')
    await expect(shop.checkout.initiate(shop.order())).rejects.toThrow(/siteUrl is "http:\/\/shop\.example".*Use https/)
    expect(shop.simulator.payments()).toEqual([])
  })

  it.each([
    ['http://shop.example', 'sandbox'],
    ['https://shop.example', 'production'],
  ] as const)('A payment can be started from %s in %s', async (siteUrl, environment) => {
    const shop = open(siteUrl, environment)
    await expect(shop.checkout.initiate(shop.order())).resolves.toHaveProperty('pidx')
  })
})

const nginx = '/usr/sbin/nginx'

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** nginx in front of a server, with this `location`. */
async function withNginx<Result>(location: string, use: (origin: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'khalti-kit-nginx-'))
  const port = await freePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; worker_processes 1; events {}
http { access_log off; ${temporary} server { listen 127.0.0.1:${port}; ${location} } }`,
  )
  const server = spawn(nginx, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')])
  try {
    const origin = `http://127.0.0.1:${port}`
    await expect
      .poll(() =>
        fetch(`${origin}/up`).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
    return await use(origin)
  } finally {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    if (server.exitCode === null && server.kill('SIGTERM')) await ended
    rmSync(folder, { recursive: true, force: true })
  }
}

describe.skipIf(!existsSync(nginx))(
  `a proxy in front${existsSync(nginx) ? '' : ' (skipped: nginx is not installed)'}`,
  () => {
    it.each([
      ['takes /shop off', (app: string) => `location /shop/ { proxy_pass ${app}/; }`],
      ['leaves /shop on', (app: string) => `location /shop/ { proxy_pass ${app}; }`],
    ])('A payment goes through behind nginx that %s', async (_what, location) => {
      const simulator = createSimulator()
      const app = await serve((request) => checkout.handler(request))
      let checkout = openShop().checkout
      const fulfilled: string[] = []
      const landed = await withNginx(location(app.url), async (origin) => {
        checkout = createCheckout({
          client: new KhaltiClient({ secretKey: 'any', environment: 'sandbox', fetch: simulator.fetch }),
          payments: memoryPayments(),
          siteUrl: `${origin}/shop`,
          readOrder: () => ({ id: 'topi', name: 'Topi', amount: rupees(850) }),
          fulfil: (payment) => void fulfilled.push(payment.orderId),
          landing: ({ outcome }) => `thanks?outcome=${outcome}`,
        })
        const started = await fetch(`${origin}/shop/api/khalti/initiate`, post({ orderId: 'topi' }))
        const { pidx } = (await started.json()) as { pidx: string }
        const back = await fetch(simulator.pay(pidx), { redirect: 'manual' })
        return [started.status, back.status, back.headers.get('location')?.replace(origin, '')]
      })
      await app.close()
      expect([landed, fulfilled]).toEqual([[200, 303, '/shop/thanks?outcome=paid'], ['topi']])
    })
  },
)
