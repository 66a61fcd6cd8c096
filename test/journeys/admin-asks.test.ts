import { rupees } from 'khalti-kit'
import { PaymentHold } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { hiddenFields, openAdmin, wordsOf } from '../support/admin.ts'

const sorted = (names: string[]) => names.toSorted((one, other) => one.localeCompare(other))

/** A shop that holds the payment until a person has decided, and then does what it is told. */
async function openHeld(accepted: () => void = () => {}) {
  let calls = 0
  const shop = openAdmin({
    checkout: {
      fulfil: (_payment, context) => {
        if (!context.accepted) throw new PaymentHold('The last one was sold in the shop.')
        calls += 1
        accepted()
      },
    },
  })
  const { pidx } = await shop.sell()
  const ask = (lang = 'en') => shop.open(`/accept?${new URLSearchParams({ order: 'topi', pidx, lang })}`)
  const before = JSON.stringify(await shop.checkout.order('topi'))
  const unchanged = async () => JSON.stringify(await shop.checkout.order('topi')) === before
  return { ...shop, pidx, ask, unchanged, calls: () => calls }
}

/** A shop with a refund of which nobody knows the end. */
async function openUnclear() {
  const shop = openAdmin()
  const { pidx } = await shop.sell()
  shop.simulator.failNext({ kind: '500', on: 'refund' })
  const { id } = await shop.checkout.refund(pidx, { amount: rupees(100) })
  const ask = (how: string, lang = 'en') =>
    shop.open(`/resolve?${new URLSearchParams({ order: 'topi', pidx, id, how, lang })}`)
  return { ...shop, pidx, id, ask }
}

describe('the question before an order is handed out all the same', () => {
  it('The question says what would happen, for which order and amount, and why it was held, and nothing happens yet', async () => {
    const { ask, open, unchanged, pidx } = await openHeld()
    const response = await ask()
    const page = await response.text()
    expect(response.status).toBe(200)
    expect(wordsOf(page)).toMatch(
      /Hand it out all the same\? The shop is told to hand the order out for this payment, as if nothing were wrong\. This cannot be undone\. Order Dhaka topi · topi .*Arrived Rs 850\.00 Held The shop decided to wait\. The shop says: The last one was sold in the shop\. Yes, hand it out No, back to the order/,
    )
    expect(page).toContain(pidx)
    expect(wordsOf(await (await ask('ne')).text())).toMatch(
      /तैपनि सामान दिने हो\? .*अर्डर Dhaka topi · topi .*रु ८५०\.०० .*हो, सामान दिनुहोस् होइन, अर्डरमा फर्कनुहोस्/,
    )
    expect(await unchanged()).toBe(true)
    const order = await (await open('/order?id=topi')).text()
    expect(wordsOf(order)).not.toContain('as if nothing were wrong')
    expect(order).toContain(`href="/api/khalti/admin/accept?order=topi&amp;pidx=${pidx}"`)
  })

  it('The question hands the order out once it is answered, and a double click does so once', async () => {
    const { ask, send, follow, calls } = await openHeld()
    const fields = hiddenFields(await (await ask()).text())
    expect(sorted(Object.keys(fields))).toEqual(['asked', 'order', 'pidx'])
    const [first, second] = await Promise.all([send('/accept', fields), send('/accept', fields)])
    expect([first.status, second.status]).toEqual([303, 409])
    expect(await follow(first)).toContain('The order was handed out.')
    expect(calls()).toBe(1)
  })

  it('The question is asked anew where the payment is held for another reason by now', async () => {
    const { ask, send, checkout, simulator, order, pidx, calls } = await openHeld()
    const fields = hiddenFields(await (await ask()).text())
    await checkout.attended('topi')
    const { pidx: next } = await checkout.initiate(order())
    simulator.answerWith(next, 'Ambiguous')
    await checkout.settle(next)
    const again = await (await send('/accept', fields)).text()
    expect(wordsOf(again)).toContain('Something has changed since you were asked. Please look again. Hand it out')
    expect(calls()).toBe(0)
    expect((await send('/accept', hiddenFields(again))).status).toBe(303)
    const accepted = (await checkout.find('topi')).find((one) => one.pidx === pidx)
    expect([calls(), accepted?.fulfilledAt]).toEqual([1, expect.any(Date)])
  })

  it('The question is asked anew where the answer itself brings another reason to hold, which nobody has seen', async () => {
    const { open, sell, simulator, send, follow } = openAdmin({
      checkout: {
        fulfil: (_payment, { accepted }) => {
          if (!accepted) throw new PaymentHold('The last one was sold in the shop.')
        },
      },
    })
    simulator.failNext({ kind: 'wrong-amount', on: 'lookup' })
    const { pidx } = await sell()
    const question = await (await open(`/accept?${new URLSearchParams({ order: 'topi', pidx })}`)).text()
    expect(wordsOf(question)).not.toContain('The last one')
    const again = await (await send('/accept', hiddenFields(question))).text()
    expect(wordsOf(again)).toMatch(/Something has changed since you were asked.*The last one was sold in the shop\./)
    expect(await follow(await send('/accept', hiddenFields(again)))).toContain('The order was handed out.')
  })

  it('The question is not asked where the order is handed out or given back: its page says how it stands', async () => {
    const { sell, read, checkout } = openAdmin()
    const sold = await sell()
    const given = await sell({ id: 'given' })
    await checkout.refund(given.pidx)
    for (const [order, { pidx }] of [
      ['topi', sold],
      ['given', given],
    ] as const) {
      const words = await read(`/accept?${new URLSearchParams({ order, pidx })}`)
      expect(words).toContain('What happened')
      expect(words).not.toContain('all the same?')
    }
  })

  it.each(['order=topi', 'order=topi&pidx=none', 'order=none&pidx=none', ''])(
    'The question finds nothing by %j',
    async (query) => {
      const { open } = await openHeld()
      for (const path of ['/accept', '/resolve']) expect((await open(`${path}?${query}`)).status).toBe(404)
    },
  )
})

describe('what came of handing out all the same', () => {
  const answer = async (shop: Awaited<ReturnType<typeof openHeld>>) =>
    shop.follow(await shop.send('/accept', hiddenFields(await (await shop.ask()).text())))

  it('What came of it is that the shop held it again, with its sentence, where fulfil throws its hold again', async () => {
    const shop = await openHeld(() => {
      throw new PaymentHold('The warehouse has burned down.')
    })
    const words = await answer(shop)
    expect(words).toContain(
      'It was accepted, but the shop holds it again. The shop says: The warehouse has burned down. Dhaka topi',
    )
    expect(words).not.toContain('is not handed out yet')
    expect(await shop.read('/order?id=topi&did=accept&lang=ne')).toMatch(
      /स्वीकार भयो, तर पसलले फेरि रोक्यो। पसल भन्छ: The warehouse has burned down\. Dhaka topi/,
    )
  })

  it('What came of it is that it is not handed out yet where fulfil fails', async () => {
    const shop = await openHeld(() => {
      throw new Error('the warehouse is away')
    })
    expect(await answer(shop)).toContain('It was accepted, but is not handed out yet.')
  })

  it('What came of it is not told by an address where nobody has accepted anything', async () => {
    const { read } = await openHeld()
    expect(await read('/order?id=topi&did=accept')).not.toContain('It was accepted')
  })
})

describe('the question before an unclear refund is settled', () => {
  it.each([
    ['done', 'Write down that Rs 100.00 went back?', 'Yes, it went back', 'Rs 100.00 went back.'],
    ['not-done', 'Write down that Rs 100.00 did not go back?', 'Yes, it did not go back', 'Rs 100.00 did not go back.'],
  ])(
    'The question says what is written down for %s, and settles the refund once it is answered',
    async (how, title, yes, result) => {
      const { ask, send, follow, checkout, id, pidx } = await openUnclear()
      const asked = await (await ask(how)).text()
      expect(wordsOf(asked)).toMatch(/Order Dhaka topi · topi .*No, back to the order/)
      for (const words of [title, yes, pidx]) expect(wordsOf(asked)).toContain(words)
      expect((await checkout.order('topi'))?.refunds).toMatchObject([{ state: 'unclear' }])
      const fields = hiddenFields(asked)
      expect(fields).toMatchObject({ order: 'topi', pidx, id, how })
      const done = await send('/resolve', fields)
      expect(done.status).toBe(303)
      expect(await follow(done)).toContain(result)
      // The second of two clicks says what came of the first.
      expect(await follow(await send('/resolve', fields))).toContain(result)
    },
  )

  it('The question is asked in Nepali too, with the amount', async () => {
    const { ask } = await openUnclear()
    expect(wordsOf(await (await ask('done', 'ne')).text())).toMatch(/रु १००\.०० फिर्ता भयो भनेर लेख्ने हो\? .*हो, फिर्ता भयो/)
    expect(wordsOf(await (await ask('not-done', 'ne')).text())).toMatch(
      /रु १००\.०० फिर्ता भएन भनेर लेख्ने हो\? .*हो, फिर्ता भएन/,
    )
  })

  it('The question that another answered meanwhile says what they have seen, and changes nothing', async () => {
    const { ask, checkout, follow, id, pidx } = await openUnclear()
    await checkout.resolveRefund(pidx, id, 'done')
    expect(await follow(await ask('not-done'))).toContain('Rs 100.00 went back.')
    expect((await checkout.order('topi'))?.refunds).toMatchObject([{ state: 'done' }])
  })
})

describe('the question before money is given back', () => {
  const asks = (shop: Pick<ReturnType<typeof openAdmin>, 'send'>, pidx: string) => async () => {
    const typed = { order: 'topi', pidx, amount: '100', reason: '', mobile: '' }
    return hiddenFields(await (await shop.send('/refund', typed)).text())
  }

  it('The question is asked anew where somebody else has given a part back meanwhile, and the answer to that gives back', async () => {
    const shop = openAdmin()
    const { pidx } = await shop.sell()
    const ask = asks(shop, pidx)
    const [hers, his] = [await ask(), await ask()]
    expect((await shop.send('/refund', hers)).status).toBe(303)
    const again = await (await shop.send('/refund', his)).text()
    expect(wordsOf(again)).toContain(
      'Something has changed since you were asked. Please look again. Give back Rs 100.00?',
    )
    expect(shop.givenBack(pidx)).toBe(10_000)
    expect((await shop.send('/refund', hiddenFields(again))).status).toBe(303)
    expect(shop.givenBack(pidx)).toBe(20_000)
  })

  it("The question is asked anew where a part went back in Khalti's dashboard meanwhile", async () => {
    const shop = openAdmin()
    const { pidx } = await shop.sell()
    const fields = await asks(shop, pidx)()
    shop.simulator.refund(pidx, 10_000)
    shop.pass(86_400_001)
    await shop.checkout.settle(pidx)
    expect(wordsOf(await (await shop.send('/refund', fields)).text())).toContain('Something has changed')
    expect(shop.givenBack(pidx)).toBe(10_000)
  })

  it.each([
    ['first', 'second'],
    ['second', 'first'],
  ] as const)(
    'The question whether the %s of two payments goes back is asked anew where somebody else has given back the %s meanwhile',
    async (asked, other) => {
      const shop = openAdmin()
      const second = await shop.checkout.initiate(shop.order())
      shop.simulator.expire(second.pidx)
      shop.pass(60_000)
      const first = await shop.sell()
      shop.simulator.pay(second.pidx)
      expect(await shop.checkout.settle(second.pidx)).toMatchObject({ payment: { duplicateOf: first.pidx } })
      const pidx = { first: first.pidx, second: second.pidx }
      const fields = await asks(shop, pidx[asked])()
      await shop.checkout.refund(pidx[other], { by: 'Hari' })
      expect(wordsOf(await (await shop.send('/refund', fields)).text())).toContain('Something has changed')
      expect(shop.givenBack(pidx[asked])).toBe(0)
    },
  )

  it('The question is asked anew, and says so, where somebody else has handed the order out meanwhile', async () => {
    const shop = await openHeld()
    const fields = await asks(shop, shop.pidx)()
    await shop.checkout.accept(shop.pidx, { by: 'Hari' })
    const again = wordsOf(await (await shop.send('/refund', fields)).text())
    expect(again).toMatch(/Something has changed .* Give back Rs 100\.00\? .* Handed out 2026-11-23 12:00 Yes/)
    expect(shop.givenBack(shop.pidx)).toBe(0)
  })

  it('The question is not asked where somebody else has given all of it back: the order says so, and by whom', async () => {
    const shop = openAdmin()
    const { pidx } = await shop.sell()
    const fields = await asks(shop, pidx)()
    await shop.checkout.refund(pidx, { by: 'Hari' })
    const { id: _, ...form } = fields
    for (const late of [
      shop.send('/refund', fields),
      shop.send('/refund', form),
      shop.open(`/refund?order=topi&pidx=${pidx}`),
    ]) {
      const response = await late
      expect(response.status).toBe(409)
      expect(wordsOf(await response.text())).toMatch(
        /Money of this payment went back already\. .* Rs 850\.00 Went back .* by Hari/,
      )
    }
    expect(shop.givenBack(pidx)).toBe(85_000)
  })

  it('The question is not asked anew where another refund was refused, so that nothing is less', async () => {
    const shop = openAdmin()
    const { pidx } = await shop.sell()
    const fields = await asks(shop, pidx)()
    shop.simulator.failNext({ kind: '429', on: 'refund' })
    expect(await shop.checkout.refund(pidx, { amount: rupees(50) })).toMatchObject({ state: 'refused' })
    expect((await shop.send('/refund', fields)).status).toBe(303)
    expect(shop.givenBack(pidx)).toBe(10_000)
  })
})
