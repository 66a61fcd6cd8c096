// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { KhaltiPaymentForm, type KhaltiPaymentFormProps } from 'khalti-kit/react'
import { type ReactNode, StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Answer, answering, later, link, status } from '../browser/answering.ts'
import { violations } from './violations.ts'
import './patience.ts'

const here = { ...link, payment_url: `${location.origin}/#pay` }
const sita = { name: 'Sita Rai', email: 'sita@example.com', phone: '9800000001' }

// What customers see.
beforeEach(() => vi.stubEnv('NODE_ENV', 'production'))
afterEach(() => {
  cleanup()
  location.hash = ''
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
})

function renderForm(props: Partial<KhaltiPaymentFormProps> = {}) {
  const { container } = render(<KhaltiPaymentForm orderId="A-42" {...props} />)
  const form = container.querySelector('form')
  if (!form) throw new Error('no form')
  return form
}

const button = () => screen.getByRole('button')
const message = () => screen.getByRole('status').textContent
const faults = () =>
  Object.fromEntries(
    [...document.querySelectorAll('[aria-invalid=true]')].map((field) => [
      field.getAttribute('name'),
      document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent,
    ]),
  )
const sent = (asked: ReturnType<typeof answering>) => JSON.parse(String(asked[0]?.init.body))

describe('sends', () => {
  it('The form sends the order and the customer, flat, and leaves for Khalti', async () => {
    const asked = answering({ json: here })
    const form = renderForm({ defaultValues: sita })
    fireEvent.click(button())
    await waitFor(() => expect(form.dataset.phase).toBe('leaving'))
    expect(sent(asked)).toEqual({ orderId: 'A-42', ...sita })
    expect(location.hash).toBe('#pay')
  })

  it('The form sends what the customer typed, and the fields among the children', async () => {
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

  it('The form sends one request for a double click', async () => {
    const slow = later<Answer>()
    const asked = answering(slow.promise)
    const form = renderForm({ defaultValues: sita })
    fireEvent.click(button())
    fireEvent.click(button())
    fireEvent.submit(form)
    expect(asked).toHaveLength(1)
  })

  it('The form is a plain form post where JavaScript does not run', () => {
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

  it('The form is a plain form post to another endpoint', () => {
    expect(renderToString(<KhaltiPaymentForm orderId="A-42" endpoint="/payments" />)).toContain(
      'action="/payments/initiate"',
    )
  })
})

describe('while busy', () => {
  it('The form says that it is busy, keeps the focus on its button and takes no second click', async () => {
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
  it('The form gives each field a label, autocomplete and the right keyboard', () => {
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

  it('The form gives each field that is wrong a sentence of its own, the first one the focus, and sends nothing', () => {
    const asked = answering({ json: here })
    renderForm({ defaultValues: { email: 'no address', phone: '12' } })
    fireEvent.click(button())
    expect(faults()).toEqual({
      name: 'Full name is missing.',
      email: 'Write it like sita@example.com.',
      phone: 'A mobile number has ten digits and begins with 98, 97 or 96.',
    })
    expect(document.activeElement).toBe(screen.getByLabelText('Full name'))
    expect(asked).toEqual([])
  })

  it('The form gives a field that is wrong its sentence in Nepali too', () => {
    renderForm({ locale: 'ne', fields: { phone: 'required' }, defaultValues: { email: 'no address' } })
    fireEvent.click(button())
    expect(faults()).toEqual({
      name: 'पूरा नाम लेख्नुहोस्।',
      email: 'sita@example.com जसरी लेख्नुहोस्।',
      phone: 'मोबाइल नम्बर लेख्नुहोस्।',
    })
  })

  it.each([
    'sita',
    'sita@',
    'sita@example',
    'सीता@example.com',
    'sita@example.com.',
    'si ta@example.com',
    '@example.com',
  ])('The form has a sentence of its own for %s, which is no e-mail address to browsers or Khalti', (email) => {
    const asked = answering({ json: here })
    renderForm({ defaultValues: { ...sita, email } })
    fireEvent.click(button())
    expect(faults()).toEqual({ email: 'Write it like sita@example.com.' })
    expect(asked).toEqual([])
  })

  it.each(['12', '9500000001', '980000000', '98000000011', '014412345', 'ninety-eight', '+1 9800000001'])(
    'The form takes no %s for a Nepali mobile number',
    (phone) => {
      const asked = answering({ json: here })
      renderForm({ defaultValues: { ...sita, phone } })
      fireEvent.click(button())
      expect(faults()).toEqual({ phone: expect.stringContaining('ten digits') })
      expect(asked).toEqual([])
    },
  )

  it.each([
    ['9800000001', '9800000001'],
    ['9712345678', '9712345678'],
    ['9612345678', '9612345678'],
    ['980-000 0001', '9800000001'],
    ['+977 9800000001', '9800000001'],
    ['009779800000001', '9800000001'],
    ['९८००००००१२', '9800000012'],
    ['+९७७ ९८४१२३४५६७', '9841234567'],
  ])('The form takes %s for a Nepali mobile number, and sends %s', async (typed, phone) => {
    const asked = answering({ json: here })
    renderForm({ defaultValues: { ...sita, phone: typed } })
    fireEvent.click(button())
    await waitFor(() => expect(asked).toHaveLength(1))
    expect(sent(asked)).toEqual({ orderId: 'A-42', ...sita, phone })
  })

  it('The form takes the message from a field that was put right with the next try', async () => {
    const asked = answering({ json: here })
    renderForm()
    fireEvent.submit(screen.getByLabelText('Full name'))
    expect(screen.getByLabelText('Full name').getAttribute('aria-invalid')).toBe('true')
    fireEvent.change(screen.getByLabelText('Full name'), { target: { value: 'Hari' } })
    fireEvent.click(button())
    await waitFor(() => expect(asked).toHaveLength(1))
    expect(screen.getByLabelText('Full name').getAttribute('aria-invalid')).toBe('false')
  })

  it('The form gives a field that the shop refuses the message of the shop and the focus', async () => {
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

  it('The form checks a field among the children too', () => {
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

describe('a customer', () => {
  const serverFault = { status: 502, json: { error: 'Khalti cannot be reached. Please try again.', code: 'gateway' } }

  it('The customer reads what the shop says', async () => {
    answering({ status: 409, json: { error: 'This order is paid already.', code: 'already-paid' } })
    const form = renderForm({ defaultValues: sita })
    fireEvent.click(button())
    await waitFor(() => expect(message()).toBe('This order is paid already.'))
    expect(form.dataset.phase).toBe('failed')
    expect(button().getAttribute('aria-disabled')).toBe('false')
  })

  it.each<[string, Answer]>([
    ['a missing route', { status: 404, html: 'Not found' }],
    ['a strange payment URL', { json: { ...link, payment_url: 'https://evil.example/' } }],
    ['another origin', { status: 403, json: { error: 'Name the origin in `origins`.', code: 'origin' } }],
    ['a body that is no JSON', { status: 400, json: { error: 'The request is not a JSON object.', code: 'body' } }],
  ])('The customer reads a neutral sentence in production, and nothing of developers, about %s', async (_, answer) => {
    answering(answer)
    const form = renderForm({ defaultValues: sita })
    fireEvent.click(button())
    await waitFor(() => expect(message()).toBe('This did not work. Please try again later.'))
    expect(form.textContent).not.toMatch(/route|origin|JSON|evil/)
    expect(form.querySelector('.khalti-hint')).toBeNull()
  })

  it.each([
    ['gateway', 'खल्तीसँग सम्पर्क भएन। फेरि प्रयास गर्नुहोस्।'],
    ['timeout', 'खल्तीसँग सम्पर्क भएन। फेरि प्रयास गर्नुहोस्।'],
    ['already-paid', 'यो अर्डरको भुक्तानी भइसक्यो।'],
    ['busy', 'यो अर्डरको भुक्तानी भइरहेको छ। एकछिन पर्खनुहोस्।'],
    ['in-progress', 'यो अर्डरको भुक्तानी भइरहेको वा जाँचिँदै छ। फेरि भुक्तानी नगर्नुहोस्।'],
    ['internal', 'पसलमा समस्या आयो। फेरि प्रयास गर्नुहोस्।'],
    ['method', 'भुक्तानी सुरु भएन। पछि फेरि प्रयास गर्नुहोस्।'],
  ])('The customer reads Nepali in a Nepali form when the server refuses with the code %s', async (code, text) => {
    answering({ status: 409, json: { error: 'English words of the server.', code } })
    const form = renderForm({ locale: 'ne', defaultValues: sita })
    fireEvent.click(button())
    await waitFor(() => expect(message()).toBe(text))
    expect(form.textContent).not.toContain('English')
  })

  it('The customer reads Nepali at a field that the server refuses in English', async () => {
    const fields = { 'customer.phone': ['Enter a valid phone number.'] }
    answering({ status: 400, json: { error: 'Please check your details.', code: 'input', fields } })
    renderForm({ locale: 'ne', defaultValues: sita })
    fireEvent.click(button())
    await waitFor(() => expect(faults()).toEqual({ phone: expect.stringMatching(/^मोबाइल नम्बर दस/) }))
    expect(message()).toBe('विवरण जाँच्नुहोस्।')
  })

  it.each<[string, string, { [field: string]: string[] }]>([
    ['en', 'This did not work. Please try again later.', { id: ['purchase_order_id is blank. Khalti needs it.'] }],
    ['en', 'This did not work. Please try again later.', { name: ['purchase_order_name is blank.'] }],
    ['ne', 'भुक्तानी सुरु भएन। पछि फेरि प्रयास गर्नुहोस्।', { amount: ['amount is 100.'] }],
  ])(
    'The customer is not told in %s to check details that are the order, not the customer',
    async (locale, text, fields) => {
      answering({ status: 400, json: { error: 'Please check your details.', code: 'input', fields } })
      renderForm({ locale, defaultValues: sita })
      fireEvent.click(button())
      await waitFor(() => expect(message()).toBe(text))
      expect(faults()).toEqual({})
    },
  )

  it('The customer reads the words of the shop, where it refuses in its own', async () => {
    answering({ status: 410, json: { error: 'The topi is sold.', code: 'refused' } })
    renderForm({ locale: 'ne', defaultValues: sita })
    fireEvent.click(button())
    await waitFor(() => expect(message()).toBe('The topi is sold.'))
  })

  it('The customer reads Nepali labels, and words of the shop in their place', async () => {
    answering('no connection')
    const form = renderForm({ locale: 'ne', defaultValues: sita, texts: { submit: 'रु १,३०० तिर्नुहोस्' } })
    expect(form.lang).toBe('ne')
    expect(screen.getByLabelText('पूरा नाम')).toBeTruthy()
    expect(button().textContent).toBe('रु १,३०० तिर्नुहोस्')
    fireEvent.click(button())
    await waitFor(() => expect(message()).toContain('सम्पर्क भएन'))
  })

  it('The customer reads words of the shop for an error by its code', async () => {
    answering(serverFault)
    renderForm({ defaultValues: sita, texts: { 'error-gateway': 'Khalti rests. Call 01-4412345.' } })
    fireEvent.click(button())
    await waitFor(() => expect(message()).toBe('Khalti rests. Call 01-4412345.'))
  })
})

it('The form keeps its own words and fields where the shop leaves one undefined, such as while translations load', () => {
  renderForm({ texts: { submit: undefined, missing: undefined } as never, fields: { name: undefined } as never })
  expect(button().textContent).toBe('Pay with Khalti')
  fireEvent.click(button())
  expect(screen.getByText('Full name is missing.')).toBeTruthy()
})

it('The form sends the first of two fields with one name, as its plain post does', async () => {
  const asked = answering({ json: here })
  renderForm({
    defaultValues: sita,
    children: [
      <input key="1" type="hidden" name="gift" value="0" />,
      <input key="2" type="hidden" name="gift" value="1" />,
      <input key="3" type="hidden" name="orderId" value="another" />,
    ],
  })
  fireEvent.click(button())
  await waitFor(() => expect(asked).toHaveLength(1))
  expect(sent(asked)).toMatchObject({ gift: '0', orderId: 'A-42' })
})

describe('a field that the form does not have', () => {
  it.each([
    ['phone', '01-4412345'],
    ['email', 'सिता@example.com'],
  ])('The form sends a child that is named %s as it is, where there is no such field', async (name, value) => {
    const asked = answering({ json: here })
    renderForm({
      fields: { name: 'none', email: 'none', phone: 'none' },
      children: <input type="hidden" name={name} value={value} />,
    })
    fireEvent.click(button())
    await waitFor(() => expect(asked).toHaveLength(1))
    expect(sent(asked)).toEqual({ orderId: 'A-42', [name]: value })
  })
})

describe('an open that gives a promise', () => {
  const outcome = (it: string, reason?: string): Answer => ({ json: { ...status, outcome: it, reason } })
  async function closed(answer: Answer, props: Partial<KhaltiPaymentFormProps> = {}) {
    const asked = answering({ json: link }, answer)
    const form = renderForm({ defaultValues: sita, open: async () => {}, ...props })
    fireEvent.click(button())
    await waitFor(() => expect(asked.length).toBeGreaterThanOrEqual(2))
    await waitFor(() => expect(form.getAttribute('aria-busy')).toBe('false'))
    return asked
  }

  it.each([
    [outcome('paid'), 'Payment received – Thank you! Your order is paid.'],
    [outcome('hold'), 'Payment under review – The shop checks it. Please do not pay again.'],
    [outcome('refunded'), 'Payment refunded – The money went back to you.'],
    [outcome('unpaid', 'canceled'), 'Payment canceled – Your order is not paid. You can try again.'],
    [outcome('pending'), 'Payment pending – We keep checking.'],
    ['no connection', 'Payment not checked – If you paid, nothing is lost.'],
  ] as const)('The form says what came of a payment whose page has closed again', async (answer, text) => {
    await closed(answer)
    expect(message()).toBe(text)
  })

  it.each(['paid', 'hold', 'refunded'])('The form has nothing but its sentence once the order is %s', async (it) => {
    await closed(outcome(it), { children: <input aria-label="Coupon" name="coupon" /> })
    expect(screen.queryByRole('button')).toBeNull()
    expect(screen.queryAllByRole('textbox')).toEqual([])
    expect(message()).toMatch(/^Payment /)
  })

  it('The form takes no second payment of an order that is paid, from a script of the page either', async () => {
    const asked = await closed(outcome('paid'))
    fireEvent.submit(document.querySelector('form') as HTMLFormElement)
    expect(asked).toHaveLength(2)
  })

  it('The form hands the focus of its button to the sentence, and takes none from elsewhere', async () => {
    const closing = later<void>()
    answering({ json: link }, outcome('paid'))
    renderForm({ defaultValues: sita, open: () => closing.promise })
    button().focus()
    fireEvent.click(button())
    closing.settle()
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('status')))
    cleanup()
    answering({ json: link }, outcome('paid'))
    render(<button type="button">Menu</button>)
    renderForm({ defaultValues: sita, open: () => screen.getByText('Menu').focus() ?? Promise.resolve() })
    fireEvent.click(screen.getByText('Pay with Khalti'))
    await waitFor(() => expect(message()).toMatch(/^Payment received/))
    expect(document.activeElement).toBe(screen.getByText('Menu'))
  })

  it('The form has its fields and its button again for another order', async () => {
    answering({ json: link }, outcome('paid'))
    const { rerender } = render(<KhaltiPaymentForm orderId="A-42" defaultValues={sita} open={async () => {}} />)
    fireEvent.click(button())
    await waitFor(() => expect(screen.queryByRole('button')).toBeNull())
    rerender(<KhaltiPaymentForm orderId="A-43" defaultValues={sita} open={async () => {}} />)
    expect(button().getAttribute('aria-disabled')).toBe('false')
    expect(message()).toBe('')
  })

  it.each(['pending', 'unpaid'])('The form can be sent again where a payment is %s', async (it) => {
    const asked = await closed(outcome(it))
    expect(button().getAttribute('aria-disabled')).toBe('false')
    fireEvent.click(button())
    await waitFor(() => expect(asked.filter(({ url }) => url.endsWith('/initiate'))).toHaveLength(2))
  })

  it('The form says that it checks the payment while it does', async () => {
    const asked = answering({ json: link }, later<Answer>().promise)
    renderForm({ defaultValues: sita, open: async () => {} })
    fireEvent.click(button())
    await waitFor(() => expect(asked).toHaveLength(2))
    expect(message()).toMatch(/^Checking your payment…/)
  })

  it('The form says it in Nepali, and in words of the shop', async () => {
    await closed(outcome('paid'), { locale: 'ne' })
    expect(message()).toBe('भुक्तानी सफल भयो – धन्यवाद! अर्डरको भुक्तानी भयो।')
    cleanup()
    await closed(outcome('unpaid', 'canceled'), { texts: { 'unpaid-canceled': 'No hurry.' } })
    expect(message()).toBe('No hurry.')
  })
})

describe('headers that fail', () => {
  const headers = async () => {
    throw new Error('session expired')
  }

  it.each([
    ['en', 'This did not work. Please try again later.'],
    ['ne', 'पसलमा समस्या आयो। फेरि प्रयास गर्नुहोस्।'],
  ])('The customer reads nothing of a connection or of developers in %s when headers fail', async (locale, text) => {
    const form = renderForm({ headers, locale, defaultValues: sita })
    fireEvent.click(button())
    await waitFor(() => expect(message()).toBe(text))
    expect(form.textContent).not.toMatch(/headers|session/)
  })

  it('The developer reads that headers failed, and why', async () => {
    vi.stubEnv('NODE_ENV', 'development')
    const form = renderForm({ headers, defaultValues: sita })
    fireEvent.click(button())
    await waitFor(() =>
      expect(form.querySelector('.khalti-hint')?.textContent).toBe(
        'In development only: headers failed: Error: session expired (errors.md#checkout-internal)',
      ),
    )
  })
})

describe('a developer', () => {
  beforeEach(() => vi.stubEnv('NODE_ENV', 'development'))

  it('The developer reads that the checkout is not mounted', async () => {
    answering({ status: 404, html: 'Not found' })
    const form = renderForm({ defaultValues: sita })
    fireEvent.click(button())
    await waitFor(() => expect(form.querySelector('.khalti-hint')?.textContent).toContain('mount the checkout there'))
    expect(message()).toBe('This did not work. Please try again later.')
  })

  it('The developer reads the cause that the server gives in development', async () => {
    const hint = 'The key was refused. Is KHALTI_SECRET_KEY of the sandbox?'
    answering({ status: 502, json: { error: 'Khalti cannot be reached.', code: 'gateway', hint } })
    const form = renderForm({ defaultValues: sita })
    fireEvent.click(button())
    await waitFor(() => expect(form.querySelector('.khalti-hint')?.textContent).toContain(hint))
    expect(form.querySelector('.khalti-hint')?.textContent).toContain('errors.md#checkout-gateway')
  })

  it('The developer reads that the id of the order is missing', async () => {
    const hint = 'initiate was not sent. purchase_order_id is blank. Khalti needs it.'
    const fields = { id: ['purchase_order_id is blank. Khalti needs it.'] }
    answering({ status: 400, json: { error: 'Please check your details.', code: 'input', fields, hint } })
    const form = renderForm({ orderId: '', defaultValues: sita })
    fireEvent.click(button())
    await waitFor(() => expect(form.querySelector('.khalti-hint')?.textContent).toContain(hint))
    expect(message()).toBe('This did not work. Please try again later.')
  })
})

describe('a locale', () => {
  const submit = { en: 'Pay with Khalti', ne: 'खल्तीबाट भुक्तानी गर्नुहोस्' }

  it.each([
    ['ne-NP', 'ne'],
    ['ne_NP', 'ne'],
    ['NE', 'ne'],
    ['ne-Deva-NP', 'ne'],
    ['en-US', 'en'],
    ['EN', 'en'],
    ['hi', 'en'],
    ['new', 'en'],
    ['', 'en'],
  ] as const)('The form speaks by the language of its locale: %s is %s, and its lang says so', (locale, language) => {
    const form = renderForm({ locale })
    expect([form.lang, button().textContent]).toEqual([language, submit[language]])
    expect([...form.querySelectorAll('label')].map((label) => label.textContent).join('')).toMatch(/^\S.*\S$/)
  })

  it('The faults of fields follow the locale when it changes', async () => {
    const fields = { 'customer.phone': ['Enter a valid phone number.'] }
    answering({ status: 400, json: { error: 'Please check your details.', code: 'input', fields } })
    const { rerender } = render(<KhaltiPaymentForm orderId="A-42" />)
    fireEvent.click(button())
    expect(faults()).toEqual({ name: 'Full name is missing.' })
    rerender(<KhaltiPaymentForm orderId="A-42" locale="ne" />)
    expect(faults()).toEqual({ name: 'पूरा नाम लेख्नुहोस्।' })
    fireEvent.change(screen.getByLabelText('पूरा नाम'), { target: { value: 'Sita Rai' } })
    fireEvent.click(button())
    await waitFor(() => expect(faults()).toEqual({ phone: expect.stringMatching(/^मोबाइल नम्बर दस/) }))
    rerender(<KhaltiPaymentForm orderId="A-42" />)
    expect(faults()).toEqual({ phone: 'Enter a valid phone number.' })
  })
})

describe.each([
  ['plainly', ({ children }: { children: ReactNode }) => children],
  ['in StrictMode', ({ children }: { children: ReactNode }) => <StrictMode>{children}</StrictMode>],
])('another order, rendered %s', (_, wrapper) => {
  it('The form says nothing of the order before when the order is another, and keeps what the customer typed', async () => {
    answering({ status: 409, json: { error: 'This order is paid.', code: 'already-paid' } })
    const { container, rerender } = render(<KhaltiPaymentForm orderId="A" />, { wrapper })
    const form = container.querySelector('form')
    fireEvent.change(screen.getByLabelText('Full name'), { target: { value: 'Sita Rai' } })
    fireEvent.click(button())
    await waitFor(() => expect(message()).toBe('This order is paid.'))
    rerender(<KhaltiPaymentForm orderId="B" />)
    expect([form?.dataset.phase, message()]).toEqual(['idle', ''])
    expect(screen.getByLabelText<HTMLInputElement>('Full name').value).toBe('Sita Rai')
  })

  it('The form does not leave for the payment of the order before when the order is another', async () => {
    const slow = later<Answer>()
    const asked = answering(slow.promise, { json: here })
    const { container, rerender } = render(<KhaltiPaymentForm orderId="A" defaultValues={sita} />, { wrapper })
    fireEvent.click(button())
    rerender(<KhaltiPaymentForm orderId="B" defaultValues={sita} />)
    await act(async () => slow.settle({ json: here }))
    expect(asked[0]?.init.signal?.aborted).toBe(true)
    expect(location.hash).toBe('')
    expect(container.querySelector('form')?.dataset.phase).toBe('idle')
    fireEvent.click(button())
    await waitFor(() => expect(location.hash).toBe('#pay'))
    expect(asked.map(({ init }) => JSON.parse(String(init.body)).orderId)).toEqual(['A', 'B'])
  })

  it('The form takes the faults of fields with it when the order is another', () => {
    const { rerender } = render(<KhaltiPaymentForm orderId="A" />, { wrapper })
    fireEvent.click(button())
    expect(faults()).toEqual({ name: 'Full name is missing.' })
    rerender(<KhaltiPaymentForm orderId="B" />)
    expect(faults()).toEqual({})
  })
})

describe('a shop with looks of its own', () => {
  it('The shop adds classes to the form and to every part', () => {
    const classNames = {
      field: 'my-field',
      label: 'my-label',
      input: 'my-input',
      error: 'my-error',
      message: 'my-message',
      button: 'my-button',
    }
    const form = renderForm({ className: 'mine', classNames })
    fireEvent.click(button())
    expect(form.className).toBe('khalti-form mine')
    for (const [part, own] of Object.entries(classNames)) {
      expect(form.querySelector(`.khalti-${part}`)?.classList.contains(own), part).toBe(true)
    }
  })

  it('The form has fields and a button with an edge where no sheet gives them one, but not over classes of its own', () => {
    const form = renderForm({ classNames: { button: 'rounded' } })
    expect(screen.getByLabelText('Full name').style.border).toContain('1px solid')
    expect(form.querySelector('button')?.style.border).toBe('')
  })

  it('The shop puts its own input and button in place of ours', async () => {
    const asked = answering({ json: here })
    renderForm({
      defaultValues: sita,
      slots: {
        input: (props) => <input {...props} data-mine="input" />,
        button: ({ children, ...props }) => (
          <button {...props} data-mine="button">
            {children}!
          </button>
        ),
      },
    })
    expect(document.querySelectorAll('[data-mine=input]')).toHaveLength(3)
    fireEvent.click(screen.getByRole('button', { name: /^Pay with Khalti ?!$/ }))
    await waitFor(() => expect(asked).toHaveLength(1))
  })
})

it('The form takes nobody to a field for a check that fails by itself: the customer may be typing elsewhere', async () => {
  const pending = { json: { ...status, outcome: 'pending' } }
  answering({ json: here }, pending, 'no connection')
  const onError = vi.fn()
  renderForm({ defaultValues: sita, open: async () => {}, onError })
  fireEvent.click(button())
  await waitFor(() => expect(message()).toContain('Payment pending'))
  const name = screen.getByLabelText('Full name')
  const led = vi.fn()
  name.addEventListener('invalid', led)
  fireEvent.change(name, { target: { value: '' } })
  await waitFor(() => expect(onError).toHaveBeenCalled())
  await act(async () => {})
  expect(led).not.toHaveBeenCalled()
})

it('The form hydrates without a word, and then checks the fields itself', async () => {
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

it('The form has no fault that axe-core finds, at rest and with errors', async () => {
  const form = renderForm()
  expect(await violations(form)).toEqual([])
  fireEvent.click(button())
  expect(await violations(form)).toEqual([])
})
