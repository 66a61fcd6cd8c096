import { rupees } from 'khalti-kit'
import { PaymentHold } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { hiddenFields, openAdmin, wordsOf } from '../support/admin.ts'

/** A shop with an order of which Khalti says what nobody knows. */
async function openPuzzled() {
  const shop = openAdmin()
  const { pidx } = await shop.checkout.initiate(shop.order())
  shop.simulator.answerWith(pidx, 'Bewildered')
  await shop.checkout.settle(pidx)
  return { ...shop, pidx }
}

describe('a badge of the list', () => {
  it('A badge says once that an order is held, and stays beside what else it needs', async () => {
    const { read, checkout } = await openPuzzled()
    expect(await read('')).toMatch(/Rs 850\.00 Held .*Newest orders .* Rs 850\.00 Held Download/)
    expect(await read('?lang=ne')).toMatch(/रु ८५०\.०० रोकिएको .*रु ८५०\.०० रोकिएको CSV/)
    await checkout.attended('topi')
    expect(await read('')).toMatch(/Newest orders .* Rs 850\.00 Held Download/)
    const broken = openAdmin({ checkout: { fulfil: () => Promise.reject(new Error('the warehouse is away')) } })
    await broken.sell()
    expect(await broken.read('')).toMatch(/Rs 850\.00 Paid Not handed out .*Newest orders/)
  })
})

describe('an amount on the pages', () => {
  it('An amount holds on to its currency where a line is narrow, in both languages', async () => {
    const { open, sell } = openAdmin()
    const { pidx } = await sell({ amount: rupees('1,25,000') })
    for (const path of ['?', '/order?id=topi&', `/refund?order=topi&pidx=${pidx}&`]) {
      for (const lang of ['en', 'ne']) {
        const page = await (await open(`${path}lang=${lang}`)).text()
        expect(page).toMatch(/(Rs\u00a01,25,000\.00|रु\u00a0१,२५,०००\.००)/)
        expect(page).not.toMatch(/(Rs|रु) [\d०-९]/)
      }
    }
    expect(await (await open('/orders.csv')).text()).toContain(',125000.00,')
  })
})

describe('the form of a refund', () => {
  it.each([
    ['en', '850.00', 'Rs\u00a0850.00'],
    ['ne', '८५०.००', 'बढीमा रु\u00a0८५०.००'],
  ])(
    'The form of a refund in %s has its amount filled in as %s, in the digits of its hint',
    async (lang, amount, hint) => {
      const { open, sell } = openAdmin()
      const { pidx } = await sell()
      const form = await (await open(`/refund?order=topi&pidx=${pidx}&lang=${lang}`)).text()
      expect(form).toContain(hint)
      expect(/id="amount"[^>]* value="([^"]*)"/.exec(form)?.[1]).toBe(amount)
    },
  )

  it.each([
    ['८५०.००', '९८१२३४५६७८'],
    ['850.00', '9812345678'],
  ])('The form of a refund in Nepali gives back what was typed as %s, to %s', async (amount, mobile) => {
    const { open, send, sell, checkout } = openAdmin()
    const { pidx } = await sell()
    const form = hiddenFields(await (await open(`/refund?order=topi&pidx=${pidx}&lang=ne`)).text())
    const asked = await (await send('/refund?lang=ne', { ...form, amount, reason: '', mobile })).text()
    expect(wordsOf(asked)).toContain('रु ८५०.०० फिर्ता गर्ने हो?')
    expect(hiddenFields(asked).mobile).toBe('9812345678')
    await send('/refund?lang=ne', hiddenFields(asked))
    expect((await checkout.order('topi'))?.refunds).toMatchObject([{ amount: rupees(850), state: 'done' }])
  })
})

describe('the question before a refund', () => {
  it('The question before a refund calls the reason by its name, and not optional', async () => {
    const { send, sell } = openAdmin()
    const { pidx } = await sell()
    const typed = { order: 'topi', pidx, amount: '1', reason: 'torn', mobile: '' }
    const asked = async (lang: string) => wordsOf(await (await send(`/refund?lang=${lang}`, typed)).text())
    expect([await asked('en'), await asked('ne')]).toEqual([
      expect.stringMatching(/Why torn Yes/),
      expect.stringMatching(/किन torn हो/),
    ])
  })
})

describe('the actions of two payments of one order', () => {
  it.each([
    ['en', ['Look again', 'Hand it out all the same', 'Give money back'], ['Payment 2', 'Payment 1']],
    ['ne', ['फेरि हेर्नुहोस्', 'तैपनि सामान दिनुहोस्', 'पैसा फिर्ता गर्नुहोस्'], ['भुक्तानी २', 'भुक्तानी १']],
  ])(
    'The actions in %s have names that begin with what is seen, and end with their payment',
    async (lang, words, payments) => {
      const { sell, checkout, open } = openAdmin({ checkout: { fulfil: () => Promise.reject(new PaymentHold()) } })
      await sell()
      await checkout.attended('topi')
      await sell()
      const page = await (await open(`/order?id=topi&lang=${lang}`)).text()
      const actions = [...page.matchAll(/<(?:a|button) class="(?:button )?quiet"[^>]* aria-label="([^"]*)">([^<]*)</g)]
      const names = payments.flatMap((payment) => words.map((text) => [`${text}: ${payment}`, text]))
      expect(actions.map(([, name, text]) => [name, text])).toEqual(names)
    },
  )
})

describe('a search', () => {
  it('A name in Arabic letters does not turn round the id behind it where somebody is about to give money back', async () => {
    const { sell, open, send } = openAdmin()
    const { pidx } = await sell({ id: '12-34', name: 'قبعة' })
    const form = await (await open(`/refund?order=12-34&pidx=${pidx}`)).text()
    const asked = await (await send('/refund', { order: '12-34', pidx, amount: '850' })).text()
    expect(form).toContain('<bdi>قبعة</bdi></strong> · 12-34')
    expect(asked).toContain('<bdi>قبعة</bdi> · 12-34')
  })

  it('A search that finds nothing keeps what was searched, as text', async () => {
    const { open, send } = openAdmin()
    const keeps = async (typed: string) => {
      const page = await (await open(`/order?id=${encodeURIComponent(typed)}`)).text()
      return /name="id" type="search" value="([^"]*)"/.exec(page)?.[1]
    }
    expect(await keeps(' ORD-99 ')).toBe(' ORD-99 ')
    expect(await keeps('"><script>')).toBe('&quot;&gt;&lt;script&gt;')
    for (const page of [
      await open('?id=ORD-99'),
      await open('/nowhere?id=ORD-99'),
      await send('/look?id=ORD-99', {}),
    ]) {
      expect(await page.text()).not.toContain('value="ORD-99"')
    }
  })
})

describe('a word of the pages', () => {
  it.each([
    ['cash', 'Cash', 'Paid by cash.', 'नगद'],
    ['bank', 'Bank', 'Paid by bank.', 'बैंक'],
    ['esewa', 'eSewa', 'Paid by eSewa.', 'इसेवा'],
    ['fonepay', 'fonepay', 'Paid by fonepay.', 'fonepay'],
  ])(
    'A word for the method %s is %s beside the others, and stands small in a sentence',
    async (method, name, sentence, nepali) => {
      const { checkout, order, read } = openAdmin()
      await checkout.markPaid(order(), { method })
      const words = await read('/order?id=topi')
      expect(words).toContain(`Method ${name} `)
      expect(words).toContain(sentence)
      const inNepali = await read('/order?id=topi&lang=ne')
      expect(inNepali).toContain(`माध्यम ${nepali} `)
      expect(inNepali).toContain(`${nepali}बाट तिरियो।`)
    },
  )

  it('A word of Khalti that nobody knows stands in quotes as its own, at the payment, in what needs a person and in the story', async () => {
    const { read, checkout } = await openPuzzled()
    const words = await read('/order?id=topi')
    expect(words.match(/Khalti says “bewildered”\./g)).toHaveLength(3)
    expect(words.replaceAll('“bewildered”', '')).not.toContain('bewildered')
    expect((await read('/order?id=topi&lang=ne')).match(/खल्ती “bewildered” भन्छ।/g)).toHaveLength(3)
    await checkout.attended('topi')
    expect((await read('/order?id=topi')).match(/Khalti says “bewildered”\./g)).toHaveLength(2)
  })
})

describe("the shop's own hold", () => {
  const holding = (sentence: string | undefined) =>
    openAdmin({ checkout: { fulfil: () => Promise.reject(new PaymentHold(sentence)) } })

  it("The shop's own hold says why in what needs a person, at the payment and in the story", async () => {
    const { sell, read, open, checkout } = holding('Stock is gone: <b>the last one</b> was sold.')
    const { pidx } = await sell()
    const sentence = 'The shop says: Stock is gone: &lt;b&gt;the last one&lt;/b&gt; was sold.'
    const [, needs = '', payment = '', story = ''] = (await (await open('/order?id=topi')).text()).split('<h2>')
    expect([needs.includes(sentence), payment.includes(sentence), story.includes('Stock is gone: ')]).toEqual([
      true,
      true,
      true,
    ])
    expect(await read('/order?id=topi&lang=ne')).toMatch(/(पसल भन्छ: Stock is gone: .*){2}/)
    // Once nothing is held any more, it is history.
    await checkout.refund(pidx)
    const [now = '', then = ''] = (await read('/order?id=topi')).split('What happened')
    expect([now, then].map((part) => part.includes('The shop says: Stock'))).toEqual([false, true])
  })

  it("The shop's own hold of each of two payments says its own sentence", async () => {
    let sentence = 'The blue one is gone.'
    const shop = openAdmin({ checkout: { fulfil: () => Promise.reject(new PaymentHold(sentence)) } })
    await shop.sell()
    await shop.checkout.attended('topi')
    sentence = 'The red one is gone.'
    await shop.sell()
    const [, needs = '', newer = '', older = ''] = (await (await shop.open('/order?id=topi')).text()).split('<h2>')
    expect([needs, newer, older].map((card) => card.match(/The shop says: The (blue|red) one is gone\./g))).toEqual([
      expect.arrayContaining(['The shop says: The red one is gone.']),
      ['The shop says: The red one is gone.'],
      ['The shop says: The blue one is gone.'],
    ])
  })
})
