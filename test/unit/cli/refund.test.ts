import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createSimulator } from 'khalti-kit/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RunningServer, serve } from '../../../src/node/serve.ts'
import { inTerminal, key, khaltiKit } from '../../support/cli.ts'
import { start } from '../../support/gateway.ts'

const simulator = createSimulator()
let server: RunningServer
beforeAll(async () => {
  server = await serve(simulator.fetch)
})
afterAll(() => server.close())

let pidx: string
let transactionId: string
const payment = () => simulator.payments().find((it) => it.pidx === pidx)
beforeEach(async () => {
  pidx = (await start(simulator)).pidx
  transactionId = new URL(simulator.pay(pidx)).searchParams.get('transaction_id') ?? ''
})

const env = () => ({ KHALTI_SECRET_KEY: key, KHALTI_BASE_URL: server.url })
const here = (ask?: (question: string) => Promise<string>) => ({ fetch: simulator.fetch, ask })

describe('khalti-kit refund', () => {
  it('sends nothing and exits 2 where nobody can be asked', async () => {
    const piped = khaltiKit(['refund', transactionId], { env: env() })
    for (const called of [piped, inTerminal(['refund', transactionId, '--json'], { env: env() })]) {
      const { code, stdout, stderr } = await called
      expect([code, stdout + stderr]).toEqual([2, expect.stringContaining('Nothing was sent: there is nobody to ask')])
    }
    expect(payment()?.refundedAmount).toBe(0)
  })

  it('refunds a part with --yes, and shows what, to whom and where', async () => {
    const args = ['refund', transactionId, '--amount', '5', '--mobile', '9812345678', '--yes']
    expect(await inTerminal(args, { env: env() })).toEqual({
      code: 0,
      stderr: '',
      stdout: `Refund

  transaction  ${transactionId}
  amount       Rs 5.00
  to           the Khalti account 98XXXXX678
  at           sandbox, ${server.url}, not one of Khalti's own (no real money)

A shop that runs a checkout refunds on its admin page
(<your site>/api/khalti/admin) or with checkout.refund(pidx): that is kept with
the order and never sent twice. This command knows no order.

Khalti says: Transaction refund successful.
Khalti confirms neither amount nor id: khalti-kit lookup <pidx> shows the new state.
`,
    })
    expect(payment()).toMatchObject({ refundedAmount: 500, status: 'Partially Refunded' })
  })

  it('refunds at a simulator in a container where --allow-insecure-base-url says so', async () => {
    const place = { env: { ...env(), KHALTI_BASE_URL: 'http://simulator:4000' }, fetch: simulator.fetch }
    expect((await inTerminal(['refund', transactionId, '--yes'], place)).code).toBe(1)
    expect(payment()?.refundedAmount).toBe(0)
    const { code } = await inTerminal(['refund', transactionId, '--yes', '--allow-insecure-base-url'], place)
    expect([code, payment()?.status]).toEqual([0, 'Refunded'])
  })

  it('refunds all of it where no amount is given, and gives JSON', async () => {
    const { code, stdout } = await inTerminal(['refund', transactionId, '--yes', '--json'], { env: env() })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      environment: 'sandbox',
      origin: server.url,
      transaction_id: transactionId,
      amount: null,
      refund: { detail: 'Transaction refund successful.' },
    })
    expect(payment()?.status).toBe('Refunded')
  })

  it.each(['y', 'Y', 'yes', ' YES '])('asks in a terminal, and goes on for %j', async (answer) => {
    let asked = ''
    const result = await inTerminal(
      ['refund', transactionId],
      here(async (question) => {
        asked = question
        expect(payment()?.refundedAmount).toBe(0)
        return answer
      }),
    )
    expect(asked).toMatch(
      /amount {7}all of it[\s\S]*at {11}sandbox, https:\/\/dev.khalti.com \(no real money\)\n\nA shop that runs a checkout refunds on its admin page[\s\S]*never sent twice[\s\S]*\n\nSend it\? \[y\/N\] $/,
    )
    expect(result).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Khalti says: Transaction refund/) })
    expect(payment()?.status).toBe('Refunded')
  })

  it.each(['', 'n', 'no', 'yikes', 'ja'])('sends nothing and exits 1 for %j', async (answer) => {
    const result = await inTerminal(
      ['refund', transactionId],
      here(async () => answer),
    )
    expect(result).toEqual({ code: 1, stdout: '', stderr: 'Nothing was sent.\n' })
    expect(payment()?.refundedAmount).toBe(0)
  })

  it('says loudly that production is real money', async () => {
    let asked = ''
    const ask = async (question: string) => {
      asked = question
      return 'n'
    }
    const production = { KHALTI_SECRET_KEY: key, KHALTI_ENVIRONMENT: 'production' }
    await inTerminal(['refund', transactionId], { env: production, ask, colors: true })
    expect(asked).toContain('production, https://khalti.com (\u001b[31mreal money\u001b[0m)')
  })

  it('asks nothing where it could not be sent', async () => {
    const ask = async () => {
      throw new Error('asked')
    }
    for (const [args, environment, code] of [
      [['refund', 'no id!'], {}, 2],
      [['refund', transactionId], {}, 1],
      [['refund', transactionId], { KHALTI_SECRET_KEY: key, KHALTI_ENVIRONMENT: 'moon' }, 1],
    ] as const) {
      const result = await inTerminal([...args], { env: environment, ask })
      expect(result).toMatchObject({ code, stderr: expect.not.stringContaining('asked') })
    }
  })

  it.each(['reset-after', 'truncated-json', { kind: '500', processed: true }] as const)(
    'warns after %j that the money may have gone back all the same',
    async (fault) => {
      simulator.failNext(fault)
      const { code, stderr } = await inTerminal(['refund', transactionId, '--yes'], here())
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining('The money may have gone back all the same. Look first'),
      ])
      expect(payment()?.status).toBe('Refunded')
    },
  )

  it('warns at Ctrl+C that the money may have gone back where the refund was on its way', async () => {
    const heard = new EventEmitter()
    const silent = await serve(() => {
      heard.emit('refund')
      return new Promise(() => {})
    })
    const args = ['--import', 'tsx', 'src/cli/main.ts', 'refund', transactionId, '--yes']
    const child = spawn(process.execPath, args, { env: { ...process.env, ...env(), KHALTI_BASE_URL: silent.url } })
    let complaint = ''
    child.stderr.on('data', (data) => {
      complaint += data
    })
    await once(heard, 'refund')
    child.kill('SIGINT')
    expect(await once(child, 'close')).toEqual([1, null])
    await silent.close()
    expect(complaint).toContain('The money may have gone back all the same. Look first')
  })

  it('tells scripts in JSON that the money may have gone back', async () => {
    simulator.failNext('reset-after')
    const { code, stdout } = await inTerminal(['refund', transactionId, '--yes', '--json'], here())
    expect([code, JSON.parse(stdout).error]).toMatchObject([1, { code: 'connection', mayHaveBeenProcessed: true }])
  })

  it('sends a refund once, whatever comes back', async () => {
    let sent = 0
    const fetch = async () => {
      sent += 1
      return new Response('', { status: 503 })
    }
    expect((await inTerminal(['refund', transactionId, '--yes'], { fetch })).code).toBe(1)
    expect(sent).toBe(1)
  })

  it('writes what drives a terminal as JSON does, so that no answer forges a line', async () => {
    const detail = 'Done\u001b[2J\nKhalti says: Refunded Rs 9999'
    const answering = (status: number) => ({ fetch: async () => Response.json({ detail }, { status }) })
    const shown = 'Done\\u001b[2J\\u000aKhalti says'
    const done = await inTerminal(['refund', transactionId, '--yes'], answering(200))
    expect(done.stdout).toContain(`Khalti says: ${shown}`)
    const odd = await inTerminal(['refund', transactionId, '--yes'], {
      fetch: async () => Response.json({ odd: 'a\u009b2J' }),
    })
    expect(odd.stdout).not.toContain('\u009b')
    for (const status of [400, 404, 500]) {
      const { stderr } = await inTerminal(['refund', transactionId, '--yes'], answering(status))
      expect(stderr).toContain(shown)
    }
  })

  it('says once which id it takes where the pidx is given', async () => {
    const { code, stderr } = await inTerminal(['refund', pidx, '--yes'], here())
    const hint = `A refund takes the transaction_id. It is the lookup's, not the pidx: is ${pidx} one?\n`
    expect([code, stderr]).toEqual([1, expect.stringContaining(hint)])
    expect(stderr.match(/transaction_id/g)).toHaveLength(1)
  })
})
