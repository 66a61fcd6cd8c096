import { describe, expect, test } from 'vitest'
import { createSimulator } from '../../../src/testing.ts'
import { lookup, read, start } from '../../support/gateway.ts'

async function openPage(amount = 130_000) {
  const clock = { now: Date.parse('2025-01-01T00:00:00Z') }
  const simulator = createSimulator({ now: () => new Date(clock.now) })
  const { pidx, payment_url } = await start(simulator, { amount })
  const get = async () => (await read(simulator, payment_url)).text
  const send = (fields: Record<string, string>) =>
    read(simulator, payment_url, { method: 'POST', body: new URLSearchParams(fields) })
  const play = async (intent: string) => (await send({ intent })).headers.get('location')
  const offered = async () => [...(await get()).matchAll(/name="intent" value="([\w-]+)"/g)].map(([, intent]) => intent)
  const status = async () => (await lookup(simulator, pidx)).body.status
  return { simulator, clock, pidx, get, send, play, offered, status }
}

const faults = ['fail-502', 'fail-lost', 'fail-slow']

describe('what else can happen', () => {
  test('What else can happen is folded away on the payment page, below the way of the customer', async () => {
    const text = await (await openPage()).get()
    expect(text).toContain('<details class="more"><summary>What else can happen</summary>')
    expect(text.indexOf('Cancel payment')).toBeLessThan(text.indexOf('<details'))
  })

  test('What else can happen is offered as it fits the state of the payment', async () => {
    const { simulator, pidx, offered } = await openPage()
    expect(await offered()).toEqual(['cancel', 'pay-and-close', 'pay-pending', 'fail', 'expire', ...faults])
    simulator.answerWith(pidx, 'Pending')
    expect(await offered()).toEqual(['pay-late', ...faults])
    simulator.expire(pidx)
    expect(await offered()).toEqual(['pay-late', ...faults])
    simulator.pay(pidx)
    expect(await offered()).toEqual(['refund', 'refund-part', ...faults])
    simulator.refund(pidx, 100)
    expect(await offered()).toEqual(['refund', 'refund-part', ...faults])
    simulator.answerWith(pidx, 'Under review')
    expect(await offered()).toEqual(['complete', ...faults])
    simulator.answerWith(pidx, 'Completed')
    simulator.refund(pidx)
    expect(await offered()).toEqual(faults)
  })

  test('What else can happen pays while the tab is closed: the page stays where it is, and the shop hears nothing', async () => {
    const { pidx, play, status, get } = await openPage()
    expect(await play('pay-and-close')).toBe(`?pidx=${pidx}`)
    expect(await status()).toBe('Completed')
    expect(await get()).toContain('<h1>Already paid</h1>')
  })

  test('What else can happen pays with Pending for 20 seconds first', async () => {
    const { clock, play, status, get } = await openPage()
    expect(await play('pay-pending')).toMatch(/^https:\/\/shop\.example\/return\?pidx=/)
    expect(await status()).toBe('Pending')
    expect(await get()).toContain('<h1>Payment pending</h1>')
    clock.now += 20_000
    expect(await status()).toBe('Completed')
  })

  test('What else can happen completes a pending payment at once', async () => {
    const { play, status } = await openPage()
    await play('pay-pending')
    await play('complete')
    expect(await status()).toBe('Completed')
  })

  test('What else can happen fails the payment, and sends the customer back with that word', async () => {
    const { play, status } = await openPage()
    expect(await play('fail')).toMatch(/^https:\/\/shop\.example\/return\?pidx=.*&status=Failed&/)
    expect(await status()).toBe('Failed')
  })

  test('What else can happen lets the link expire, and the payment complete late all the same', async () => {
    const { play, status } = await openPage()
    await play('expire')
    expect(await status()).toBe('Expired')
    await play('pay-late')
    expect(await status()).toBe('Completed')
  })

  test('What else can happen gives back a part in rupees, then the rest', async () => {
    const { simulator, send, play, status, get } = await openPage()
    await play('pay-and-close')
    expect((await send({ intent: 'refund-part', rupees: 'Rs 1,000.50' })).status).toBe(303)
    expect(await status()).toBe('Partially Refunded')
    expect(await get()).toContain('<dt>Given back</dt><dd>Rs 1,000.50</dd>')
    await play('refund')
    expect(await status()).toBe('Refunded')
    expect(simulator.payments()[0]?.refundedAmount).toBe(130_000)
  })

  test.each([
    ['', 'Write rupees, such as 100 or 99.50.'],
    ['0', 'Write rupees, such as 100 or 99.50.'],
    ['1.005', 'Write rupees, such as 100 or 99.50.'],
    ['-1', 'Write rupees, such as 100 or 99.50.'],
    ['1300.01', 'No more than Rs 1,300.00 can go back.'],
  ])('What else can happen gives back nothing for "%s" rupees, and says why', async (rupees, message) => {
    const { simulator, send, play } = await openPage()
    await play('pay-and-close')
    const answer = await send({ intent: 'refund-part', rupees })
    expect(answer.status).toBe(422)
    expect(answer.text).toContain('<details class="more" open>')
    expect(answer.text).toContain(`id="rupees-error">${message}`)
    expect(simulator.payments()[0]?.refundedAmount).toBe(0)
  })

  test('What else can happen does nothing that does not fit the state of the payment', async () => {
    const { simulator, play, send } = await openPage()
    for (const intent of ['refund', 'complete', 'pay-late']) expect(await play(intent)).toBeNull()
    expect((await send({ intent: 'refund-part', rupees: '10' })).status).toBe(200)
    expect(simulator.payments()).toMatchObject([{ status: 'Initiated', refundedAmount: 0 }])
    await play('pay-and-close')
    for (const intent of ['expire', 'fail', 'pay-pending', 'cancel']) expect(await play(intent)).toBeNull()
    expect(simulator.payments()).toMatchObject([{ status: 'Completed' }])
  })

  test('What else can happen strikes the next request of the shop, and says so until it has', async () => {
    const { simulator, pidx, play, get, status } = await openPage()
    await play('fail-502')
    await play('fail-lost')
    expect(await get()).toContain('role="status">Next: HTTP 502, then its answer is lost.</p>')
    expect((await lookup(simulator, pidx)).status).toBe(502)
    await expect(lookup(simulator, pidx)).rejects.toThrow('fetch failed')
    expect(await status()).toBe('Initiated')
    expect(await get()).not.toContain('Next:')
  })
})

describe('the list of payments', () => {
  async function listOf() {
    const simulator = createSimulator()
    const orders = ['open', 'paid', 'canceled', 'refunded', 'odd']
    const pidxs = new Map<string, string>()
    for (const name of orders) {
      pidxs.set(name, (await start(simulator, { purchase_order_id: `${name}-1`, purchase_order_name: name })).pidx)
    }
    const pidxOf = (name: string) => pidxs.get(name) ?? ''
    for (const name of ['paid', 'refunded']) simulator.pay(pidxOf(name))
    simulator.cancel(pidxOf('canceled'))
    simulator.refund(pidxOf('refunded'), 100)
    simulator.answerWith(pidxOf('odd'), 'On the moon')
    const list = async (query: string) => {
      const { text } = await read(simulator, `/payments${query}`)
      return { text, names: [...text.matchAll(/<td><a href="[^"]+">(\w+)</g)].map(([, name]) => name) }
    }
    return { simulator, pidxOf, list }
  }

  test.each([
    ['', ['odd', 'refunded', 'canceled', 'paid', 'open']],
    ['?state=open', ['open']],
    ['?state=paid', ['paid']],
    ['?state=unpaid', ['canceled']],
    ['?state=refunded', ['refunded']],
    ['?state=odd', ['odd']],
    ['?state=nonsense', ['odd', 'refunded', 'canceled', 'paid', 'open']],
    ['?q=PAID-1', ['paid']],
    ['?q=-1&state=unpaid', ['canceled']],
    ['?q=nobody', []],
  ])('The list of payments shows with "%s" the payments that are asked for', async (query, names) => {
    const { list } = await listOf()
    expect((await list(query)).names).toEqual(names)
  })

  test('The list of payments finds a payment by its pidx and by its transaction', async () => {
    const { simulator, pidxOf, list } = await listOf()
    const id = simulator.payments().find(({ pidx }) => pidx === pidxOf('paid'))?.transaction_id
    for (const q of [pidxOf('paid'), id]) expect((await list(`?q=${q}`)).names).toEqual(['paid'])
  })

  test('The list of payments counts what each filter would show, and keeps the search in its links', async () => {
    const { text } = await (await listOf()).list('?q=-1')
    expect(text).toContain('<a href="?state=all&amp;q=-1" aria-current="true">All 5</a>')
    expect(text).toContain('<a href="?state=unpaid&amp;q=-1">Not paid 1</a>')
  })

  test('The list of payments shows the newest hundred of many', async () => {
    const simulator = createSimulator()
    for (let count = 0; count < 101; count += 1) await start(simulator, { purchase_order_id: `no-${count}-` })
    const { text } = await read(simulator, '/payments')
    expect(text).toContain('The newest 100 of 101 are shown.')
    expect(text).toContain('no-100-')
    expect(text).not.toContain('no-0-')
  })
})
