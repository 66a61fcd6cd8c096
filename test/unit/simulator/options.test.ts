import { describe, expect, test } from 'vitest'
import { createSimulator } from '../../../src/testing.ts'
import { goodRequest, lookup, post, refund, start } from '../../support/gateway.ts'

/** A small generator of numbers, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

describe('random', () => {
  const play = async (seed: number) => {
    const simulator = createSimulator({ random: seeded(seed), now: () => new Date(0) })
    const [one, two] = [await start(simulator), await start(simulator)]
    simulator.failNext('wrong-pidx')
    const { body } = await lookup(simulator, one.pidx)
    return [simulator.pay(one.pidx), simulator.pay(two.pidx, { instrument: 'bank' }), body, simulator.payments()]
  }

  test('makes two runs with one seed the same, ids included, and those of two seeds not', async () => {
    expect(await play(1)).toEqual(await play(1))
    expect(await play(1)).not.toEqual(await play(2))
  })

  test('never makes one pidx for two payments, whatever random gives', async () => {
    const numbers = [...Array<number>(22).fill(0), ...Array<number>(22).fill(0), ...Array<number>(22).fill(0.5)]
    const simulator = createSimulator({ random: () => numbers.shift() ?? 0.9 })
    const [one, two] = [await start(simulator), await start(simulator)]
    expect([one.pidx, two.pidx]).toEqual(['2'.repeat(22), expect.not.stringMatching(/^2+$/)])
  })

  test('says that random repeats itself for ever', async () => {
    const simulator = createSimulator({ random: () => 0 })
    await start(simulator)
    await expect(start(simulator)).rejects.toThrow(/random gives the same numbers again and again/)
  })
})

describe('keep', () => {
  test('forgets the oldest payments, and their transactions, where there are more', async () => {
    const simulator = createSimulator({ keep: 2 })
    const { pidx } = await start(simulator)
    simulator.pay(pidx)
    const id = simulator.payments()[0]?.transaction_id ?? ''
    for (let count = 0; count < 2; count += 1) await start(simulator)
    expect(simulator.payments()).toHaveLength(2)
    expect(await lookup(simulator, pidx)).toMatchObject({ status: 404 })
    expect(await refund(simulator, id)).toMatchObject({ status: 404 })
    expect(() => simulator.pay(pidx)).toThrow(/no payment/)
  })

  test('keeps one payment where asked, and forgets a payment that nobody paid', async () => {
    const simulator = createSimulator({ keep: 1 })
    const { pidx } = await start(simulator)
    const second = await start(simulator)
    expect(await lookup(simulator, pidx)).toMatchObject({ status: 404 })
    expect(simulator.payments()).toMatchObject([{ pidx: second.pidx }])
  })

  test.each([0, -1, Number.NaN])('refuses to keep %d payments', (keep) => {
    expect(() => createSimulator({ keep })).toThrow(/Give a number of payments, from 1/)
  })
})

describe('numbers', () => {
  const notFinite = [Number.NaN, Number.POSITIVE_INFINITY]
  test.each([
    ['expiresIn', [-1, ...notFinite], 'Give the seconds that a link lives, from 0.'],
    ['banksPerPage', [0, -1, 1.5, ...notFinite], 'Give a whole number of banks, from 1.'],
    ['completionDelayMs', [-1, ...notFinite], 'Give milliseconds, from 0.'],
    ['fee', [-1, ...notFinite], 'Give paisa, from 0, or a function that gives them.'],
  ] as const)('refuses %s that is one of %j, and says what to give', (name, refused, sentence) => {
    for (const value of refused) {
      expect(() => createSimulator({ [name]: value })).toThrow(new TypeError(`${name} is ${value}. ${sentence}`))
    }
  })

  test('takes no fee and no delay for numbers', () => {
    expect(() => createSimulator({ fee: 0, completionDelayMs: 0, expiresIn: 0, banksPerPage: 1 })).not.toThrow()
  })

  test.each([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])(
    'makes a link with a ttl of %d seconds, as far as dates go',
    async (ttl) => {
      const simulator = createSimulator({ honourTtl: true })
      const { status, body } = await post(simulator, '/api/v2/epayment/initiate/', { ...goodRequest, ttl })
      expect(status).toBe(200)
      expect(body.expires_at).toMatch(/^\d{4}-\d\d-\d\dT.*\+05:45$/)
    },
  )

  test('makes a payment that stays Pending for longer than dates go', async () => {
    const simulator = createSimulator()
    const { pidx } = await start(simulator)
    simulator.pay(pidx, { completionDelayMs: 1e300 })
    expect(await lookup(simulator, pidx)).toMatchObject({ body: { status: 'Pending' } })
  })
})

describe('origin', () => {
  const origin = (request: Request) => new URL(request.url).origin

  test('puts each page where its shop asked, with a function as origin', async () => {
    const simulator = createSimulator({ origin })
    const pages: string[] = []
    for (const host of ['http://localhost:8787', 'http://192.168.1.4:8787']) {
      pages.push((await post(simulator, `${host}/api/v2/epayment/initiate/`, goodRequest)).body.payment_url)
    }
    expect(pages.map((page) => page.split('?')[0])).toEqual(['http://localhost:8787/', 'http://192.168.1.4:8787/'])
    expect(simulator.payments().map(({ payment_url }) => payment_url)).toEqual(pages)
    expect(simulator.origin).toBe('https://test-pay.khalti.com')
  })
})

test('gives a link without ttl the usual life where ttl is honoured', async () => {
  const { body } = await post(createSimulator({ honourTtl: true }), '/api/v2/epayment/initiate/', goodRequest)
  expect(body.expires_in).toBe(1800)
})

describe('canceledHasRefunded', () => {
  test.each([
    ['User canceled', false],
    ['Canceled', false],
    ['Expired', true],
    ['Pending', true],
    ['Completed', true],
  ])('says of a payment that is %s whether it was refunded where it is off: %s', async (status, has) => {
    const simulator = createSimulator({ canceledHasRefunded: false })
    const { pidx } = await start(simulator)
    simulator.answerWith(pidx, status)
    expect('refunded' in (await lookup(simulator, pidx)).body).toBe(has)
  })
})

test.each(['User canceled', 'Canceled', 'Pending'])(
  'says amount 0 of a payment that is %s, where asked',
  async (status) => {
    const simulator = createSimulator({ zeroAmountWhenUnpaid: true })
    const { pidx } = await start(simulator)
    simulator.answerWith(pidx, status)
    expect((await lookup(simulator, pidx)).body).toMatchObject({ status, total_amount: 0 })
  },
)

test('says no fee of an unpaid link that is told to answer Completed', async () => {
  const simulator = createSimulator({ fee: 2400 })
  const { pidx } = await start(simulator)
  simulator.answerWith(pidx, 'Completed')
  expect((await lookup(simulator, pidx)).body).toMatchObject({ status: 'Completed', fee: 0 })
})

test('A name that is no option of a simulator is refused: with { key } every key would be accepted', () => {
  expect(() => createSimulator({ key: 'x' } as never)).toThrow(
    /^`key` is no option of createSimulator\. It knows secretKey, /,
  )
  expect(createSimulator({ secretKey: 'x', key: undefined } as never).payments()).toEqual([])
})

describe('what pay and answerWith refuse', () => {
  test.each([
    [{ transactionID: 'T1' }, /^`transactionID` is no option of pay\. It knows instrument, mobile, transactionId, /],
    [{ transactionId: '' }, /^transactionId is ""\. Give a text that is not empty\.$/],
    [{ mobile: 9800000000 }, /^mobile is 9800000000\. Give a text that is not empty\.$/],
    [{ instrument: 'card' }, /^instrument is "card"\. Give wallet or bank\.$/],
    [{ completionDelayMs: '1s' }, /^completionDelayMs is "1s"\. Give milliseconds, from 0\.$/],
  ])('pay refuses %j, and nothing is paid', async (payOptions, message) => {
    const simulator = createSimulator()
    const { pidx } = await start(simulator)
    expect(() => simulator.pay(pidx, payOptions as never)).toThrow(message)
    expect((await lookup(simulator, pidx)).body.status).toBe('Initiated')
  })

  test('answerWith refuses what is no text: a status that was left out by mistake would be answered as none', async () => {
    const simulator = createSimulator()
    const { pidx } = await start(simulator)
    expect(() => simulator.answerWith(pidx, undefined as never)).toThrow(/^status is undefined\. Give a text\.$/)
    expect((await lookup(simulator, pidx)).body.status).toBe('Initiated')
  })
})
