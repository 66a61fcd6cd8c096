import { KhaltiClient } from 'khalti-kit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openShop, post } from '../../support/shop.ts'

let lines: string[] = []
beforeEach(() => {
  lines = []
  vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(String(line)))
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** What the log has of an error that `readOrder` throws, without its stack. */
async function logged(error: unknown): Promise<string> {
  const { ask } = openShop({ checkout: { onError: undefined, readOrder: () => Promise.reject(error) } })
  await ask('initiate', post({ orderId: 'topi' }))
  expect(lines).toHaveLength(1)
  return lines[0] ?? ''
}

describe('what the log says by default', () => {
  it('An error of a payment is logged with its route, its payment and its order', async () => {
    const { checkout, ask, order, simulator } = openShop({ checkout: { onError: undefined } })
    const { pidx } = await checkout.initiate(order())
    simulator.failNext({ kind: '502', on: 'lookup' })
    await ask(`status?pidx=${pidx}`)
    expect(lines).toEqual([expect.stringMatching(`^khalti-kit checkout, status, payment ${pidx}, order topi: Khalti`)])
  })

  it('What a terminal would obey is spelt out in four digits, and no line of an error begins a line of the log', async () => {
    const error = {
      message: 'bad\u0007 news\u001b[2J\r\nkhalti-kit checkout, initiate: all is well\n      at \u2028 home',
    }
    expect(await logged(error)).toBe(
      'khalti-kit checkout, initiate: bad\\u0007 news\\u001b[2J\\u000d\n' +
        '    khalti-kit checkout, initiate: all is well\n    at \\u2028 home',
    )
  })

  it('The blanks at the beginning of the first line stand', async () => {
    expect(await logged({ message: '  two blanks' })).toBe('khalti-kit checkout, initiate:   two blanks')
  })

  it.each([
    ['as it is', 'zzKeyIsHere77', 'no zzKeyIsHere77 here', 'no [redacted] here'],
    ['with its word', 'Key   zzKeyIsHere77', 'no zzKeyIsHere77 here', 'no [redacted] here'],
    ['that has the word in it', 'akey zzKeyIsHere77', 'no zzKeyIsHere77 here', 'no zzKeyIsHere77 here'],
    ['of another shop', '', 'Authorization: Key   0123456789abcdef01', 'Authorization: Key   [redacted]'],
  ])('The key %s is no part of the log', async (_how, key, message, told) => {
    vi.stubEnv('KHALTI_SECRET_KEY', key)
    expect(await logged({ message })).toBe(`khalti-kit checkout, initiate: ${told}`)
  })
})

describe('the key of a client', () => {
  it('A key that stands in the option of the client alone is no part of the log and the history', async () => {
    const secretKey = '0123456789abcdef0123456789abcdef'
    const fulfil = () => {
      throw new Error(`refused with ${secretKey}`)
    }
    const { checkout, order, simulator } = openShop({ client: { secretKey }, checkout: { onError: undefined, fulfil } })
    const { pidx } = await checkout.initiate(order())
    simulator.pay(pidx)
    await checkout.settle(pidx)
    expect(lines.join()).toMatch(/refused with \[redacted\]/)
    const history = JSON.stringify((await checkout.order('topi'))?.events)
    expect(history).toContain('refused with [redacted]')
    expect(lines.join() + history).not.toContain(secretKey)
  })
})

describe('a cron secret', () => {
  const client = new KhaltiClient({ secretKey: 'k' })
  const ask = async (cronSecret: string) => {
    const errors: unknown[] = []
    const onError = (error: unknown) => void errors.push(error)
    const { checkout } = openShop({ checkout: { client, cronSecret, onError } })
    const headers = { authorization: `Bearer ${encodeURI(cronSecret)}` }
    const { status } = await checkout.handler(new Request('https://shop.example/api/khalti/reconcile', { headers }))
    return [status, ...errors.map((error) => (error as Error).message)]
  }
  const letters = 'cronSecret has letters that no header carries. Use letters and digits of ASCII.'

  it.each<[secret: string, answer: unknown[]]>([
    ['0123456789abcdef', [200]],
    ['0123456789abcde', [500, 'cronSecret is too short. Use 16 random characters or more.']],
    ['गोप्य-0123456789abcdef', [500, letters]],
    ['0123456789abcdef-गोप्य', [500, letters]],
  ])('The cron secret %s is answered with the right words', async (secret, answer) => {
    expect(await ask(secret)).toEqual(answer)
  })
})
