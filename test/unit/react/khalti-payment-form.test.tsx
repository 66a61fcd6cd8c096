// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { KhaltiPaymentForm, type KhaltiPaymentFormProps } from 'khalti-kit/react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Answer, answering, later, link } from './answering.ts'
import { violations } from './violations.ts'

const here = { ...link, payment_url: `${location.origin}/#pay` }
const sita = { name: 'Sita Rai', email: 'sita@example.com', phone: '9800000001' }

afterEach(() => {
  cleanup()
  location.hash = ''
  vi.unstubAllGlobals()
})

function renderForm(props: Partial<KhaltiPaymentFormProps> = {}) {
  const { container } = render(<KhaltiPaymentForm orderId="A-42" {...props} />)
  const form = container.querySelector('form')
  if (!form) throw new Error('no form')
  return form
}

const button = () => screen.getByRole('button')
const message = () => screen.getByRole('status').textContent
const sent = (asked: ReturnType<typeof answering>) => JSON.parse(String(asked[0]?.init.body))

describe('sends', () => {
  test('the order and the customer, flat, and leaves for Khalti', async () => {
    const asked = answering({ json: here })
    const form = renderForm({ defaultValues: sita })
    fireEvent.click(button())
    await waitFor(() => expect(form.dataset.phase).toBe('leaving'))
    expect(sent(asked)).toEqual({ orderId: 'A-42', ...sita })
    expect(location.hash).toBe('#pay')
  })

  test('what the customer typed, and the fields among the children', async () => {
    const asked = answering({ json: here })
    renderForm({
      fields: { email: 'none', phone: 'none' },
      children: <input type="hidden" name="coupon" value="DASHAIN" />,
    })
    fireEvent.change(screen.getByLabelText('Full name'), { target: { value: 'Hari' } })
    fireEvent.click(button())
    await waitFor(() => expect(asked).toHaveLength(1))
    expect(sent(asked)).toEqual({ orderId: 'A-42', name: 'Hari', coupon: 'DASHAIN' })
  })

  test('one request for a double click', async () => {
    const slow = later<Answer>()
    const asked = answering(slow.promise)
    const form = renderForm({ defaultValues: sita })
    fireEvent.click(button())
    fireEvent.click(button())
    fireEvent.submit(form)
    expect(asked).toHaveLength(1)
  })

  test('itself as a plain form post where JavaScript does not run', () => {
    document.body.innerHTML = renderToString(<KhaltiPaymentForm orderId="A-42" defaultValues={sita} />)
    const form = document.forms[0]
    if (!form) throw new Error('no form')
    expect([form.method, new URL(form.action).pathname, form.noValidate]).toEqual([
      'post',
      '/api/khalti/initiate',
      false,
    ])
    expect(Object.fromEntries(new FormData(form))).toEqual({ orderId: 'A-42', ...sita })
    expect(form.querySelector('button')?.type).toBe('submit')
    document.body.innerHTML = ''
  })

  test('a plain form post to another endpoint', () => {
    expect(renderToString(<KhaltiPaymentForm orderId="A-42" endpoint="/payments" />)).toContain(
      'action="/payments/initiate"',
    )
  })
})

describe('while busy', () => {
  test('says so, keeps the focus on its button and takes no second click', async () => {
    const slow = later<Answer>()
    answering(slow.promise)
    const form = renderForm({ defaultValues: sita })
    button().focus()
    fireEvent.click(button())
    expect(form.getAttribute('aria-busy')).toBe('true')
    expect(button().getAttribute('aria-disabled')).toBe('true')
    expect(document.activeElement).toBe(button())
    expect(message()).toBe('Opening Khalti…')
  })
})

describe('a field', () => {
  test('has a label, autocomplete and the right keyboard', () => {
    renderForm()
    const fields = ['Full name', 'Email (optional)', 'Phone (optional)'].map((label) => screen.getByLabelText(label))
    expect(
      fields.map((it) => [it.getAttribute('name'), it.getAttribute('type'), it.getAttribute('autocomplete')]),
    ).toEqual([
      ['name', 'text', 'name'],
      ['email', 'email', 'email'],
      ['phone', 'tel', 'tel'],
    ])
  })

  test('that is wrong has its message beside it, and the first one the focus; nothing is sent', () => {
    const asked = answering({ json: here })
    renderForm({ fields: { phone: 'required' }, defaultValues: { email: 'no address' } })
    fireEvent.click(button())
    const names = screen.getAllByText('Please fill this in correctly.').map((it) => {
      const field = document.querySelector(`[aria-describedby="${it.id}"]`)
      expect(field?.getAttribute('aria-invalid')).toBe('true')
      return field?.getAttribute('name')
    })
    expect(names).toEqual(['name', 'email', 'phone'])
    expect(document.activeElement).toBe(screen.getByLabelText('Full name'))
    expect(asked).toEqual([])
  })

  test('that was put right loses its message with the next try', async () => {
    const asked = answering({ json: here })
    renderForm()
    fireEvent.submit(screen.getByLabelText('Full name'))
    expect(screen.getByLabelText('Full name').getAttribute('aria-invalid')).toBe('true')
    fireEvent.change(screen.getByLabelText('Full name'), { target: { value: 'Hari' } })
    fireEvent.click(button())
    await waitFor(() => expect(asked).toHaveLength(1))
    expect(screen.getByLabelText('Full name').getAttribute('aria-invalid')).toBe('false')
  })

  test('that the shop refuses has the message of the shop and the focus', async () => {
    const fields = { 'customer.phone': ['Enter a valid phone number.'], amount: ['Too small.'] }
    answering({ status: 400, json: { error: 'Please check your phone.', code: 'input', fields } })
    const onError = vi.fn()
    renderForm({ defaultValues: sita, onError })
    fireEvent.click(button())
    const phone = screen.getByLabelText('Phone (optional)')
    await waitFor(() => expect(document.activeElement).toBe(phone))
    expect(screen.getByText('Enter a valid phone number.').id).toBe(phone.getAttribute('aria-describedby'))
    expect(message()).toBe('Please check your phone.')
    expect(onError.mock.calls[0]?.[0]).toMatchObject({ code: 'input', fields })
  })

  test('among the children is checked too', () => {
    const asked = answering({ json: here })
    const size = vi.fn()
    const form = renderForm({ defaultValues: sita, children: <input aria-label="Size" name="size" required /> })
    screen.getByLabelText('Size').addEventListener('invalid', (event) => size(event.defaultPrevented))
    fireEvent.click(button())
    expect(asked).toEqual([])
    // Once for us and once for the browser, which shows its own message: there is no place for one of ours.
    expect(size.mock.calls).toEqual([[false], [false]])
    expect(form.querySelector('.khalti-error')).toBeNull()
  })
})

describe('says', () => {
  test('what the shop says', async () => {
    answering({ status: 409, json: { error: 'This order is paid already.', code: 'already-paid' } })
    const form = renderForm({ defaultValues: sita })
    fireEvent.click(button())
    await waitFor(() => expect(message()).toBe('This order is paid already.'))
    expect(form.dataset.phase).toBe('failed')
    expect(button().getAttribute('aria-disabled')).toBe('false')
  })

  test('which file is missing', async () => {
    answering({ status: 404, html: 'Not found' })
    renderForm({ defaultValues: sita })
    fireEvent.click(button())
    await waitFor(() => expect(message()).toContain('app/api/khalti/[...khalti]/route.ts'))
  })

  test('it in Nepali, and in words of the shop', async () => {
    answering('no connection')
    const form = renderForm({ locale: 'ne', defaultValues: sita, texts: { submit: 'रु १,३०० तिर्नुहोस्' } })
    expect(form.lang).toBe('ne')
    expect(screen.getByLabelText('पूरा नाम')).toBeTruthy()
    expect(button().textContent).toBe('रु १,३०० तिर्नुहोस्')
    fireEvent.click(button())
    await waitFor(() => expect(message()).toContain('इन्टरनेट छैन'))
  })
})

test('hydrates without a word, and then checks the fields itself', async () => {
  const complaints = vi.spyOn(console, 'error').mockReturnValue()
  const container = document.createElement('div')
  document.body.append(container)
  container.innerHTML = renderToString(<KhaltiPaymentForm orderId="A-42" />)
  const root = hydrateRoot(container, <KhaltiPaymentForm orderId="A-42" />, { onRecoverableError: complaints })
  await waitFor(() => expect(container.querySelector('form')?.noValidate).toBe(true))
  expect(document.activeElement).toBe(document.body)
  expect(complaints.mock.calls).toEqual([])
  root.unmount()
  container.remove()
  complaints.mockRestore()
})

test('has no fault that axe-core finds, at rest and with errors', async () => {
  const form = renderForm()
  expect(await violations(form)).toEqual([])
  fireEvent.click(button())
  expect(await violations(form)).toEqual([])
})
