import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { serve } from '../../../src/node/serve.ts'
import { openAdmin, token } from '../../support/admin.ts'
import { inTerminal, khaltiKit } from '../../support/cli.ts'

const env = { KHALTI_ADMIN_TOKEN: token, SITE_URL: 'https://shop.example' }

/** A terminal whose requests come to this shop. */
const over = (shop: ReturnType<typeof openAdmin>) => ({
  env,
  fetch: ((url, init) => shop.checkout.handler(new Request(url as string, init))) as typeof fetch,
})
const answering = (response: () => Response) => ({ env, fetch: async () => response() })

describe('khalti-kit orders', () => {
  it("prints the shop's CSV as it is, or only the orders that want a person", async () => {
    const shop = openAdmin()
    await shop.sell()
    const { pidx } = await shop.checkout.initiate(shop.order({ id: 'odd' }))
    shop.simulator.answerWith(pidx, 'Ambiguous')
    await shop.checkout.settle(pidx)
    const all = await inTerminal(['orders'], over(shop))
    expect([all.code, all.stderr]).toEqual([0, ''])
    expect(all.stdout).toMatch(/^\uFEFForder,name,pidx,[\s\S]*\r\n$/)
    expect(all.stdout.split('\r\n')).toHaveLength(4)
    const few = await inTerminal(['orders', '--attention'], over(shop))
    expect(few.stdout.split('\r\n')).toHaveLength(3)
    expect(few.stdout).toContain('odd,Dhaka topi')
  })

  it('writes the file that --out names, and nothing beside it', async () => {
    const shop = openAdmin()
    await shop.sell()
    const cwd = mkdtempSync(join(tmpdir(), 'khalti-kit-'))
    const { code, stdout } = await inTerminal(['orders', '--out', 'orders.csv'], { ...over(shop), cwd })
    expect([code, stdout]).toEqual([0, 'Wrote orders.csv.\n'])
    expect(readFileSync(join(cwd, 'orders.csv'), 'utf8')).toContain('topi,Dhaka topi')
    expect(readdirSync(cwd)).toEqual(['orders.csv'])
  })

  it('writes to standard output where --out is a dash', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'khalti-kit-'))
    const { code, stdout } = await inTerminal(['orders', '--out', '-'], { ...over(openAdmin()), cwd })
    expect([code, stdout, readdirSync(cwd)]).toEqual([0, expect.stringMatching(/^\ufeff?order/i), []])
  })

  it.skipIf(process.platform === 'win32')('leaves a pipe that --out names what it is, and writes into it', async () => {
    const shop = openAdmin()
    await shop.sell()
    const cwd = mkdtempSync(join(tmpdir(), 'khalti-kit-'))
    execFileSync('mkfifo', [join(cwd, 'pipe')])
    const reader = spawn('cat', [join(cwd, 'pipe')])
    let read = ''
    reader.stdout.on('data', (data) => {
      read += data
    })
    try {
      const { code, stdout } = await inTerminal(['orders', '--out', 'pipe'], { ...over(shop), cwd })
      expect([lstatSync(join(cwd, 'pipe')).isFIFO(), readdirSync(cwd)]).toEqual([true, ['pipe']])
      await once(reader, 'close')
      expect([code, stdout, read]).toEqual([0, '', expect.stringContaining('topi,Dhaka topi')])
    } finally {
      reader.kill()
    }
  })

  it.skipIf(process.platform === 'win32')(
    'writes the file to which a link leads that --out names, and leaves the link',
    async () => {
      const cwd = mkdtempSync(join(tmpdir(), 'khalti-kit-'))
      mkdirSync(join(cwd, 'share'))
      writeFileSync(join(cwd, 'share/orders.csv'), 'old')
      symlinkSync('share/orders.csv', join(cwd, 'orders.csv'))
      expect(await inTerminal(['orders', '--out', 'orders.csv'], { ...over(openAdmin()), cwd })).toHaveProperty(
        'code',
        0,
      )
      expect(lstatSync(join(cwd, 'orders.csv')).isSymbolicLink()).toBe(true)
      expect(readFileSync(join(cwd, 'share/orders.csv'), 'utf8')).toContain('order,name')
      expect(readdirSync(join(cwd, 'share'))).toEqual(['orders.csv'])
    },
  )

  it('says that a folder which --out names cannot be written, and leaves nothing beside it', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'khalti-kit-'))
    mkdirSync(join(cwd, 'folder'))
    const { code, stderr } = await inTerminal(['orders', '--out', 'folder'], { ...over(openAdmin()), cwd })
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^\S+folder cannot be written \(\w+\)\.\n$/)])
    expect(readdirSync(cwd)).toEqual(['folder'])
  })

  it('leaves no unfinished file at Ctrl+C', async () => {
    const csv = 'order,name\n'
    const shop = await serve(async () => {
      const body = new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode(csv)) })
      return new Response(body, { headers: { 'content-type': 'text/csv' } })
    })
    const cwd = mkdtempSync(join(tmpdir(), 'khalti-kit-'))
    const args = ['--import', 'tsx', 'src/cli/main.ts', 'orders', '--out', join(cwd, 'orders.csv')]
    const child = spawn(process.execPath, args, { env: { ...process.env, ...env, SITE_URL: shop.url } })
    await vi.waitUntil(() => readdirSync(cwd).length > 0, { timeout: 60_000 })
    child.kill('SIGINT')
    expect(await once(child, 'close')).toEqual([1, null])
    expect(readdirSync(cwd)).toEqual([])
    await shop.close()
  })

  it('gives one line of JSON with --json', async () => {
    const shop = openAdmin()
    const { code, stdout } = await inTerminal(['orders', '--json', '--base-path', '/api/khalti/'], over(shop))
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        url: 'https://shop.example/api/khalti/admin/orders.csv',
        csv: expect.stringMatching(/^\uFEFForder,name/),
      },
    ])
  })

  it.each([
    [
      'a token that the shop does not know',
      'wrong token of the terminal',
      /answers 401\. Does the shop's authorize know/,
    ],
    ['no token', undefined, /There is no token\. Set KHALTI_ADMIN_TOKEN/],
  ])('exits 1 with %s', async (_what, wrong, words) => {
    const place = { ...over(openAdmin()), env: { ...env, KHALTI_ADMIN_TOKEN: wrong } }
    expect(await inTerminal(['orders'], place)).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(words) })
  })

  it.each([
    [
      'has no admin pages',
      () => new Response('', { status: 404 }),
      /answers 404\. Is adminPages given to createCheckout/,
    ],
    [
      'leads to its login',
      () => Response.redirect('https://shop.example/login'),
      /leads to https:\/\/shop\.example\/login/,
    ],
    ['answers with a page', () => new Response('<p>', { headers: { 'content-type': 'text/html' } }), /and no CSV/],
    ['fails', () => new Response('', { status: 500 }), /answers 500\. The shop's log says why/],
    [
      'breaks off',
      () => {
        const parts = [new TextEncoder().encode('order,')]
        const pull = (controller: ReadableStreamDefaultController) => {
          const part = parts.shift()
          if (part) controller.enqueue(part)
          else controller.error(new Error('reset'))
        }
        return new Response(new ReadableStream({ pull }), { headers: { 'content-type': 'text/csv' } })
      },
      /broke off before its end/,
    ],
  ])('exits 1 and leaves no file where the shop %s', async (_what, response, words) => {
    const cwd = mkdtempSync(join(tmpdir(), 'khalti-kit-'))
    const { code, stderr } = await inTerminal(['orders', '--out', 'orders.csv'], { ...answering(response), cwd })
    expect([code, stderr]).toEqual([1, expect.stringMatching(words)])
    expect(readdirSync(cwd)).toEqual([])
  })

  it.each([
    ['http://shop.example', /is not https/],
    ['https://gita:pw@shop.example', /without query or password/],
    ['shop.example', /one such as https:/],
    ['ftp://shop.example', /one such as https:/],
  ])('sends the token nowhere where the shop is said to be at %s', async (site, words) => {
    let asked = 0
    const count = async () => {
      asked += 1
      return new Response()
    }
    const { code, stderr } = await inTerminal(['orders', '--site', site], { env, fetch: count })
    expect([code, stderr, asked]).toEqual([2, expect.stringMatching(words), 0])
  })

  it.each(['sekret-token\nx', 'sekret\u0000token', 'sekret-टोकन'])(
    'sends no token that no header carries, such as %j, and shows it to nobody',
    async (wrong) => {
      let asked = 0
      const count = async () => {
        asked += 1
        return new Response()
      }
      for (const json of [[], ['--json']]) {
        const place = { env: { ...env, KHALTI_ADMIN_TOKEN: wrong }, fetch: count }
        const { code, stdout, stderr } = await inTerminal(['orders', ...json], place)
        expect([code, asked, stdout + stderr]).toEqual([
          1,
          0,
          expect.stringContaining(
            'KHALTI_ADMIN_TOKEN of the environment holds a line break, another control character or a letter outside ASCII',
          ),
        ])
        expect(stdout + stderr).not.toContain('sekret')
      }
    },
  )

  it('takes no offence at blanks and line breaks around the token', async () => {
    const place = { ...over(openAdmin()), env: { ...env, KHALTI_ADMIN_TOKEN: ` ${token}\r\n` } }
    expect(await inTerminal(['orders'], place)).toMatchObject({ code: 0, stderr: '' })
  })

  it('writes what drives a terminal as JSON does, in the list and in where the shop leads', async () => {
    const type = { 'content-type': 'text/csv' }
    const csv = '\uFEFForder,name\r\nA-1,\u001b[2Jtopi\u009b31m\r\n'
    const list = await inTerminal(
      ['orders'],
      answering(() => new Response(csv, { headers: type })),
    )
    expect(list.stdout).toBe('\uFEFForder,name\r\nA-1,\\u001b[2Jtopi\\u009b31m\r\n')
    const headers = { location: 'https://shop.example/\u009b2J' }
    const led = await inTerminal(
      ['orders'],
      answering(() => new Response(null, { status: 303, headers })),
    )
    expect(led.stderr).toContain('https://shop.example/\\u009b2J')
  })

  it('follows no redirect with its token, and asks below the path of the shop', async () => {
    const seen: [string, RequestInit | undefined][] = []
    const note = (async (url, init) => {
      seen.push([String(url), init])
      return new Response('', { status: 404 })
    }) as typeof fetch
    await inTerminal(['orders', '--site', 'http://127.0.0.1:3000/shop/'], { env, fetch: note })
    expect(seen).toEqual([
      [
        'http://127.0.0.1:3000/shop/api/khalti/admin/orders.csv',
        { headers: { authorization: `Bearer ${token}`, accept: 'text/csv' }, redirect: 'manual' },
      ],
    ])
  })

  it('refuses the token on the command line, and says so of a shop that cannot be reached, in a process of its own', async () => {
    expect(await inTerminal(['orders', token], { env })).toMatchObject({
      code: 2,
      stderr: expect.not.stringContaining(token),
    })
    const { code, stderr } = await khaltiKit(['orders'], { env: { ...env, SITE_URL: 'http://127.0.0.1:9' } })
    expect([code, stderr]).toEqual([1, expect.stringContaining('http://127.0.0.1:9 cannot be reached')])
  })

  it('ends quietly where the reader of a long list is gone', async () => {
    const row = `A-1,${'x'.repeat(1000)}\r\n`
    const shop = await serve(async () => new Response(row.repeat(2000), { headers: { 'content-type': 'text/csv' } }))
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'orders', '--site', shop.url], {
      env: { ...process.env, KHALTI_ADMIN_TOKEN: token },
    })
    let complaint = ''
    child.stderr.on('data', (data) => {
      complaint += data
    })
    await once(child.stdout, 'data')
    child.stdout.destroy()
    const [code] = await once(child, 'exit')
    await shop.close()
    expect([code, complaint]).toEqual([0, ''])
  })
})
