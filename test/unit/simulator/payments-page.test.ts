import { describe, expect, test } from 'vitest'
import { createSimulator } from '../../../src/testing.ts'
import { read, start } from '../../support/gateway.ts'

const statuses = [
  'Initiated',
  'Pending',
  'Completed',
  'Expired',
  'User canceled',
  'Canceled',
  'Failed',
  'Partially Refunded',
  'Refunded',
  'Refunded by hand',
  'On the moon',
]

/** The list of payments that say each of these, oldest first. */
async function listOf(said: string[] = statuses) {
  const simulator = createSimulator()
  for (const status of said) {
    const { pidx } = await start(simulator, { purchase_order_name: `said ${status}` })
    if (status !== 'Initiated') simulator.answerWith(pidx, status)
  }
  const list = async (query = '', init: RequestInit = {}) => {
    const { text, headers, status } = await read(simulator, `/payments${query}`, init)
    return { text, headers, status, names: [...text.matchAll(/>said ([^<]+)</g)].map(([, name]) => name) }
  }
  return { simulator, list }
}

describe('the list of payments', () => {
  test.each([
    ['open', 'Open', ['Initiated', 'Pending']],
    ['paid', 'Paid', ['Completed']],
    ['unpaid', 'Not paid', ['Expired', 'User canceled', 'Canceled', 'Failed']],
    ['refunded', 'Refunded', ['Partially Refunded', 'Refunded']],
    ['odd', 'Anything else', ['Refunded by hand', 'On the moon']],
  ])('shows under %s, called %s and counted, the payments that are so', async (state, label, names) => {
    const { list } = await listOf()
    const page = await list(`?state=${state}`)
    expect(page.names.reverse()).toEqual(names)
    expect(page.text).toContain(`<a href="?state=${state}" aria-current="true">${label} ${names.length}</a>`)
    expect(page.text).toContain('<a href="?state=all">All 11</a>')
    expect(page.text).toContain(`<input type="hidden" name="state" value="${state}">`)
  })

  test('sets off the state of a payment that is paid, and of no other', async () => {
    const { text } = await (await listOf()).list()
    expect(text).toContain('<span class="state paid">Completed</span>')
    for (const status of statuses.filter((one) => one !== 'Completed')) {
      expect(text).toContain(`<span class="state">${status}</span>`)
    }
  })

  test('says what was given back, where something was', async () => {
    const { simulator, list } = await listOf(['Initiated', 'Initiated'])
    expect((await list()).text).not.toContain('given back')
    const [payment] = simulator.payments()
    simulator.pay(payment?.pidx ?? '')
    simulator.refund(payment?.pidx ?? '', 100)
    expect((await list()).text.match(/Rs\u00a0[\d.]+ given back/g)).toEqual(['Rs\u00a01.00 given back'])
  })

  test('finds a payment in spite of space around what is looked for, and says that it found none', async () => {
    const { list } = await listOf()
    expect((await list('?q=%20on%20the%20MOON%20')).names).toEqual(['On the moon'])
    const none = await list('?q=nobody')
    expect(none.text).toContain('<p>None of these.</p>')
    expect(none.text).not.toContain('<table>')
  })

  test('says of an empty list how a payment is started', async () => {
    const { text } = await (await listOf([])).list()
    expect(text).toContain('<p>None yet. Start one with the API, or in your shop.</p>')
  })

  test('shows a hundred payments without a word of more', async () => {
    const { names, text } = await (await listOf(Array<string>(100).fill('Initiated'))).list()
    expect(names).toHaveLength(100)
    expect(text).toContain('<caption>Newest first, times in Nepal.</caption>')
  })

  test('keeps the list of payments up to date by a script of its own, in a wide page with a title', async () => {
    const { text, headers } = await (await listOf()).list()
    const nonce = /<script nonce="([\da-f]{32})">/.exec(text)?.[1]
    expect(headers.get('content-security-policy')).toContain(`script-src 'nonce-${nonce}'; connect-src 'self'`)
    expect(text).toContain('<title>Payments so far · khalti-kit simulator</title>')
    expect(text).toContain('<main class="wide">')
  })

  test('answers HEAD for the list of payments, and says which methods there are', async () => {
    const { list } = await listOf()
    expect((await list('', { method: 'HEAD' })).status).toBe(200)
    const answer = await list('', { method: 'POST' })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET, HEAD')
  })
})

describe('what is looked for in the list of payments', () => {
  async function ordersOf() {
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
      return { text, names: [...text.matchAll(/<td role="cell"><a href="[^"]+">(\w+)</g)].map(([, name]) => name) }
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
    const { list } = await ordersOf()
    expect((await list(query)).names).toEqual(names)
  })

  test('The list of payments finds a payment by its pidx and by its transaction', async () => {
    const { simulator, pidxOf, list } = await ordersOf()
    const id = simulator.payments().find(({ pidx }) => pidx === pidxOf('paid'))?.transaction_id
    for (const q of [pidxOf('paid'), id]) expect((await list(`?q=${q}`)).names).toEqual(['paid'])
  })

  test('The list of payments counts what each filter would show, and keeps the search in its links', async () => {
    const { text } = await (await ordersOf()).list('?q=-1')
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
