// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { KhaltiPaymentStatus, type KhaltiPaymentStatusProps } from 'khalti-kit/react'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Answer, answering, pidx, status } from './answering.ts'
import { violations } from './violations.ts'

afterEach(() => {
  cleanup()
  history.replaceState(null, '', '/')
  vi.unstubAllGlobals()
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
  ['pending', answer('pending'), 'Payment not finished'],
  ['canceled', answer('unpaid', 'canceled'), 'Payment canceled'],
  ['expired', answer('unpaid', 'expired'), 'Payment expired'],
  ['failed at Khalti', answer('unpaid', 'failed'), 'Payment failed'],
  ['refunded', answer('refunded'), 'Payment refunded'],
  ['on hold', answer('hold', 'wrong-amount'), 'Payment under review'],
  ['not to be checked', 'no connection', 'Payment not checked'],
  ['unknown', unknown, 'Payment not checked'],
] as const

describe.each(cases)('a payment that is %s', (_, reply, title) => {
  test('has a heading, a sentence, a next step and nothing that axe-core objects to', async () => {
    const { section } = await renderStatus(reply)
    expect(heading()).toBe(title)
    expect(screen.getByRole('status').querySelector('p')?.textContent).toMatch(/\.$/)
    expect(nextStep()).not.toBe('')
    expect(await violations(section)).toEqual([])
  })

  test('has them in Nepali too', async () => {
    const { section } = await renderStatus(reply, { locale: 'ne' })
    expect(section.lang).toBe('ne')
    expect(heading()).toMatch(/^[\u0900-\u097f\s]+$/)
    expect(screen.getByRole('status').querySelector('p')?.textContent).toMatch(/[।!]$/)
    expect(nextStep()).toMatch(/^[\u0900-\u097f\s]+$/)
  })
})

test('says that it checks, and announces what comes of it', async () => {
  answering()
  const { container } = render(<KhaltiPaymentStatus pidx={pidx} />)
  expect(heading()).toBe('Checking your payment…')
  expect(screen.getByRole('status').contains(screen.getByRole('heading'))).toBe(true)
  expect(container.querySelector('.khalti-button')).toBeNull()
})

test('says that the address names no payment', async () => {
  await renderStatus(answer('paid'), { pidx: null })
  expect(heading()).toBe('No payment found')
})

test('shows nothing that the address says', async () => {
  history.replaceState(null, '', `/?pidx=${pidx}&status=Completed&purchase_order_name=Forged&amount=1&transaction_id=F`)
  const { section } = await renderStatus(answer('unpaid', 'canceled'), { pidx: undefined })
  expect(heading()).toBe('Payment canceled')
  expect(section.innerHTML).not.toMatch(/Forged|Completed/)
})

test('shows what was paid, as the shop has it', async () => {
  const { section } = await renderStatus({ json: { ...status, transactionId: 'GFq9PFS7b2iYvL8Lir9oXe' } })
  const line = section.querySelector('.khalti-order')?.textContent?.replace(/\s/g, ' ')
  expect(line).toBe('Dhaka topi · Rs 1,250.50 · GFq9PFS7b2iYvL8Lir9oXe')
})

test('checks again when asked to', async () => {
  const { asked } = await renderStatus(answer('pending'))
  fireEvent.click(screen.getByRole('button', { name: 'Check again' }))
  expect(heading()).toBe('Checking your payment…')
  await waitFor(() => expect(heading()).toBe('Payment not finished'))
  expect(asked.length).toBeGreaterThanOrEqual(2)
})

test('names the missing route', async () => {
  const { section } = await renderStatus({ status: 404, html: 'Not found' })
  expect(section.textContent).toContain('app/api/khalti/[...khalti]/route.ts')
})

test('leads where the shop says, with the order filled in, or else to the shop', async () => {
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

test('takes words of the shop for a phase, a reason and an error', async () => {
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

test('has data attributes to style by', async () => {
  const { section } = await renderStatus(answer('unpaid', 'expired'))
  expect({ ...section.dataset }).toEqual({ phase: 'unpaid', reason: 'expired' })
})
