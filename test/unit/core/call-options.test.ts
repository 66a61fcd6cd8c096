import { KhaltiClient } from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { completedLookup, pidx, paymentRequest as request } from '../../support/payment-request.ts'

const client = new KhaltiClient({
  secretKey: 'sk',
  environment: 'sandbox',
  fetch: async () => Response.json({ ...completedLookup, payment_url: 'https://x.example/', records: [] }),
})
const expected = { pidx, amount: 1000 }

const calls: [title: string, call: (options: never) => Promise<unknown>][] = [
  ['initiate', (options) => client.initiate(request, options)],
  ['lookup', (options) => client.lookup(pidx, options)],
  ['verify', (options) => client.verify(expected, options)],
  ['refund', (options) => client.refund('GFq9', {}, options)],
  ['banks', (options) => client.banks('ebanking', options)],
]

describe('the options of a call', () => {
  it.each<[options: unknown, shown: string]>([
    [null, 'null'],
    [5, '5'],
    ['5', '"5"'],
    [[], 'a list'],
    [() => {}, 'a function'],
  ])('Every call refuses the options %j', async (options, shown) => {
    const fault = `The options are ${shown}. They are an object, such as {}.`
    const wait = client.waitForPayment(expected, options as never)
    await expect(wait).rejects.toMatchObject({ message: `waitForPayment did not begin. ${fault}` })
    for (const [, call] of calls) {
      await expect(call(options as never)).rejects.toMatchObject({
        code: 'input',
        message: `Nothing was sent. ${fault}`,
        fields: { options: [fault] },
      })
    }
  })

  it.each([[undefined], [{}], [Object.create(null)], [{ timeoutMs: undefined, maxRetries: undefined }]])(
    'Every call takes the options %o',
    async (options) => {
      for (const [, call] of calls) expect(await call(options as never)).toBeDefined()
    },
  )

  const durationFault = (name: string, shown: string) =>
    `${name} is ${shown}. It is in milliseconds, above 0 and at most 1000000000.`

  it.each<[options: object, message: string]>([
    [{ timeoutMs: 0 }, durationFault('timeoutMs', '0')],
    [{ timeoutMs: 1_000_000_001 }, durationFault('timeoutMs', '1000000001')],
    [{ timeoutMs: Number.POSITIVE_INFINITY }, durationFault('timeoutMs', 'Infinity')],
    [{ timeoutMs: '5' }, durationFault('timeoutMs', '"5"')],
    [{ maxRetries: -1 }, 'maxRetries is -1. It is a whole number, 0 or more.'],
    [{ maxRetries: '2' }, 'maxRetries is "2". It is a whole number, 0 or more.'],
    [{ signal: new EventTarget().dispatchEvent }, 'signal is no AbortSignal.'],
    [{ signal: 'stop' }, 'signal is no AbortSignal.'],
  ])('A call with the options %j says: %s', async (options, message) => {
    await expect(client.lookup(pidx, options)).rejects.toMatchObject({ code: 'config', message })
  })

  it.each<[options: object, message: string]>([
    [{ deadlineMs: -5 }, durationFault('deadlineMs', '-5')],
    [{ intervalMs: 1_000_000_001 }, durationFault('intervalMs', '1000000001')],
  ])('waitForPayment with the options %j says: %s', async (options, message) => {
    await expect(client.waitForPayment(expected, options)).rejects.toMatchObject({ code: 'config', message })
  })

  it.each([[{ timeoutMs: 1_000_000_000 }], [{ maxRetries: 0 }]])(
    'A call takes the options %j, at the edge of what can be',
    async (options) => expect(await client.lookup(pidx, options)).toMatchObject({ status: 'Completed' }),
  )
})
