import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { originReader, ownAddresses, wrongHost } from '../../../src/cli/simulate/hosts.ts'
import { withRequestLines } from '../../../src/cli/simulate/request-line.ts'
import { createSimulator } from '../../../src/testing.ts'
import { inTerminal } from '../../support/cli.ts'
import { goodRequest } from '../../support/gateway.ts'

const at = (address: string) => new Request(address)

describe('the hosts of khalti-kit simulate', () => {
  it.each(['http://127.0.0.1:8787', 'http://localhost:8787', 'http://shop.localhost:8787', 'http://[::1]:8787'])(
    'The hosts of khalti-kit simulate answers for %s, which is this machine, and puts the page there',
    (origin) => {
      expect(originReader('127.0.0.1', [])(at(`${origin}/x`))).toBe(origin)
    },
  )

  it('The hosts of khalti-kit simulate does not answer for a name that nobody allowed, so that no page on the web can pretend to be it', async () => {
    const request = at('http://evil.example:8787/api')
    expect(originReader('127.0.0.1', ['khalti'])(request)).toBeUndefined()
    expect(originReader('0.0.0.0', [])(request)).toBeUndefined()
    const answer = wrongHost(request)
    expect([answer.status, (await answer.json()).detail]).toEqual([
      421,
      expect.stringContaining('--allow-host evil.example'),
    ])
  })

  it('The hosts of khalti-kit simulate answers for the addresses of this machine only where it listens there', () => {
    for (const address of ownAddresses()) {
      expect(originReader('0.0.0.0', [])(at(`http://${address}:8787`))).toBe(`http://${address}:8787`)
      expect(originReader('127.0.0.1', [])(at(`http://${address}:8787`))).toBeUndefined()
    }
    expect(originReader('192.168.7.7', [])(at('http://192.168.7.7:8787'))).toBe('http://192.168.7.7:8787')
  })

  it.each([
    ['khalti', 'http://khalti:8787', 'http://khalti:8787'],
    ['KHALTI', 'http://khalti:8787', 'http://khalti:8787'],
    ['https://pay.test', 'http://pay.test', 'https://pay.test'],
    ['*', 'http://anything.example', 'http://anything.example'],
  ])(
    'The hosts of khalti-kit simulate answers with --allow-host %s for %s, and puts the page at %s',
    (allowed, asked, origin) => {
      expect(originReader('0.0.0.0', [allowed])(at(asked))).toBe(origin)
    },
  )

  it.each(['', 'a b', 'khalti/path', 'https://x.example/path', 'me@khalti'])(
    'The hosts of khalti-kit simulate refuses --allow-host "%s"',
    (allowed) => {
      expect(() => originReader('0.0.0.0', [allowed])).toThrow(/--allow-host is/)
    },
  )
})

describe('the line of a request', () => {
  async function linesOf(...requests: Request[]) {
    const simulator = createSimulator({ secretKey: 'right' })
    const lines: string[] = []
    const handler = withRequestLines(
      (request) => simulator.fetch(request),
      (line) => lines.push(line),
      false,
    )
    for (const request of requests) await handler(request).catch(() => undefined)
    return {
      simulator,
      handler,
      lines: lines.map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, '').replace(/\d+ ms/, 'n ms')),
    }
  }
  const asked = (path: string, body: unknown, key = 'right') =>
    new Request(`http://x${path}`, {
      method: 'POST',
      headers: { authorization: `Key ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  it('The line of a request says how the request went in the words of the answer, and never the key', async () => {
    const initiate = '/api/v2/epayment/initiate/'
    const { lines, simulator } = await linesOf(
      asked(initiate, goodRequest),
      asked(initiate, { ...goodRequest, amount: 1 }),
      asked(initiate, goodRequest, 'wrong-and-secret'),
      new Request('http://x/payments'),
    )
    expect(lines).toEqual([
      `200  POST ${initiate}  n ms  ${simulator.payments()[0]?.pidx}`,
      `400  POST ${initiate}  n ms  amount: Amount should be greater than Rs. 10, that is 1000 paisa.`,
      `401  POST ${initiate}  n ms  Invalid token.`,
      '200  GET /payments  n ms',
    ])
  })

  it('The line of a request says the state of the payment that was looked up, and where a form leads', async () => {
    const { simulator, handler } = await linesOf(asked('/api/v2/epayment/initiate/', goodRequest))
    const [payment] = simulator.payments()
    const lines: string[] = []
    const watched = withRequestLines(handler, (line) => lines.push(line), false)
    await watched(
      new Request(payment?.payment_url ?? '', { method: 'POST', body: new URLSearchParams({ intent: 'cancel' }) }),
    )
    const lookup = await watched(asked('/api/v2/epayment/lookup/', { pidx: payment?.pidx }))
    expect(await lookup.json()).toMatchObject({ status: 'User canceled' })
    expect(lines).toEqual([
      expect.stringMatching(/ {2}303 {2}POST \/\?pidx=\w+ {2}\d+ ms {2}→ https:\/\/shop\.example\/return$/),
      expect.stringMatching(/ {2}400 {2}POST \/api\/v2\/epayment\/lookup\/ {2}\d+ ms {2}User canceled$/),
    ])
  })

  it('The line of a request says that a connection was broken, and passes the error on', async () => {
    const simulator = createSimulator()
    simulator.failNext('reset-after')
    simulator.failNext('truncated-json')
    const lines: string[] = []
    const handler = withRequestLines(
      (request) => simulator.fetch(request),
      (line) => lines.push(line),
      false,
    )
    await expect(handler(new Request('http://x/api/v5/bank/'))).rejects.toThrow('fetch failed')
    await handler(new Request('http://x/api/v5/bank/'))
    expect(lines).toEqual([
      expect.stringMatching(/ {2}--- {2}GET \/api\/v5\/bank\/ {2}\d+ ms {2}no answer: the connection was broken$/),
      expect.stringMatching(/an answer that is cut off$/),
    ])
  })

  it('The line of a request is not written for a page that keeps itself up to date', async () => {
    const { lines } = await linesOf(new Request('http://x/payments', { headers: { 'x-live-update': '1' } }))
    expect(lines).toEqual([])
  })

  it('The line of a request has colours only where the terminal has them, and lets no control character through', async () => {
    const paint = async (colors: boolean) => {
      const lines: string[] = []
      const handler = async () => Response.json({ status: 'a\u001b[31mb\u0007\n' })
      await withRequestLines(handler, (line) => lines.push(line), colors)(new Request('http://x/'))
      return lines[0] ?? ''
    }
    expect(await paint(true)).toContain('\u001b[32m200\u001b[0m')
    expect((await paint(true)).split('\u001b')).toHaveLength(3)
    expect(await paint(true)).not.toContain('\u0007')
    expect(await paint(false)).not.toMatch(/\p{Cc}/u)
  })
})

describe('khalti-kit simulate', () => {
  it('Khalti-kit simulate says what to do where it cannot listen', async () => {
    // An address of the block that is kept for documentation: nobody's machine has it.
    expect(await inTerminal(['simulate', '--port', '0', '--host', '192.0.2.1'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^192\.0\.2\.1 is no address of this machine \(EADDRNOTAVAIL\)\. Say --host/),
    })
  })

  it('Khalti-kit simulate listens on every address, gives links under the name it was asked by, and tells each request', async () => {
    const args = [
      '--import',
      'tsx',
      'src/cli/main.ts',
      'simulate',
      '--port',
      '0',
      '--host',
      '0.0.0.0',
      '--allow-host',
      'khalti',
    ]
    const child = spawn(process.execPath, args)
    let told = ''
    child.stdout.on('data', (data) => {
      told += data
    })
    try {
      while (!/Requests, as they come/.test(told)) await once(child.stdout, 'data')
      const url = /Khalti, simulated: (http:\/\/127\.0\.0\.1:\d+) /.exec(told)?.[1] ?? ''
      expect(told).not.toContain('http://0.0.0.0')
      expect(told).toContain('everyone on the network can use it')
      const answer = await fetch(`${url}/api/v2/epayment/initiate/`, {
        method: 'POST',
        headers: { authorization: 'Key anything', 'content-type': 'application/json' },
        body: JSON.stringify(goodRequest),
      })
      const { pidx, payment_url } = await answer.json()
      expect(payment_url).toBe(`${url}/?pidx=${pidx}`)
      while (!told.includes(pidx)) await once(child.stdout, 'data')
      expect(told).toMatch(/\d\d:\d\d:\d\d {2}200 {2}POST \/api\/v2\/epayment\/initiate\/ {2}\d+ ms {2}\w{22}\n/)
    } finally {
      child.kill('SIGINT')
    }
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('Khalti-kit simulate goes on where the reader of its lines is gone, and remembers its payments', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'simulate', '--port', '0'])
    let [told, complaint] = ['', '']
    child.stdout.on('data', (data) => {
      told += data
    })
    child.stderr.on('data', (data) => {
      complaint += data
    })
    try {
      while (!/Requests, as they come/.test(told)) await once(child.stdout, 'data')
      child.stdout.destroy()
      await once(child.stdout, 'close')
      const url = /Khalti, simulated: (\S+)/.exec(told)?.[1] ?? ''
      const ask = async (path: string, body: unknown) => {
        const headers = { authorization: 'Key anything', 'content-type': 'application/json' }
        const answer = await fetch(`${url}/api/v2/epayment/${path}/`, {
          method: 'POST',
          headers,
          body: JSON.stringify(body),
        })
        return answer.json()
      }
      const { pidx } = await ask('initiate', goodRequest)
      for (const _ of [1, 2, 3]) expect(await ask('lookup', { pidx })).toMatchObject({ pidx, status: 'Initiated' })
    } finally {
      child.kill('SIGINT')
    }
    expect([await once(child, 'exit'), complaint]).toEqual([[0, null], ''])
  })
})
