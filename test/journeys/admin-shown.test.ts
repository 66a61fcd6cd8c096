import { rupees } from 'khalti-kit'
import { PaymentHold } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { hiddenFields, openAdmin, wordsOf } from '../support/admin.ts'

const minutes = 60_000

type Admin = ReturnType<typeof openAdmin>

/** The cells of a payment in the CSV, by the names of their columns. */
async function csvOf(shop: Admin, pidx: string): Promise<Record<string, string | undefined>> {
  const [header = '', ...lines] = (await (await shop.open('/orders.csv')).text()).replace('\uFEFF', '').split('\r\n')
  const cells = lines.find((line) => line.includes(pidx))?.split(',') ?? []
  return Object.fromEntries(header.split(',').map((name, index) => [name, cells[index]]))
}

describe('a payment of which a part went back in the dashboard', () => {
  it('A refund of ours after a part of unknown size leaves it unknown what went back, wherever it is shown', async () => {
    const shop = openAdmin()
    const { pidx } = await shop.sell()
    shop.simulator.refund(pidx, rupees(500))
    await shop.checkout.settle(pidx)
    expect((await csvOf(shop, pidx)).refunded).toBe('unknown')
    await shop.checkout.refund(pidx, { amount: rupees(200) })
    expect(shop.givenBack(pidx)).toBe(rupees(700))
    const payment = await shop.payment(pidx)
    expect(payment).toMatchObject({ refundExtent: 'partial' })
    expect(payment).not.toHaveProperty('refundedAmount')
    expect(shop.events.at(-1)).toMatchObject({ name: 'refunded', refund: { amount: rupees(200) } })
    expect(shop.events.at(-1)?.payment).not.toHaveProperty('refundedAmount')
    expect((await csvOf(shop, pidx)).refunded).toBe('unknown')
    expect(await shop.read('/order?id=topi')).toContain('Given back a part; Khalti does not say how much')
    // What the view `khalti_payments` of the databases reads.
    const { order } = await shop.payments.read({ orderId: 'topi' })
    expect(JSON.stringify(order?.record.links)).not.toContain('refundedAmount')
  })

  it('A refund after one of ours beside a part of unknown size is at most what ours left, on the page as in the rules', async () => {
    const shop = openAdmin()
    const { pidx } = await shop.sell()
    shop.simulator.refund(pidx, rupees(500))
    await shop.checkout.settle(pidx)
    await shop.checkout.refund(pidx, { amount: rupees(200) })
    const form = await (await shop.open(`/refund?order=topi&pidx=${pidx}`)).text()
    expect(wordsOf(form)).toContain('Khalti does not say how much. Look in its dashboard; at most Rs 650.00.')
    expect(form).toMatch(/name="amount"[^>]*value=""/)
    const ask = (amount: string) => shop.send('/refund', { ...hiddenFields(form), amount, reason: '', mobile: '' })
    expect([(await ask('650.01')).status, (await ask('650')).status]).toEqual([400, 200])
    await expect(shop.checkout.refund(pidx, { amount: 65_001 })).rejects.toMatchObject({ code: 'input' })
    await expect(shop.checkout.refund(pidx)).rejects.toThrow('at most Rs 650.00')
  })
})

describe('the time at which the money of a payment arrived', () => {
  it('The time at which money arrived stays in the CSV and on the page where the history has forgotten it, and the history says that', async () => {
    let isDown = true
    const shop = openAdmin({
      checkout: {
        fulfil: () => {
          if (isDown) throw new Error('the warehouse is away')
        },
      },
    })
    for (let tries = 0; tries < 7; tries += 1) {
      const { pidx } = await shop.checkout.initiate(shop.order())
      shop.simulator.cancel(pidx)
      await shop.checkout.settle(pidx)
      shop.pass(5 * minutes)
    }
    const { pidx } = await shop.sell()
    const leftOut = /What else stood here is left out\./g
    expect(await shop.read('/order?id=topi')).not.toMatch(leftOut)
    for (let hour = 0; hour < 100; hour += 1) {
      shop.pass(61 * minutes)
      await shop.checkout.reconcile()
    }
    isDown = false
    shop.pass(61 * minutes)
    await shop.checkout.reconcile()
    const { events = [] } = (await shop.checkout.order('topi')) ?? {}
    expect([events.length, events.filter(({ what }) => what === 'paid').length]).toEqual([200, 0])
    expect(await csvOf(shop, pidx)).toMatchObject({ paid_at: '2026-11-23 12:35', state: 'paid' })
    expect(await shop.read('/order?id=topi')).toContain('Arrived Rs 850.00 Arrived at 2026-11-23 12:35')
    const story = (await (await shop.open('/order?id=topi')).text()).split('<ol class="story">')[1] ?? ''
    expect(story.match(leftOut)).toHaveLength(1)
    // It stands where the lines are missing: after the twentieth.
    expect(story.slice(0, story.search(leftOut)).match(/<li><time/g)).toHaveLength(20)
    expect(await shop.read('/order?id=topi&lang=ne')).toContain('यहाँका अरू लाइन राखिएका छैनन्।')
  })

  it('The time at which money arrived is its own where the payment is held, and stays when another is paid later', async () => {
    const shop = openAdmin()
    const old = await shop.checkout.initiate(shop.order({ amount: rupees(900) }))
    shop.pass(minutes)
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(old.pidx)
    await shop.checkout.settle(old.pidx)
    expect(await csvOf(shop, old.pidx)).toMatchObject({ hold_reason: 'superseded', paid_at: '2026-11-23 12:01' })
    shop.pass(10 * minutes)
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    await shop.checkout.settle(old.pidx)
    expect(await csvOf(shop, old.pidx)).toMatchObject({ state: 'paid', paid_at: '2026-11-23 12:01' })
    expect((await csvOf(shop, pidx)).paid_at).toBe('2026-11-23 12:11')
  })

  it('The time at which money arrived is known where it is first seen when all is back, and is none where nothing came', async () => {
    const shop = openAdmin()
    const { pidx } = await shop.checkout.initiate(shop.order())
    expect((await csvOf(shop, pidx)).paid_at).toBe('')
    expect(await shop.payment(pidx)).not.toHaveProperty('receivedAt')
    shop.simulator.pay(pidx)
    shop.simulator.refund(pidx)
    shop.pass(minutes)
    await shop.checkout.settle(pidx)
    expect(await csvOf(shop, pidx)).toMatchObject({ state: 'refunded', paid_at: '2026-11-23 12:01' })
  })
})

describe('what the pages say', () => {
  const holding = { fulfil: () => Promise.reject(new PaymentHold('The price has changed.')) }

  it('The pages say that a part went back before anything was handed out, and not that Khalti contradicts itself', async () => {
    const shop = openAdmin({ checkout: holding })
    const { pidx } = await shop.sell()
    await shop.checkout.refund(pidx, { amount: rupees(100) })
    const words = await shop.read('/order?id=topi')
    expect(words).toContain('Partly given back. A part of a payment was given back, and nothing was handed out.')
    expect(words).not.toMatch(/In doubt|Ask Khalti|A payment is held/)
    expect(await shop.read('')).toMatch(/Dhaka topi topi .* Rs 850\.00 Partly given back .*Newest orders/)
    expect(await shop.read('/order?id=topi&lang=ne')).toMatch(
      /केही फिर्ता भयो। एउटा भुक्तानीको केही पैसा फिर्ता भयो, तर सामान दिइएको छैन।/,
    )
    await expect(shop.checkout.accept(pidx)).rejects.toMatchObject({
      status: 409,
      code: 'refunded',
      message: 'A part of this payment was given back.',
    })
    const refused = await shop.send('/accept', { order: 'topi', pidx })
    expect([refused.status, wordsOf(await refused.text())]).toEqual([
      409,
      expect.stringContaining('Money of this payment went back already.'),
    ])
  })

  it('The pages say both that a payment is held and that a part of another went back', async () => {
    const shop = openAdmin({ checkout: holding })
    const { pidx } = await shop.sell()
    await shop.checkout.refund(pidx, { amount: rupees(100) })
    await shop.checkout.attended('topi')
    const { pidx: next } = await shop.checkout.initiate(shop.order())
    shop.simulator.answerWith(next, 'Ambiguous')
    await shop.checkout.settle(next)
    expect(await shop.read('/order?id=topi')).toMatch(/Held\. A payment is held\..* Partly given back\. A part/)
  })

  it('The pages do not say that an order had changed which was paid in cash while its link was open', async () => {
    const shop = openAdmin({ checkout: { fulfil: () => Promise.reject(new Error('the warehouse is away')) } })
    const { pidx } = await shop.checkout.initiate(shop.order())
    await shop.checkout.markPaid(shop.order(), { method: 'cash' })
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    expect(await shop.payment(pidx)).toMatchObject({ holdReason: 'superseded' })
    const words = await shop.read('/order?id=topi')
    expect(words).toContain('It was paid by an old link, after another payment had taken its place.')
    expect(words).not.toContain('the order had changed')
    expect(await shop.read('/order?id=topi&lang=ne')).toContain('त्यसको सट्टा अर्को भुक्तानी आइसकेको थियो।')
  })
})

describe('what a person has dealt with', () => {
  it('A person deals with what the page showed, and what came meanwhile stays on the list', async () => {
    const shop = openAdmin({
      checkout: {
        fulfil: (_payment, { accepted }) => {
          if (!accepted) throw new PaymentHold('That colour is sold out.')
        },
      },
    })
    const one = await shop.checkout.initiate(shop.order())
    shop.pass(31 * minutes)
    const two = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(one.pidx)
    await shop.checkout.settle(one.pidx)
    const form = hiddenFields(await (await shop.open('/order?id=topi')).text(), '/attended')
    // While Gita phones the customer, Ram accepts it, and the second link is paid.
    await shop.checkout.accept(one.pidx, { by: 'Ram' })
    shop.simulator.pay(two.pidx)
    await shop.checkout.settle(two.pidx)
    const words = await shop.follow(await shop.send('/attended', { ...form, note: 'She takes the blue one.' }))
    expect(words).toContain('Noted. Something new has come that you had not seen yet; it is below.')
    expect(words).toMatch(
      /What needs you Paid twice\. .*A person has dealt with it\. She takes the blue one\. · by Gita/,
    )
    expect(await shop.read('')).toMatch(/What needs you Dhaka topi .* Paid twice .*Newest orders/)
    const again = hiddenFields(await (await shop.open('/order?id=topi')).text(), '/attended')
    expect(await shop.follow(await shop.send('/attended', again))).toContain('Noted. It needs nobody any more.')
    expect(await shop.checkout.order('topi')).toMatchObject({ attention: [], reasons: [] })
  })

  it.each([
    ['none that can be read', '["hold:'],
    ['a list of something else', '[1]'],
    ['no list', '{}'],
    ['nothing', 'null'],
  ])(
    'A person whose form carries of what was shown %s is asked to open the page anew, and nothing is marked',
    async (_what, reasons) => {
      const shop = openAdmin()
      const { pidx } = await shop.checkout.initiate(shop.order())
      shop.simulator.answerWith(pidx, 'Ambiguous')
      await shop.checkout.settle(pidx)
      const response = await shop.send('/attended', { order: 'topi', note: '', reasons })
      expect([response.status, wordsOf(await response.text())]).toEqual([
        400,
        expect.stringContaining('Please open the page anew and try again.'),
      ])
      expect(await shop.checkout.order('topi')).toMatchObject({ attention: ['hold'] })
      expect(shop.errors).toEqual([])
    },
  )

  it('A person marks all that there is by then where a call names no reasons, and nothing where it names none of these', async () => {
    const shop = openAdmin()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.answerWith(pidx, 'Ambiguous')
    await shop.checkout.settle(pidx)
    for (const wrong of [{ reasons: 'hold' }, { reasons: [1] }, { reasns: [] }]) {
      await expect(shop.checkout.attended('topi', wrong as never)).rejects.toMatchObject({ code: 'input' })
    }
    expect(await shop.checkout.attended('topi', { reasons: [] })).toMatchObject({ attention: ['hold'] })
    expect(await shop.checkout.attended('topi')).toMatchObject({ attention: [], reasons: [] })
  })
})
