import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createCheckout, type UseKhaltiOptions } from '../../../src/react/create-checkout.ts'
import type { KhaltiPhase } from '../../../src/react/khalti-store.ts'
import { type Answer, answering, later, link, paymentUrl, pidx, status } from './answering.ts'

// Node, so that nothing here can lean on React or on a whole browser: what the state machine uses of one is named here.
const page = new EventTarget()
const assign = vi.fn()
const unmounts: (() => void)[] = []

beforeEach(() => {
  vi.stubGlobal('document', {})
  vi.stubGlobal('location', { origin: 'https://shop.example', assign })
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
})

afterEach(() => {
  for (const unmount of unmounts.splice(0)) unmount()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  assign.mockReset()
})

function checkout(options: UseKhaltiOptions = {}) {
  const { store, actions } = createCheckout(options)
  const phases: KhaltiPhase[] = []
  const unmount = store.subscribe(() => phases.push(store.get().phase))
  unmounts.push(unmount)
  return { store, ...actions, phases, unmount }
}

function showAgain(persisted: boolean) {
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }))
}

describe('initiate', () => {
  test('asks for a link, leaves for it and gives the answer', async () => {
    const asked = answering({ json: link })
    const { initiate, phases, store } = checkout()
    await expect(initiate({ orderId: 'A-42' })).resolves.toEqual(link)
    expect(asked[0]?.init.body).toBe('{"orderId":"A-42"}')
    expect(assign.mock.calls).toEqual([[paymentUrl]])
    expect(phases).toEqual(['starting', 'leaving'])
    expect(store.get()).toMatchObject({ pidx, initiationError: null, payment: null })
  })

  test('stays where autoRedirect is off, and can be called again', async () => {
    const asked = answering({ json: link })
    const { initiate, store } = checkout({ autoRedirect: false })
    await expect(initiate({})).resolves.toEqual(link)
    expect(store.get()).toMatchObject({ phase: 'idle', pidx })
    await initiate({})
    expect(asked).toHaveLength(2)
    expect(assign).not.toHaveBeenCalled()
  })

  test('asks once for a double click, and for Enter and a click', async () => {
    const asked = answering({ json: link })
    const { initiate } = checkout()
    const answers = await Promise.all([initiate({}), initiate({}), initiate({})])
    expect(asked).toHaveLength(1)
    expect(answers).toEqual([link, undefined, undefined])
  })

  test('does nothing while the page is being left', async () => {
    const asked = answering({ json: link })
    const { initiate, checkPaymentStatus } = checkout()
    await initiate({})
    await expect(initiate({})).resolves.toBeUndefined()
    await expect(checkPaymentStatus(pidx)).resolves.toBeUndefined()
    expect(asked).toHaveLength(1)
    expect(assign).toHaveBeenCalledTimes(1)
  })

  test('does not say paid: that is for a status check', async () => {
    answering({ json: { ...link, status: 'Completed', outcome: 'paid' } })
    const onSuccess = vi.fn()
    await checkout({ onSuccess }).initiate({})
    expect(onSuccess).not.toHaveBeenCalled()
  })

  test.each([
    ['another site', 'https://evil.example/pay'],
    ['a script', 'javascript:alert(1)'],
    ['the simulator, on a public page', 'http://localhost:4000/pay'],
  ])('does not leave for %s', async (_, payment_url) => {
    answering({ json: { ...link, payment_url } })
    const onError = vi.fn()
    const { initiate, store } = checkout({ onError })
    await expect(initiate({})).resolves.toBeUndefined()
    expect(assign).not.toHaveBeenCalled()
    expect(store.get()).toMatchObject({ phase: 'failed', initiationError: { code: 'payment-url' } })
    expect(onError).toHaveBeenCalledTimes(1)
  })

  test('does not give out a strange address where autoRedirect is off either', async () => {
    answering({ json: { ...link, payment_url: 'https://evil.example/pay' } })
    await expect(checkout({ autoRedirect: false }).initiate({})).resolves.toBeUndefined()
  })

  test('reports a failure once, to the state and to onError, and can be called again', async () => {
    answering({ status: 409, json: { error: 'Paid already.', code: 'already-paid' } }, { json: link })
    const onError = vi.fn()
    const { initiate, store } = checkout({ onError })
    await expect(initiate({})).resolves.toBeUndefined()
    const { phase, initiationError, statusError } = store.get()
    expect({ phase, statusError }).toEqual({ phase: 'failed', statusError: null })
    expect(initiationError).toMatchObject({ message: 'Paid already.', code: 'already-paid', status: 409 })
    expect(onError.mock.calls).toEqual([[initiationError]])
    await expect(initiate({})).resolves.toEqual(link)
    expect(store.get()).toMatchObject({ phase: 'leaving', initiationError: null })
  })

  test('rejects what cannot be sent as JSON, such as an event, and stays usable', async () => {
    const asked = answering({ json: link })
    const { initiate, store } = checkout()
    const event: { target?: object } = {}
    event.target = event
    await expect(initiate(event)).rejects.toThrow(TypeError)
    expect(store.get().phase).toBe('idle')
    expect(asked).toEqual([])
  })

  test('says on a server that it needs a browser', async () => {
    vi.stubGlobal('document', undefined)
    const asked = answering({ json: link })
    const said = vi.spyOn(console, 'error').mockReturnValue()
    const onError = vi.fn()
    await expect(createCheckout({ onError }).actions.initiate({})).resolves.toBeUndefined()
    expect(onError.mock.calls[0]?.[0].message).toContain('browser')
    expect(said.mock.calls).toEqual(onError.mock.calls)
    expect(asked).toEqual([])
  })

  test('gives up on a shop that does not answer', async () => {
    vi.useFakeTimers()
    answering()
    const { initiate, store } = checkout()
    const outcome = initiate({})
    await vi.advanceTimersByTimeAsync(29_000)
    expect(store.get().phase).toBe('starting')
    await vi.advanceTimersByTimeAsync(1_000)
    await expect(outcome).resolves.toBeUndefined()
    expect(store.get()).toMatchObject({ phase: 'failed', initiationError: { code: 'network' } })
  })

  test('makes the button usable again when the way to Khalti was stopped', async () => {
    vi.useFakeTimers()
    answering({ json: link })
    const { initiate, store } = checkout()
    await initiate({})
    await vi.advanceTimersByTimeAsync(29_000)
    expect(store.get().phase).toBe('leaving')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(store.get().phase).toBe('idle')
  })

  test('keeps leaving when the time of an older payment is up', async () => {
    vi.useFakeTimers()
    answering({ json: link })
    const { initiate, reset, store } = checkout()
    await initiate({})
    await vi.advanceTimersByTimeAsync(20_000)
    reset()
    await initiate({})
    await vi.advanceTimersByTimeAsync(15_000)
    expect(store.get().phase).toBe('leaving')
  })
})

describe('checkPaymentStatus', () => {
  test.each(['paid', 'pending', 'unpaid', 'refunded', 'hold'] as const)(
    'shows %s as the phase, with the payment',
    async (outcome) => {
      const asked = answering({ json: { ...status, outcome } })
      const onSuccess = vi.fn()
      const { checkPaymentStatus, phases, store } = checkout({ onSuccess })
      await expect(checkPaymentStatus(pidx)).resolves.toEqual({ ...status, outcome })
      expect(asked[0]?.url).toBe(`/api/khalti/status?pidx=${pidx}`)
      expect(phases).toEqual(['checking', outcome])
      expect(store.get()).toMatchObject({ payment: { ...status, outcome }, pidx, statusError: null })
      expect(onSuccess).toHaveBeenCalledTimes(outcome === 'paid' ? 1 : 0)
    },
  )

  test.each(['Completed', 'PAID', '', undefined, true])(
    'does not take the outcome %s for an answer',
    async (outcome) => {
      answering({ json: { ...status, outcome } })
      const onSuccess = vi.fn()
      const { checkPaymentStatus, store } = checkout({ onSuccess })
      await expect(checkPaymentStatus(pidx)).resolves.toBeUndefined()
      expect(store.get()).toMatchObject({ phase: 'failed', statusError: { code: 'no-route' }, payment: null })
      expect(onSuccess).not.toHaveBeenCalled()
    },
  )

  test('escapes what it is given', async () => {
    const asked = answering({ json: status })
    await checkout().checkPaymentStatus('a&pidx=b')
    expect(asked[0]?.url).toBe('/api/khalti/status?pidx=a%26pidx%3Db')
  })

  test('keeps a failed check apart from a failed start', async () => {
    answering({ status: 404, json: { error: 'No such payment.', code: 'not-found' } })
    const { checkPaymentStatus, store } = checkout()
    await checkPaymentStatus(pidx)
    expect(store.get()).toMatchObject({
      phase: 'failed',
      initiationError: null,
      statusError: { code: 'not-found', message: 'No such payment.' },
    })
  })

  test('drops the late answer of an older check', async () => {
    const slow = later<Answer>()
    const asked = answering(slow.promise, { json: { ...status, pidx: 'second', outcome: 'pending' } })
    const onSuccess = vi.fn()
    const { checkPaymentStatus, store } = checkout({ onSuccess })
    const first = checkPaymentStatus('first')
    await checkPaymentStatus('second')
    slow.settle({ json: status })
    await expect(first).resolves.toBeUndefined()
    expect(asked[0]?.init.signal?.aborted).toBe(true)
    expect(store.get()).toMatchObject({ phase: 'pending', pidx: 'second' })
    expect(onSuccess).not.toHaveBeenCalled()
  })
})

describe('a call under way', () => {
  test.each(['reset', 'unmount'] as const)('is aborted by %s, silently, and its answer dropped', async (end) => {
    const slow = later<Answer>()
    const asked = answering(slow.promise)
    const onError = vi.fn()
    const it = checkout({ onError })
    const outcome = it.initiate({})
    it[end]()
    slow.settle({ json: link })
    await expect(outcome).resolves.toBeUndefined()
    expect(asked[0]?.init.signal?.aborted).toBe(true)
    expect(assign).not.toHaveBeenCalled()
    expect(onError).not.toHaveBeenCalled()
    expect(it.store.get().phase).toBe('idle')
  })

  test('is not heard when it was overtaken and answers all the same', async () => {
    const answers = [later<Response>(), later<Response>()] as const
    let calls = 0
    vi.stubGlobal('fetch', () => answers[calls++ === 0 ? 0 : 1].promise)
    const { checkPaymentStatus, store } = checkout()
    const outcomes = [checkPaymentStatus('first'), checkPaymentStatus('second')]
    answers[1].settle(Response.json({ ...status, outcome: 'pending' }))
    await outcomes[1]
    answers[0].settle(Response.json(status))
    await expect(outcomes[0]).resolves.toBeUndefined()
    expect(store.get()).toMatchObject({ phase: 'pending', pidx: 'second' })
  })

  test.each([
    ['leaving', { json: link }],
    ['starting', undefined],
  ] as const)('is let go when the back button brings back the page %s', async (phase, answer) => {
    const asked = answering(...(answer ? [answer] : []))
    const { initiate, store } = checkout()
    const first = initiate({})
    if (answer) await first
    expect(store.get().phase).toBe(phase)
    showAgain(true)
    expect(store.get().phase).toBe('idle')
    initiate({})
    expect(asked).toHaveLength(2)
  })

  test('goes on when the page is shown for the first time', async () => {
    answering({ json: link })
    const { initiate, store } = checkout()
    await initiate({})
    showAgain(false)
    expect(store.get().phase).toBe('leaving')
  })

  test('leaves a result alone when the page is shown again', async () => {
    answering({ json: status })
    const { checkPaymentStatus, store } = checkout()
    await checkPaymentStatus(pidx)
    showAgain(true)
    expect(store.get().phase).toBe('paid')
  })
})

test('asks the callbacks of now, not those of the call', async () => {
  const slow = later<Answer>()
  answering(slow.promise)
  const [old, current] = [vi.fn(), vi.fn()]
  const { checkPaymentStatus, store } = checkout({ onSuccess: old })
  const outcome = checkPaymentStatus(pidx)
  store.options = { onSuccess: current }
  slow.settle({ json: status })
  await outcome
  expect(old).not.toHaveBeenCalled()
  expect(current.mock.calls).toEqual([[status]])
})

test('a callback that throws does not turn a paid payment into a failed one', async () => {
  answering({ json: status })
  const { checkPaymentStatus, store } = checkout({
    onSuccess() {
      throw new Error('analytics')
    },
  })
  await expect(checkPaymentStatus(pidx)).rejects.toThrow('analytics')
  expect(store.get().phase).toBe('paid')
})
