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
  const labels = async () => {
    const buttons = [...(await get()).matchAll(/name="intent" value="([\w-]+)">([^<]*)<\/button>/g)]
    return Object.fromEntries(buttons.map(([, intent, label]) => [intent, label]))
  }
  const status = async () => (await lookup(simulator, pidx)).body.status
  return { simulator, clock, pidx, get, send, play, offered, labels, status }
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

  test('What else can happen is called by what it does', async () => {
    const { simulator, pidx, play, labels } = await openPage()
    expect(await labels()).toEqual({
      cancel: 'Cancel payment',
      'pay-and-close': 'Pay and close the tab',
      'pay-pending': 'Pay; 20 s Pending first',
      fail: 'Let it fail',
      expire: 'Let the link expire',
      'fail-502': 'Answer 502',
      'fail-lost': 'Lose the answer',
      'fail-slow': 'Answer 12 s late',
    })
    simulator.expire(pidx)
    expect(await labels()).toMatchObject({ 'pay-late': 'Complete it late' })
    await play('pay-late')
    expect(await labels()).toMatchObject({ refund: 'Give all of it back', 'refund-part': 'Give this part back' })
    simulator.answerWith(pidx, 'Pending')
    expect(await labels()).toMatchObject({ complete: 'Complete it now' })
  })

  test('What else can happen has no headline for this payment where nothing can happen to it', async () => {
    const { simulator, pidx, get } = await openPage()
    expect(await get()).toContain('<h2>To this payment</h2>')
    simulator.pay(pidx)
    simulator.refund(pidx)
    const text = await get()
    expect(text).not.toContain('<h2>To this payment</h2>')
    expect(text).toContain('<h2>To the next request of the shop</h2>')
  })

  test('What else can happen gives nothing back of an unpaid link that is told to answer Completed', async () => {
    const { simulator, pidx, offered } = await openPage()
    simulator.answerWith(pidx, 'Completed')
    expect(await offered()).toEqual(['pay-late', ...faults])
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
    const { simulator, pidx, play } = await openPage()
    await play('pay-pending')
    const [payment] = simulator.payments()
    await play('complete')
    expect((await lookup(simulator, pidx)).body).toMatchObject({
      status: 'Completed',
      transaction_id: payment?.transaction_id,
    })
    expect(simulator.payments()).toEqual([{ ...payment, status: 'Completed' }])
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
    const { simulator, pidx, send, play, status, get } = await openPage()
    await play('pay-and-close')
    const form = await get()
    expect(form).toContain('<label for="rupees">Give a part back, in rupees</label>')
    expect(form).toContain('type="text" inputmode="decimal" autocomplete="off" value=""')
    expect(form).toContain('Up to Rs\u00a01,300.00')
    expect(form).not.toContain('role="alert"')
    const sent = await send({ intent: 'refund-part', rupees: 'Rs 1,000.50' })
    expect(sent.status).toBe(303)
    expect(sent.headers.get('location')).toBe(`?pidx=${pidx}`)
    expect(await status()).toBe('Partially Refunded')
    const text = await get()
    expect(text).toContain('<dt>Given back</dt><dd>Rs\u00a01,000.50</dd>')
    expect(text).toContain('Up to Rs\u00a0299.50')
    const { text: tooMuch } = await send({ intent: 'refund-part', rupees: '299.51' })
    expect(tooMuch).toContain('id="rupees-error">No more than Rs\u00a0299.50 can go back.')
    expect(tooMuch).toContain('value="299.51"')
    await play('refund')
    expect(await status()).toBe('Refunded')
    expect(simulator.payments()[0]?.refundedAmount).toBe(130_000)
  })

  test.each([
    ['', 'Write rupees, such as 100 or 99.50.'],
    ['0', 'Write rupees, such as 100 or 99.50.'],
    ['1.005', 'Write rupees, such as 100 or 99.50.'],
    ['-1', 'Write rupees, such as 100 or 99.50.'],
    ['1300.01', 'No more than Rs\u00a01,300.00 can go back.'],
  ])('What else can happen gives back nothing for "%s" rupees, and says why', async (rupees, message) => {
    const { simulator, send, play } = await openPage()
    await play('pay-and-close')
    const answer = await send({ intent: 'refund-part', rupees })
    expect(answer.status).toBe(422)
    expect(answer.text).toContain('<details class="more" open>')
    expect(answer.text).toContain(`id="rupees-error">${message}`)
    expect(simulator.payments()[0]?.refundedAmount).toBe(0)
  })

  test('What else can happen asks for rupees where a form has none', async () => {
    const { send, play } = await openPage()
    await play('pay-and-close')
    const { status, text } = await send({ intent: 'refund-part' })
    expect(status).toBe(422)
    expect(text).toContain('autocomplete="off" value=""')
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
    const text = await get()
    expect(text).toContain('role="status">Next: HTTP 502, then its answer is lost.</p>')
    expect(text).toContain('<details class="more" open>')
    expect((await lookup(simulator, pidx)).status).toBe(502)
    await expect(lookup(simulator, pidx)).rejects.toThrow('fetch failed')
    expect(await status()).toBe('Initiated')
    expect(await get()).not.toContain('Next:')
  })

  test('What else can happen answers late, and the shop can give up before', async () => {
    const { simulator, play, get } = await openPage()
    await play('fail-slow')
    expect(await get()).toContain('role="status">Next: 12 s late.</p>')
    const controller = new AbortController()
    const late = simulator.fetch('https://dev.khalti.com/api/v5/bank/', { signal: controller.signal })
    controller.abort()
    await expect(late).rejects.toMatchObject({ name: 'AbortError' })
    expect(await get()).not.toContain('Next:')
  })
})
