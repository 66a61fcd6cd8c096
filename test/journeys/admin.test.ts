import { rupees } from 'khalti-kit'
import { PaymentHold } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { hiddenFields, openAdmin, wordsOf } from '../support/admin.ts'

const minutes = 60_000

describe('the overview', () => {
  it('The overview shows what needs a person first, then the newest orders, with amounts in rupees and times in Nepal', async () => {
    const { checkout, simulator, order, pass, read } = openAdmin()
    expect(await read('')).toMatch(/What needs you Nothing right now\..*Newest orders There are no orders yet\./)
    await checkout.initiate(order({ id: 'shawl', name: 'Wool shawl', amount: rupees('1,250.50') }))
    pass(minutes)
    const { pidx } = await checkout.initiate(order())
    simulator.answerWith(pidx, 'Ambiguous')
    await checkout.settle(pidx)
    const words = await read('')
    expect(words).toMatch(/What needs you Dhaka topi topi 2026-11-23 12:01 Rs 850\.00 Held .*Newest orders/)
    expect(words).toMatch(/Newest orders Dhaka topi .* Wool shawl shawl 2026-11-23 12:00 Rs 1,250\.50 Not paid yet/)
  })

  it('The overview does not say "Not paid yet" of an order whose first link was paid after the cart had changed', async () => {
    const { checkout, simulator, order, pass, read } = openAdmin()
    const { pidx } = await checkout.initiate(order())
    pass(minutes)
    await checkout.initiate(order({ amount: rupees(900) }))
    simulator.pay(pidx)
    await checkout.settle(pidx)
    const words = await read('')
    expect(words).toMatch(/What needs you Dhaka topi topi .* Held .*Newest orders/)
    expect(words).not.toContain('Not paid yet')
  })

  it('The overview leads through all orders page by page, and through those that need a person alone', async () => {
    const { checkout, order, open, pass, simulator } = openAdmin()
    for (let number = 1; number <= 45; number += 1) {
      const { pidx } = await checkout.initiate(order({ id: `order-${number}` }))
      if (number <= 22) {
        simulator.answerWith(pidx, 'Ambiguous')
        await checkout.settle(pidx)
      }
      pass(1_000)
    }
    const idsFrom = async (path: string) => {
      const ids: string[] = []
      for (let next: string | undefined = path; next !== undefined; ) {
        const page = await (await open(next)).text()
        ids.push(...[...page.matchAll(/\/order\?id=([\w-]+)"/g)].map(([, id = '']) => id))
        next = /rel="next" href="\/api\/khalti\/admin([^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
      }
      return ids
    }
    const newestFirst = Array.from({ length: 45 }, (_, index) => `order-${45 - index}`)
    expect(await idsFrom('/orders')).toEqual(newestFirst)
    expect(await idsFrom('/orders?attention=1')).toEqual(newestFirst.slice(23))
    expect(await (await open('')).text()).toContain('href="/api/khalti/admin/orders?attention=1"')
  })

  it('The overview finds an order by its id, a pidx or a transaction id, with spaces around it or none', async () => {
    const { sell, read } = openAdmin()
    const { pidx, transactionId } = await sell()
    for (const id of ['topi', pidx, transactionId, ` ${transactionId} `]) {
      expect(await read(`/order?id=${encodeURIComponent(id)}`)).toContain('Order topi · Rs 850.00 · Handed out')
    }
  })

  it('The overview finds an order whose number somebody types in the digits of a Nepali keyboard, and first the one that is written so', async () => {
    const { sell, read } = openAdmin()
    await sell({ id: '1043' })
    expect(await read('/order?id=%20१०४३')).toContain('Order 1043 · Rs 850.00')
    await sell({ id: '१०४३' })
    expect(await read('/order?id=१०४३')).toContain('Order १०४३ · Rs 850.00')
  })

  it('The overview finds an order by the longest id that there is, and by the id of a payment in cash of it', async () => {
    const { checkout, order, read, send } = openAdmin()
    const id = '\u{1f9e3}'.repeat(255)
    const { payment } = await checkout.markPaid(order({ id }), { method: 'cash', reference: 'r'.repeat(100) })
    for (const key of [id, payment?.pidx ?? '']) {
      expect(await read(`/order?id=${encodeURIComponent(key)}`)).toContain(`Order ${id} · Rs 850.00 · Handed out`)
    }
    expect((await send('/attended', { order: id, note: 'seen' })).status).toBe(303)
  })

  it('An order whose id has a line break, which a browser sends as CR LF, is found and attended to', async () => {
    const { checkout, order, read, send } = openAdmin()
    const { payment } = await checkout.markPaid(order({ id: 'shawl\nred' }), { method: 'cash' })
    const sent = { order: 'shawl\r\nred', pidx: payment?.pidx.replace('\n', '\r\n') ?? '', id: 'r1', amount: '850' }
    expect(await read(`/order?id=${encodeURIComponent(sent.order)}`)).toContain('Order shawl red')
    expect((await send('/attended', { order: sent.order, note: 'seen' })).status).toBe(303)
    expect((await send('/refund', sent)).status).toBe(303)
    expect(await checkout.order('shawl\nred')).toMatchObject({ refunds: [{ id: 'r1', amount: 85_000 }] })
  })

  it('The overview says in words what each order needs', async () => {
    let mood: 'broken' | 'hold' = 'broken'
    const shop = openAdmin({
      checkout: {
        fulfil: () => {
          if (mood === 'hold') throw new PaymentHold('The last one was sold in the shop.')
          throw new Error('the warehouse is away')
        },
        on: {
          unpaid: () => {
            throw new Error('the mail is down')
          },
        },
      },
    })
    await shop.sell({ id: 'broken' })
    mood = 'hold'
    await shop.sell({ id: 'held' })
    const { pidx } = await shop.checkout.initiate(shop.order({ id: 'canceled' }))
    shop.simulator.cancel(pidx)
    await shop.checkout.settle(pidx)
    expect(await shop.read('/order?id=broken')).toMatch(/Not handed out\. The money is here.*the warehouse is away/)
    expect(await shop.read('/order?id=held')).toMatch(/Held\..*The shop decided to wait\./)
    expect(await shop.read('/order?id=held')).toContain('The last one was sold in the shop.')
    expect(await shop.read('/order?id=canceled')).toMatch(/Shop not told\..*the mail is down/)
  })
})

describe('the page of an order', () => {
  it('The page of an order tells its story, oldest first, with who did what', async () => {
    const { checkout, sell, read, pass } = openAdmin()
    const { pidx } = await sell()
    pass(60 * minutes)
    await checkout.refund(pidx, { amount: rupees(100), by: 'Hari', reason: 'torn' })
    const words = await read('/order?id=topi')
    expect(words.slice(words.indexOf('What happened'))).toMatch(
      /2026-11-23 12:00 A payment was begun\. .*12:00 The money arrived\. .*The order was handed out\. 2026-11-23 13:00 A refund of Rs 100\.00 was sent\. by Hari .*The refund went through\. .*A part of the payment is given back\./,
    )
    expect(words).toMatch(/Refunds Rs 100\.00 Went back 2026-11-23 13:00 · by Hari · torn/)
  })

  it('The page of an order numbers the payments of an order that was paid twice, and says so', async () => {
    const shop = openAdmin()
    const one = await shop.checkout.initiate(shop.order())
    await shop.checkout.markPaid(shop.order(), { method: 'cash', by: 'rider 7' })
    shop.simulator.pay(one.pidx)
    await shop.checkout.settle(one.pidx)
    const words = await shop.read('/order?id=topi')
    expect(words).toMatch(/Paid twice\. This order was paid a second time/)
    expect(words).toMatch(
      /Payment 2: Rs 850\.00 Paid Method Cash .*Payment 1: Rs 850\.00 Paid The order was handed out for another payment\. Give this one back\. Method Khalti/,
    )
    expect(words).toMatch(/Paid by cash\. Payment 2 · by rider 7/)
  })

  it('The page of an order tells what the rules noted in the words of its language', async () => {
    let isDown = true
    const shop = openAdmin({
      checkout: {
        on: {
          unpaid: () => {
            if (isDown) throw new Error('the mail is down')
          },
        },
      },
    })
    const storyOf = async (id: string, language: string) => {
      const words = await shop.read(`/order?id=${id}&lang=${language}`)
      return words.slice(words.search(/What happened|के के भयो/))
    }
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.cancel(pidx)
    await shop.checkout.settle(pidx)
    isDown = false
    shop.pass(60 * minutes)
    await shop.checkout.reconcile()
    expect(await storyOf('topi', 'en')).toMatch(/could not be told\. not paid: the mail is down .*was told\. not paid/)
    expect(await storyOf('topi', 'ne')).toMatch(/भन्न सकिएन। तिरिएन: the mail is down .*पसललाई भनियो। तिरिएन/)

    const held = await shop.checkout.initiate(shop.order({ id: 'held' }))
    shop.simulator.answerWith(held.pidx, 'Ambiguous')
    await shop.checkout.settle(held.pidx)
    for (let day = 0; day < 16; day += 1) {
      shop.pass(24 * 60 * minutes)
      await shop.checkout.reconcile()
    }
    expect(await storyOf('held', 'en')).toMatch(/In doubt\. It is still so after two weeks\./)
    expect(await storyOf('held', 'ne')).toMatch(/शंका छ। दुई साता पछि पनि उस्तै छ।/)

    const sold = await shop.sell({ id: 'sold' })
    shop.simulator.answerWith(sold.pidx, 'Expired')
    shop.pass(25 * 60 * minutes)
    await shop.checkout.reconcile()
    expect(await storyOf('sold', 'en')).toMatch(/Khalti now says “expired”; the money had arrived\./)
    expect(await storyOf('sold', 'ne')).toMatch(/खल्ती अब “expired” भन्छ; पैसा भने आइसकेको थियो।/)
    const back = await shop.sell({ id: 'back' })
    await shop.checkout.refund(back.pidx)
    shop.simulator.answerWith(back.pidx, 'Completed')
    shop.pass(25 * 60 * minutes)
    await shop.checkout.reconcile()
    expect(await storyOf('back', 'en')).toMatch(/In doubt\. Khalti now says “completed”; the money had gone back\./)
    expect(await shop.read('/order?id=sold')).toMatch(/In doubt\. What Khalti says of a payment does not fit/)
    expect(await shop.read('/order?id=held')).toMatch(/Held\. A payment is held\./)
    expect(await shop.read('')).toMatch(/Dhaka topi sold .* In doubt/)
  })

  it('The page of an order whose receipt another order has sends people to the receipt, and not to Khalti alone', async () => {
    const shop = openAdmin()
    for (const id of ['one', 'two']) {
      await shop.checkout.markPaid(shop.order({ id }), { method: 'cash', reference: '7' })
    }
    expect(await shop.read('/order?id=two')).toMatch(/In doubt\. .* look at its receipt\. .* 7 of one\./)
    expect(await shop.read('/order?id=two&lang=ne')).toContain('त्यसको रसिद हेर्नुहोस्')
  })

  it("The page of an order shows Khalti's fee and what arrived, where they are known", async () => {
    const shop = openAdmin({
      client: {
        fetch: async (input, init) => {
          const answer = await shop.simulator.fetch(input, init)
          if (!String(input).includes('/lookup/')) return answer
          return Response.json({ ...(await answer.json()), fee: 2_550, total_amount: 80_000 }, answer)
        },
      },
    })
    await shop.sell()
    const words = await shop.read('/order?id=topi')
    expect(words).toMatch(/Another amount was paid than the order costs\..*Arrived Rs 800\.00 .*fee Rs 25\.50/)
  })
})

describe('an action', () => {
  it('An action looks again, and what follows happens', async () => {
    const { checkout, simulator, order, send, follow, fulfilled } = openAdmin()
    const { pidx } = await checkout.initiate(order())
    simulator.pay(pidx)
    const response = await send('/look', { order: 'topi', pidx })
    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/^\/api\/khalti\/admin\/order\?id=topi&did=look&at=\d+$/),
    ])
    expect(fulfilled).toHaveLength(1)
    expect(await follow(response)).toContain('We have looked again.')
  })

  it('An address alone, or that of a look which is long over, does not say that somebody has looked again', async () => {
    const { checkout, order, read } = openAdmin()
    await checkout.initiate(order())
    for (const at of ['', '&at=', '&at=now', `&at=${Date.now() - 90_000}`, `&at=${Date.now() + 90_000}`]) {
      expect([at, await read(`/order?id=topi&did=look${at}`)]).toEqual([
        at,
        expect.not.stringContaining('looked again'),
      ])
    }
    expect(await read(`/order?id=topi&did=look&at=${Date.now()}`)).toContain('We have looked again.')
  })

  it('An action gives a part of a payment back, after a question that names the amount', async () => {
    const { sell, open, send, follow, givenBack, checkout } = openAdmin()
    const { pidx } = await sell()
    const form = await (await open(`/refund?order=topi&pidx=${pidx}`)).text()
    expect(form).toMatch(/name="amount"[^>]*value="850\.00"/)
    const asked = await (
      await send('/refund', { order: 'topi', pidx, amount: '250', reason: 'torn', mobile: '' })
    ).text()
    expect(wordsOf(asked)).toMatch(/Give back Rs 250\.00\? Khalti is asked once.*Yes, give back Rs 250\.00/)
    expect(givenBack(pidx)).toBe(0)
    const done = await send('/refund', hiddenFields(asked))
    expect(done.status).toBe(303)
    expect(await follow(done)).toContain('Rs 250.00 went back.')
    expect(givenBack(pidx)).toBe(25_000)
    expect((await checkout.order('topi'))?.refunds).toMatchObject([{ by: 'Gita', reason: 'torn', amount: 25_000 }])
  })

  it('An action makes one refund of a slow double click, and a second one only after a second question', async () => {
    const { sell, send, givenBack } = openAdmin()
    const { pidx } = await sell()
    const ask = async () =>
      hiddenFields(await (await send('/refund', { order: 'topi', pidx, amount: '500', reason: '', mobile: '' })).text())
    const fields = await ask()
    const clicks = await Promise.all([1, 2, 3].map(() => send('/refund', fields)))
    clicks.push(await send('/refund', fields))
    expect(new Set(clicks.map(({ headers }) => headers.get('location'))).size).toBe(1)
    expect(givenBack(pidx)).toBe(50_000)
    const again = await send('/refund', { order: 'topi', pidx, amount: '500', reason: '', mobile: '' })
    expect([again.status, wordsOf(await again.text())]).toEqual([
      400,
      expect.stringContaining('No more than Rs 350.00 can go back.'),
    ])
  })

  it('An action says what is wrong with an amount or a mobile number, and keeps what was typed', async () => {
    const { sell, send, givenBack } = openAdmin()
    const { pidx } = await sell()
    for (const [amount, mobile] of [
      ['', ''],
      ['0', ''],
      ['-5', ''],
      ['12,50', ''],
      ['1e3', ''],
      ['850.01', ''],
      ['10', '12'],
    ]) {
      const response = await send('/refund', { order: 'topi', pidx, amount, mobile, reason: 'torn' } as never)
      const page = await response.text()
      expect([amount, response.status, /aria-invalid="true"/.test(page)]).toEqual([amount, 400, true])
      expect(page).toContain('value="torn"')
    }
    expect(givenBack(pidx)).toBe(0)
  })

  it.each(['9800000001', '980-000 0001', '+977 9800000001', '९८०००००००१'])(
    'An action names the account that gets the refund of a bank payment, written as %s',
    async (mobile) => {
      const requests: unknown[] = []
      const shop = openAdmin({
        client: {
          fetch: async (input, init) => {
            if (String(input).includes('/refund/')) requests.push(JSON.parse(String(init?.body)))
            return shop.simulator.fetch(input, init)
          },
        },
      })
      const { pidx } = await shop.sell()
      const typed = { order: 'topi', pidx, amount: '10', reason: '', mobile }
      await shop.send('/refund', hiddenFields(await (await shop.send('/refund', typed)).text()))
      expect(requests).toEqual([{ amount: 1_000, mobile: '9800000001' }])
    },
  )

  it('An action says what a refund of a bank payment lacks, as what went wrong and not as what was done', async () => {
    const { checkout, order, simulator, send, open } = openAdmin()
    const { pidx } = await checkout.initiate(order())
    simulator.pay(pidx, { instrument: 'bank' })
    await checkout.settle(pidx)
    const typed = { order: 'topi', pidx, amount: '100', reason: '', mobile: '' }
    const sent = await send('/refund', hiddenFields(await (await send('/refund', typed)).text()))
    const page = await (await open((sent.headers.get('location') ?? '').replace('/api/khalti/admin', ''))).text()
    const [alert = ''] = /<div class="summary" role="alert">.*?<\/div>/s.exec(page) ?? []
    expect(wordsOf(alert)).toMatch(
      /^Rs 100\.00 did not go back\. It was paid from a bank: ask once more, with the customer/,
    )
    expect(page).not.toContain('role="status"')
  })

  it('An unclear refund shows nothing of what the network said, which is for developers', async () => {
    const { sell, simulator, send, follow } = openAdmin()
    const { pidx } = await sell()
    simulator.failNext({ kind: '500', on: 'refund' })
    const typed = { order: 'topi', pidx, amount: '100', reason: '', mobile: '' }
    const sent = await send('/refund', hiddenFields(await (await send('/refund', typed)).text()))
    expect(await follow(sent)).not.toMatch(/HTTP|server error/i)
  })

  it.each([
    ['done', 'Rs 100.00 went back.', 10_000],
    ['not-done', 'Rs 100.00 did not go back.', undefined],
  ])('An action settles an unclear refund as a person has seen it: %s', async (how, words, refundedAmount) => {
    const { sell, simulator, send, follow, checkout, read } = openAdmin()
    const { pidx } = await sell()
    simulator.failNext({ kind: '500', on: 'refund' })
    const typed = { order: 'topi', pidx, amount: '100', reason: '', mobile: '' }
    const sent = await send('/refund', hiddenFields(await (await send('/refund', typed)).text()))
    expect(await follow(sent)).toContain('Nobody knows whether Rs 100.00 went back. Do not send it again')
    expect(await read('')).toMatch(/What needs you Dhaka topi .*Refund unclear/)
    const [{ id = '' } = {}] = (await checkout.order('topi'))?.refunds ?? []
    expect(await follow(await send('/resolve', { order: 'topi', pidx, id, how }))).toContain(words)
    expect((await checkout.find('topi'))[0]?.refundedAmount).toBe(refundedAmount)
    expect((await checkout.order('topi'))?.events.at(how === 'done' ? -3 : -1)).toMatchObject({ by: 'Gita' })
  })

  it('A held payment is handed out all the same, and the history says by whom', async () => {
    const shop = openAdmin({
      checkout: {
        fulfil: (_payment, { accepted }) => {
          if (!accepted) throw new PaymentHold('The price is no longer right.')
        },
      },
    })
    const { pidx } = await shop.sell()
    expect(await shop.follow(await shop.send('/accept', { order: 'topi', pidx }))).toContain(
      'The order was handed out.',
    )
    expect((await shop.checkout.order('topi'))?.events).toContainEqual(
      expect.objectContaining({ what: 'paid', text: 'accepted by a person', by: 'Gita' }),
    )
    const again = await shop.send('/accept', { order: 'topi', pidx })
    expect([again.status, wordsOf(await again.text())]).toEqual([
      409,
      expect.stringContaining('This order was handed out already.'),
    ])
  })

  it('An action notes that a person has dealt with an order, and takes it off the list', async () => {
    const { checkout, simulator, order, open, send, follow, read } = openAdmin()
    const { pidx } = await checkout.initiate(order())
    simulator.answerWith(pidx, 'Ambiguous')
    await checkout.settle(pidx)
    const form = hiddenFields(await (await open('/order?id=topi')).text(), '/attended')
    const words = await follow(await send('/attended', { ...form, note: 'Called Khalti.' }))
    expect(words).toContain('Noted. It needs nobody any more.')
    expect(words).toContain('A person has dealt with it. Called Khalti. · by Gita')
    expect(await read('')).toContain('What needs you Nothing right now.')
  })

  it('An action that Khalti does not answer changes nothing, and the order says so', async () => {
    const { checkout, simulator, order, send, errors } = openAdmin()
    const { pidx } = await checkout.initiate(order())
    simulator.failNext({ kind: '502', on: 'lookup' })
    const response = await send('/look', { order: 'topi', pidx })
    expect([response.status, wordsOf(await response.text())]).toEqual([
      502,
      expect.stringContaining('Khalti could not be asked right now. Nothing has changed.'),
    ])
    expect(errors).toHaveLength(1)
  })

  it('An action writes down money that was given back by hand, and asks for no number', async () => {
    const { checkout, order, open, send, follow } = openAdmin()
    const { payment } = await checkout.markPaid(order(), { method: 'cash' })
    const pidx = String(payment?.pidx)
    const form = await (await open(`/refund?order=topi&pidx=${encodeURIComponent(pidx)}`)).text()
    expect(wordsOf(form)).toContain('This was not paid with Khalti.')
    expect(form).not.toContain('name="mobile"')
    const asked = await (await send('/refund', { order: 'topi', pidx, amount: '50' })).text()
    expect(await follow(await send('/refund', hiddenFields(asked)))).toContain('Rs 50.00 went back.')
  })
})

describe('the language', () => {
  it('The language is what ?lang= says, else what the browser likes best, and goes along with every link', async () => {
    const { sell, open, read, send } = openAdmin()
    const { pidx } = await sell()
    expect(await read('', { 'accept-language': 'ne-NP,en;q=0.5' })).toMatch(/तपाईंले हेर्नुपर्ने.*रु ८५०\.००/)
    expect(await read('', { 'accept-language': 'en,ne;q=0.5' })).toContain('What needs you')
    const page = await (await open('/order?id=topi&lang=ne')).text()
    expect(page).toContain('<html lang="ne">')
    for (const [, address] of page.matchAll(/(?:href|action)="(\/api[^"]*)"/g)) expect(address).toMatch(/lang=(ne|en)/)
    const response = await send('/look?lang=ne', { order: 'topi', pidx })
    expect(response.headers.get('location')).toContain('lang=ne')
  })
})

describe('what went wrong, in Nepali', () => {
  const alert = /role="alert">(?:<p><strong>[^<]*<\/strong><\/p><p>)?([^<]*)</
  it.each<[string, (shop: ReturnType<typeof openAdmin>, pidx: string) => Promise<Response>, status: number]>([
    ['a list that begins nowhere', ({ open }) => open('/orders?after=nowhere&lang=ne'), 400],
    ['a form that is none', ({ send }) => send('/look?lang=ne', {}, { 'content-type': 'text/plain' }), 415],
    [
      'a form that cannot be read',
      ({ send }) => send('/look?lang=ne', {}, { 'content-type': 'multipart/form-data' }),
      400,
    ],
    ['a form that is too long', ({ send }) => send('/look?lang=ne', { note: 'x'.repeat(65_536) }), 413],
    [
      'more than is left',
      ({ send }, pidx) => send('/refund?lang=ne', { order: 'topi', pidx, amount: '900', id: 'a' }),
      400,
    ],
    ['an order that was handed out', ({ send }, pidx) => send('/accept?lang=ne', { order: 'topi', pidx }), 409],
  ])('The page says what is wrong with %s in Nepali, and no word of it in English', async (_what, ask, status) => {
    const shop = openAdmin()
    const { pidx } = await shop.sell()
    const response = await ask(shop, pidx)
    const [, said] = alert.exec(await response.text()) ?? []
    expect([response.status, said]).toEqual([status, expect.stringMatching(/^[^A-Za-z]*[\u0900-\u097f][^A-Za-z]*।$/)])
  })
})

describe('the number of orders that need a person', () => {
  it('The reconcile route tells how many orders want attention', async () => {
    const { ask, checkout, simulator, order } = openAdmin()
    const { pidx } = await checkout.initiate(order())
    await checkout.initiate(order({ id: 'other' }))
    simulator.answerWith(pidx, 'Ambiguous')
    await checkout.settle(pidx)
    const answer = await ask('reconcile', { headers: { authorization: 'Bearer a secret of 16 characters or more' } })
    expect(await answer.json()).toMatchObject({ attention: 1 })
  })
})
