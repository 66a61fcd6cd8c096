// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { KhaltiPaymentStatus, type KhaltiPaymentStatusProps } from 'khalti-kit/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Answer, answering, later, pidx, status } from '../browser/answering.ts'
import { violations } from './violations.ts'
import './patience.ts'

// What customers see.
beforeEach(() => vi.stubEnv('NODE_ENV', 'production'))
afterEach(() => {
  cleanup()
  vi.unstubAllEnvs()
  history.replaceState(null, '', '/')
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

async function renderStatus(answer: Answer, props: KhaltiPaymentStatusProps = {}) {
  const asked = answering(answer)
  const { container } = render(<KhaltiPaymentStatus pidx={pidx} {...props} />)
  const section = container.querySelector('section')
  if (!section) throw new Error('no section')
  if (props.pidx !== null) await waitFor(() => expect(section.dataset.phase).not.toBe('checking'))
  return { section, asked }
}

const heading = () => screen.getByRole('heading').textContent
const nextStep = () => (screen.queryByRole('link') ?? screen.getByRole('button')).textContent
const answer = (outcome: string, reason?: string): Answer => ({ json: { ...status, outcome, reason } })
const unknown: Answer = { status: 404, json: { error: 'No payment with this id.', code: 'not-found' } }

const cases = [
  ['paid', answer('paid'), 'Payment received'],
  ['pending', answer('pending'), 'Payment pending'],
  ['canceled', answer('unpaid', 'canceled'), 'Payment canceled'],
  ['expired', answer('unpaid', 'expired'), 'Payment expired'],
  ['failed at Khalti', answer('unpaid', 'failed'), 'Payment failed'],
  ['refunded', answer('refunded'), 'Payment refunded'],
  ['refunded in part', answer('refunded', 'partial'), 'Payment partly refunded'],
  ['on hold', answer('hold', 'wrong-amount'), 'Payment under review'],
  ['not to be checked', 'no connection', 'Payment not checked'],
  ['unknown', unknown, 'Payment not checked'],
] as const

describe.each(cases)('a payment that is %s', (_, reply, title) => {
  it('The page shows a heading, a sentence, a next step and nothing that axe-core objects to', async () => {
    const { section } = await renderStatus(reply)
    expect(heading()).toBe(title)
    expect(screen.getByRole('status').querySelector('p')?.textContent).toMatch(/\.$/)
    expect(nextStep()).not.toBe('')
    expect(await violations(section)).toEqual([])
  })

  it('The page shows the payment in Nepali too', async () => {
    const { section } = await renderStatus(reply, { locale: 'ne' })
    expect(section.lang).toBe('ne')
    expect(heading()).toMatch(/^[\u0900-\u097f\s]+$/)
    expect(screen.getByRole('status').querySelector('p')?.textContent).toMatch(/[।!]$/)
    expect(nextStep()).toMatch(/^[\u0900-\u097f\s]+$/)
  })
})

it('The page says that it checks, and announces what comes of it', async () => {
  answering()
  const { container } = render(<KhaltiPaymentStatus pidx={pidx} />)
  expect(heading()).toBe('Checking your payment…')
  expect(screen.getByRole('status').contains(screen.getByRole('heading'))).toBe(true)
  expect(container.querySelector('.khalti-button')).toBeNull()
})

it('The page says that the address names no payment', async () => {
  await renderStatus(answer('paid'), { pidx: null })
  expect(heading()).toBe('No payment found')
})

it('The page shows nothing that the address says', async () => {
  history.replaceState(null, '', `/?pidx=${pidx}&status=Completed&purchase_order_name=Forged&amount=1&transaction_id=F`)
  const { section } = await renderStatus(answer('unpaid', 'canceled'), { pidx: undefined })
  expect(heading()).toBe('Payment canceled')
  expect(section.innerHTML).not.toMatch(/Forged|Completed/)
})

it.each([
  ['en', 'The money went back to you.', 'Part of the money went back to you.'],
  ['ne', 'रकम तपाईंलाई फिर्ता भयो।', 'केही रकम तपाईंलाई फिर्ता भयो।'],
] as const)(
  'The page says that all of the money went back only where all of it did, in %s',
  async (locale, all, part) => {
    const sentence = () => screen.getByRole('status').querySelector('p')?.textContent
    await renderStatus(answer('refunded'), { locale })
    expect(sentence()).toBe(all)
    cleanup()
    const { section } = await renderStatus(answer('refunded', 'partial'), { locale })
    expect(sentence()).toBe(part)
    expect(section.dataset.reason).toBe('partial')
  },
)

it.each([
  ['ne-NP', 'ne', 'भुक्तानी सफल भयो', 'रु १,२५०.५०'],
  ['NE', 'ne', 'भुक्तानी सफल भयो', 'रु १,२५०.५०'],
  ['en-US', 'en', 'Payment received', 'Rs 1,250.50'],
  ['hi', 'en', 'Payment received', 'Rs 1,250.50'],
])(
  'The page speaks by the language of its locale: %s is %s, and its lang says so',
  async (locale, language, title, amount) => {
    const { section } = await renderStatus(answer('paid'), { locale })
    expect([section.lang, heading()]).toEqual([language, title])
    expect(screen.getByText(amount)).toBeTruthy()
  },
)

describe('the receipt', () => {
  const paid = { ...status, amount: 12_345_678_50, transactionId: 'GFq9PFS7b2iYvL8Lir9oXe' }
  const rows = () => [...document.querySelectorAll('dt')].map((dt) => [dt.textContent, dt.nextSibling?.textContent])

  it('The receipt has order, amount, time and transaction, each with its label', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-02-28T20:00:00Z'))
    await renderStatus({ json: paid })
    expect(rows()).toEqual([
      ['Order', 'Dhaka topi A-42'],
      ['Amount', 'Rs 1,23,45,678.50'],
      ['As of', '2026-03-01 01:45'],
      ['Transaction ID', expect.stringContaining('GFq9PFS7b2iYvL8Lir9oXe')],
    ])
  })

  it('The receipt sets the name apart, so that one in Arabic letters does not turn round the id behind it', async () => {
    await renderStatus({ json: { ...paid, orderName: 'قبعة', orderId: '12-34' } })
    expect(screen.getByText('قبعة').localName).toBe('bdi')
    expect(screen.getByText('12-34').closest('bdi')).toBeNull()
  })

  it('The receipt has Devanagari digits in lakhs in Nepali, whatever locales the browser has', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-02-28T20:00:00Z'))
    await renderStatus({ json: paid }, { locale: 'ne' })
    expect(rows().slice(1, 3)).toEqual([
      ['रकम', 'रु १,२३,४५,६७८.५०'],
      ['जाँचिएको समय', '२०२६-०३-०१ ०१:४५'],
    ])
  })

  it('The receipt has the time of the answer that is shown, also where that says the same as the one before', async () => {
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-02-28T20:00:00Z'))
    await renderStatus({ json: { ...status, outcome: 'pending' } })
    expect(rows()).toContainEqual(['As of', '2026-03-01 01:45'])
    now.mockReturnValue(Date.parse('2026-02-28T20:45:00Z'))
    fireEvent.click(screen.getByRole('button', { name: 'Check again' }))
    await waitFor(() => expect(rows()).toContainEqual(['As of', '2026-03-01 02:30']))
  })

  it.each([
    [1, 'Rs 0.01'],
    [99_999, 'Rs 999.99'],
    [100_000, 'Rs 1,000.00'],
    [10_000_000, 'Rs 1,00,000.00'],
  ])('The receipt writes %i paisa as %s', async (amount, text) => {
    await renderStatus({ json: { ...status, amount } })
    expect(rows()).toContainEqual(['Amount', text])
  })

  it('The receipt copies the transaction id, and says so', async () => {
    const writeText = vi.fn(async () => {})
    vi.stubGlobal('navigator', { clipboard: { writeText } })
    await renderStatus({ json: paid })
    fireEvent.click(screen.getByRole('button', { name: 'Copy: Transaction ID' }))
    expect(await screen.findByText('Copied')).toBeTruthy()
    expect(writeText.mock.calls).toEqual([[paid.transactionId]])
  })

  it('The receipt selects the transaction id, and says nothing, where it may not copy it', async () => {
    const writeText = vi.fn(async () => {
      throw new DOMException('Write permission denied.', 'NotAllowedError')
    })
    vi.stubGlobal('navigator', { clipboard: { writeText } })
    await renderStatus({ json: paid })
    fireEvent.click(screen.getByRole('button', { name: 'Copy: Transaction ID' }))
    await waitFor(() => expect(getSelection()?.toString()).toBe(paid.transactionId))
    expect(screen.queryByText('Copied')).toBeNull()
  })

  it('The receipt has no copy button where the browser has no clipboard', async () => {
    vi.stubGlobal('navigator', {})
    await renderStatus({ json: paid })
    expect(screen.queryByRole('button')).toBeNull()
  })
})

describe('the button "Check again"', () => {
  it('The button "Check again" keeps the focus and the receipt while the shop is asked', async () => {
    const slow = later<Answer>()
    answering(answer('pending'), slow.promise)
    render(<KhaltiPaymentStatus pidx={pidx} />)
    const button = await screen.findByRole('button', { name: 'Check again' })
    button.focus()
    fireEvent.click(button)
    expect(heading()).toBe('Checking your payment…')
    expect(document.activeElement).toBe(button)
    expect(button.getAttribute('aria-disabled')).toBe('true')
    expect(screen.getByText('Dhaka topi', { exact: false })).toBeTruthy()
    await act(async () => slow.settle(answer('pending')))
    expect(screen.getByRole('button')).toBe(button)
    expect(document.activeElement).toBe(button)
    expect(button.getAttribute('aria-disabled')).toBe('false')
  })

  it('The button "Check again" hands the focus to the heading when there is nothing to check any more', async () => {
    answering(answer('pending'), answer('paid'))
    render(<KhaltiPaymentStatus pidx={pidx} />)
    const button = await screen.findByRole('button', { name: 'Check again' })
    button.focus()
    fireEvent.click(button)
    await waitFor(() => expect(heading()).toBe('Payment received'))
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('heading')))
  })
})

describe('a check that fails', () => {
  it('The page keeps the payment and its receipt where the customer checks again and it fails', async () => {
    answering(answer('pending'), 'no connection')
    render(<KhaltiPaymentStatus pidx={pidx} />)
    fireEvent.click(await screen.findByRole('button', { name: 'Check again' }))
    await waitFor(() => expect(heading()).toBe('Payment pending'))
    expect(screen.getByText('Dhaka topi', { exact: false })).toBeTruthy()
    expect(nextStep()).toBe('Check again')
  })
})

describe('the next step', () => {
  it.each(cases)(
    'The next step of a payment that is %s is one, and never says both not to pay again and to try again',
    async (_, reply) => {
      for (const links of [undefined, { unpaid: '/checkout/:orderId', paid: '/o', hold: '/o', refunded: '/o' }]) {
        const { section } = await renderStatus(reply, { links })
        expect(section.querySelectorAll('.khalti-button')).toHaveLength(1)
        expect(/not pay again/.test(section.textContent ?? '') && /try again/i.test(section.textContent ?? '')).toBe(
          false,
        )
        cleanup()
      }
    },
  )

  it.each([
    [answer('paid'), '/orders/:orderId', 'See your order'],
    [answer('unpaid', 'canceled'), '/checkout/:orderId', 'Try again'],
    [answer('hold', 'wrong-amount'), '/orders/:orderId', 'See your order'],
    [unknown, '/orders', 'See your orders'],
    [{ status: 404, html: '' }, '/orders', 'See your orders'],
  ])('The next step has a label that fits where it leads', async (reply, link, label) => {
    await renderStatus(reply, { links: { paid: link, unpaid: link, hold: link, failed: link } })
    expect(nextStep()).toBe(label)
    expect(screen.getByRole('link').getAttribute('href')).toBe(link.replace(':orderId', 'A-42'))
    cleanup()
    await renderStatus(reply)
    expect(nextStep()).toBe('Back to the shop')
  })

  it('The next step asks again after what may pass, and not after a refusal', async () => {
    await renderStatus({ status: 502, json: { error: 'Khalti cannot be reached. Please try again.', code: 'gateway' } })
    expect(screen.getByRole('button').textContent).toBe('Check again')
    cleanup()
    await renderStatus(unknown)
    expect(screen.queryByRole('button')).toBeNull()
  })
})

it('The page checks again when asked to', async () => {
  const { asked } = await renderStatus(answer('pending'))
  fireEvent.click(screen.getByRole('button', { name: 'Check again' }))
  expect(heading()).toBe('Checking your payment…')
  await waitFor(() => expect(heading()).toBe('Payment pending'))
  expect(asked.length).toBeGreaterThanOrEqual(2)
})

it('The page tells developers alone what failed, and customers nothing of it', async () => {
  const { section } = await renderStatus({ status: 404, html: 'Not found' })
  expect(section.textContent).not.toContain('route')
  cleanup()
  vi.stubEnv('NODE_ENV', 'development')
  const { section: developers } = await renderStatus({ status: 404, html: 'Not found' })
  expect(developers.querySelector('.khalti-hint')?.textContent).toContain('mount the checkout there')
})

it('The page has a sign for every phase, which screen readers skip', async () => {
  const signs = new Set<string>()
  for (const [, reply] of cases) {
    const { section } = await renderStatus(reply)
    const icon = section.querySelector('.khalti-icon')
    expect(icon?.getAttribute('aria-hidden')).toBe('true')
    signs.add(icon?.innerHTML ?? '')
    cleanup()
  }
  expect(signs.size).toBe(6)
})

it('The page takes classes and components of the shop for its parts', async () => {
  const { section } = await renderStatus(answer('paid'), {
    className: 'mine',
    classNames: { heading: 'big', button: 'pill' },
    slots: {
      icon: ({ phase }) => <i>{phase}</i>,
      link: ({ children, ...props }) => (
        <a {...props} data-router="">
          {children}
        </a>
      ),
      receipt: ({ payment }) => <p>Receipt of {payment.orderName}</p>,
    },
    links: { paid: '/orders' },
  })
  expect(section.className).toBe('khalti-status mine')
  expect(screen.getByRole('heading').className).toBe('khalti-heading big')
  expect(section.querySelector('i')?.textContent).toBe('paid')
  expect(screen.getByText('Receipt of Dhaka topi')).toBeTruthy()
  const link = screen.getByRole('link')
  expect([link.className, link.getAttribute('style'), link.dataset.router]).toEqual(['khalti-button pill', null, ''])
})

it('The page leads where the shop says, with the order filled in, or else to the shop', async () => {
  const links = { paid: '/orders/:orderId', unpaid: '/cart' }
  await renderStatus({ json: { ...status, orderId: 'A/42 b' } }, { links })
  expect(screen.getByRole('link').getAttribute('href')).toBe('/orders/A%2F42%20b')
  cleanup()
  await renderStatus(answer('unpaid', 'expired'), { links })
  expect(screen.getByRole('link').getAttribute('href')).toBe('/cart')
  cleanup()
  await renderStatus(answer('hold', 'wrong-amount'), { links })
  expect(screen.getByRole('link').getAttribute('href')).toBe('/')
})

it('The page fills in the order wherever its link names it', async () => {
  await renderStatus(answer('paid'), { links: { paid: '/o/:orderId?id=:orderId&x=:orderId' } })
  expect(screen.getByRole('link').getAttribute('href')).toBe('/o/A-42?id=A-42&x=A-42')
})

it('The page takes words of the shop for a phase, a reason and an error', async () => {
  const texts = {
    paid: ['Thank you', 'We pack your order.', 'See your order'],
    'hold-wrong-amount': ['Wrong amount', 'We call you.', 'Contact us'],
    'failed-not-found': ['Unknown payment', 'Look into your mail.', 'Check again'],
  } as const
  await renderStatus(answer('paid'), { texts })
  expect([heading(), nextStep()]).toEqual(['Thank you', 'See your order'])
  cleanup()
  await renderStatus(answer('hold', 'wrong-amount'), { texts })
  expect(heading()).toBe('Wrong amount')
  cleanup()
  await renderStatus(unknown, { texts })
  expect(heading()).toBe('Unknown payment')
})

it('The page has data attributes to style by', async () => {
  const { section } = await renderStatus(answer('unpaid', 'expired'))
  expect({ ...section.dataset }).toEqual({ phase: 'unpaid', reason: 'expired' })
})
