import { createKhalti, type KhaltiOptions, type KhaltiPhase } from 'khalti-kit/browser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Answer, answering, later, link, paymentUrl, pidx, status } from './answering.ts'

// Node, so that nothing here can lean on React or on a whole browser: what the state machine uses of one is named here.
const page = new EventTarget()
const assign = vi.fn()
const unmounts: (() => void)[] = []

beforeEach(() => {
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

function opened(options: KhaltiOptions = {}) {
  const khalti = createKhalti(options)
  const phases: KhaltiPhase[] = []
  const unmount = khalti.subscribe(({ phase }) => phases.push(phase))
  unmounts.push(unmount)
  return { ...khalti, phases, unmount }
}

function showAgain(persisted: boolean) {
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }))
}

describe('initiate', () => {
  it('Initiate initiate asks for a link, leaves for it and gives the answer', async () => {
    const asked = answering({ json: link })
    const { initiate, phases, get } = opened()
    await expect(initiate({ orderId: 'A-42' })).resolves.toEqual(link)
    expect(asked.map(({ url, init }) => [url, init.body])).toEqual([['/api/khalti/initiate', '{"orderId":"A-42"}']])
    expect(assign.mock.calls).toEqual([[paymentUrl]])
    expect(phases).toEqual(['starting', 'leaving'])
    expect(get()).toMatchObject({ pidx, initiationError: null, payment: null })
  })

  it('Initiate initiate stays where autoRedirect is off, and can be called again', async () => {
    const asked = answering({ json: link })
    const { initiate, get } = opened({ autoRedirect: false })
    await expect(initiate({})).resolves.toEqual(link)
    expect(get()).toMatchObject({ phase: 'idle', pidx })
    await initiate({})
    expect(asked).toHaveLength(2)
    expect(assign).not.toHaveBeenCalled()
  })

  it('Initiate initiate asks once for a double click, and for Enter and a click', async () => {
    const asked = answering({ json: link })
    const { initiate } = opened()
    const answers = await Promise.all([initiate({}), initiate({}), initiate({})])
    expect(asked).toHaveLength(1)
    expect(answers).toEqual([link, undefined, undefined])
  })

  it('Initiate initiate does nothing while the page is being left', async () => {
    const asked = answering({ json: link })
    const { initiate } = opened()
    await initiate({})
    await expect(initiate({})).resolves.toBeUndefined()
    expect(asked).toHaveLength(1)
    expect(assign).toHaveBeenCalledTimes(1)
  })

  it('Initiate does nothing while a payment is checked', async () => {
    const asked = answering()
    const { initiate, checkPaymentStatus, get } = opened()
    checkPaymentStatus(pidx)
    expect(get()).toMatchObject({ phase: 'checking', pidx, isLoading: true })
    await expect(initiate({})).resolves.toBeUndefined()
    expect(asked).toHaveLength(1)
    expect(get().phase).toBe('checking')
  })

  it('Initiate shows that it is busy until the page is left', async () => {
    answering({ json: link })
    const { initiate, get, subscribe } = opened()
    const busy: boolean[] = []
    unmounts.push(subscribe(({ isLoading }) => busy.push(isLoading)))
    await initiate({})
    expect(busy).toEqual([true, true])
    expect(get()).toMatchObject({ phase: 'leaving', isLoading: true })
  })

  it.each([
    ['a window', () => ({ closed: false })],
    ['a text', () => 'opened'],
    ['nothing', () => undefined],
  ])('Initiate leaves the page where open gives %s', async (_, open) => {
    vi.useFakeTimers()
    const asked = answering({ json: link })
    const { initiate, get } = opened({ open })
    await initiate({})
    await vi.advanceTimersByTimeAsync(29_999)
    expect(get().phase).toBe('leaving')
    await vi.advanceTimersByTimeAsync(1)
    expect(get()).toMatchObject({ phase: 'idle', isLoading: false })
    expect(asked).toHaveLength(1)
  })

  it.each([0, 1, 2, 3, 4])(
    'Initiate does not leave a page that was reset %i instants after the answer',
    async (after) => {
      answering({ json: link })
      let wasLeft = false
      const wait = (instants: number): void => {
        if (instants > 0) {
          queueMicrotask(() => wait(instants - 1))
          return
        }
        wasLeft = assign.mock.calls.length > 0
        reset()
      }
      const { initiate, reset, get } = opened({
        // Read once the shop has answered.
        get allowedOrigins() {
          wait(after)
          return []
        },
      })
      await initiate({})
      expect(assign).toHaveBeenCalledTimes(wasLeft ? 1 : 0)
      expect(get().phase).toBe('idle')
    },
  )

  it('Initiate initiate does not say paid: only a status check does', async () => {
    answering({ json: { ...link, status: 'Completed', outcome: 'paid' } })
    const onSuccess = vi.fn()
    await opened({ onSuccess }).initiate({})
    expect(onSuccess).not.toHaveBeenCalled()
  })

  it.each([
    ['another site', 'https://evil.example/pay'],
    ['a script', 'javascript:alert(1)'],
    ['the simulator, on a public page', 'http://localhost:4000/pay'],
  ])('Initiate initiate does not leave for %s', async (_, payment_url) => {
    answering({ json: { ...link, payment_url } })
    const onError = vi.fn()
    const { initiate, get } = opened({ onError })
    await expect(initiate({})).resolves.toBeUndefined()
    expect(assign).not.toHaveBeenCalled()
    expect(get()).toMatchObject({ phase: 'failed', initiationError: { code: 'payment-url' } })
    expect(onError).toHaveBeenCalledTimes(1)
  })

  it('Initiate initiate does not give out a strange address where autoRedirect is off either', async () => {
    answering({ json: { ...link, payment_url: 'https://evil.example/pay' } })
    await expect(opened({ autoRedirect: false }).initiate({})).resolves.toBeUndefined()
  })

  it('Initiate initiate reports a failure once, to the state and to onError, and can be called again', async () => {
    answering({ status: 409, json: { error: 'Paid already.', code: 'already-paid' } }, { json: link })
    const onError = vi.fn()
    const { initiate, get } = opened({ onError })
    await expect(initiate({})).resolves.toBeUndefined()
    const { phase, initiationError, statusError } = get()
    expect({ phase, statusError }).toEqual({ phase: 'failed', statusError: null })
    expect(initiationError).toMatchObject({ message: 'Paid already.', code: 'already-paid', status: 409 })
    expect(onError.mock.calls).toEqual([[initiationError]])
    await expect(initiate({})).resolves.toEqual(link)
    expect(get()).toMatchObject({ phase: 'leaving', initiationError: null })
  })

  it('Initiate initiate rejects what cannot be sent as JSON, such as an event, and stays usable', async () => {
    const asked = answering({ json: link })
    const { initiate, get } = opened()
    const event: { target?: object } = {}
    event.target = event
    await expect(initiate(event)).rejects.toThrow(TypeError)
    expect(get().phase).toBe('idle')
    expect(asked).toEqual([])
  })

  it('Initiate initiate gives up on a shop that does not answer', async () => {
    vi.useFakeTimers()
    answering()
    const { initiate, get } = opened()
    const outcome = initiate({})
    await vi.advanceTimersByTimeAsync(29_000)
    expect(get().phase).toBe('starting')
    await vi.advanceTimersByTimeAsync(1_000)
    await expect(outcome).resolves.toBeUndefined()
    expect(get()).toMatchObject({ phase: 'failed', initiationError: { code: 'network' } })
  })

  it('Initiate initiate makes the button usable again when the way to Khalti was stopped', async () => {
    vi.useFakeTimers()
    answering({ json: link })
    const { initiate, get } = opened()
    await initiate({})
    await vi.advanceTimersByTimeAsync(29_000)
    expect(get().phase).toBe('leaving')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(get().phase).toBe('idle')
  })

  it('Initiate initiate keeps leaving when the time of an older payment is up', async () => {
    vi.useFakeTimers()
    answering({ json: link })
    const { initiate, reset, get } = opened()
    await initiate({})
    await vi.advanceTimersByTimeAsync(20_000)
    reset()
    await initiate({})
    await vi.advanceTimersByTimeAsync(15_000)
    expect(get().phase).toBe('leaving')
  })
})

describe('checkPaymentStatus', () => {
  it.each(['paid', 'pending', 'unpaid', 'refunded', 'hold'] as const)(
    'CheckPaymentStatus checkPaymentStatus shows %s as the phase, with the payment',
    async (outcome) => {
      const asked = answering({ json: { ...status, outcome } })
      const onSuccess = vi.fn()
      const { checkPaymentStatus, phases, get } = opened({ onSuccess })
      await expect(checkPaymentStatus(pidx)).resolves.toEqual({ ...status, outcome })
      expect(asked[0]?.url).toBe(`/api/khalti/status?pidx=${pidx}`)
      expect(phases).toEqual(['checking', outcome])
      expect(get()).toMatchObject({ payment: { ...status, outcome }, pidx, statusError: null })
      expect(onSuccess).toHaveBeenCalledTimes(outcome === 'paid' ? 1 : 0)
    },
  )

  it.each(['Completed', 'PAID', '', undefined, true])(
    'CheckPaymentStatus checkPaymentStatus does not take the outcome %s for an answer',
    async (outcome) => {
      answering({ json: { ...status, outcome } })
      const onSuccess = vi.fn()
      const { checkPaymentStatus, get } = opened({ onSuccess })
      await expect(checkPaymentStatus(pidx)).resolves.toBeUndefined()
      expect(get()).toMatchObject({ phase: 'failed', statusError: { code: 'no-route' }, payment: null })
      expect(onSuccess).not.toHaveBeenCalled()
    },
  )

  it('CheckPaymentStatus checkPaymentStatus escapes what it is given', async () => {
    const asked = answering({ json: status })
    await opened().checkPaymentStatus('a&pidx=b')
    expect(asked[0]?.url).toBe('/api/khalti/status?pidx=a%26pidx%3Db')
  })

  it('CheckPaymentStatus checkPaymentStatus keeps a failed check apart from a failed start', async () => {
    answering({ status: 404, json: { error: 'No such payment.', code: 'not-found' } })
    const { checkPaymentStatus, get } = opened()
    await checkPaymentStatus(pidx)
    expect(get()).toMatchObject({
      phase: 'failed',
      initiationError: null,
      statusError: { code: 'not-found', message: 'No such payment.' },
    })
  })

  it('CheckPaymentStatus checkPaymentStatus drops the late answer of an older check', async () => {
    const slow = later<Answer>()
    const asked = answering(slow.promise, { json: { ...status, pidx: 'second', outcome: 'pending' } })
    const onSuccess = vi.fn()
    const { checkPaymentStatus, get } = opened({ onSuccess })
    const first = checkPaymentStatus('first')
    await checkPaymentStatus('second')
    slow.settle({ json: status })
    await expect(first).resolves.toBeUndefined()
    expect(asked[0]?.init.signal?.aborted).toBe(true)
    expect(get()).toMatchObject({ phase: 'pending', pidx: 'second' })
    expect(onSuccess).not.toHaveBeenCalled()
  })
})

describe('a check that fails', () => {
  const payment = { ...status, outcome: 'pending' } as const

  it('A check that fails takes nothing back of what the shop has said of the payment', async () => {
    answering({ json: payment }, 'no connection')
    const { checkPaymentStatus, get } = opened()
    await checkPaymentStatus(pidx)
    await checkPaymentStatus(pidx)
    expect(get()).toMatchObject({ phase: 'pending', payment, pidx, statusError: { code: 'network' }, isLoading: false })
  })

  it('A check that fails says nothing of another payment, nor of one before a reset', async () => {
    answering({ json: payment }, 'no connection', { json: payment }, 'no connection')
    const { checkPaymentStatus, reset, get } = opened()
    await checkPaymentStatus(pidx)
    await checkPaymentStatus('second')
    expect(get()).toMatchObject({ phase: 'failed', payment: null, pidx: 'second' })
    await checkPaymentStatus(pidx)
    reset()
    await checkPaymentStatus(pidx)
    expect(get()).toMatchObject({ phase: 'failed', payment: null, pidx })
  })
})

describe('a call under way', () => {
  it.each(['starting', 'checking'])('A call under way is not sent where a listener resets at %s', async (phase) => {
    const asked = answering({ json: link })
    const { initiate, checkPaymentStatus, reset, subscribe, get } = opened()
    unmounts.push(subscribe((state) => state.phase === phase && reset()))
    await expect(phase === 'starting' ? initiate({}) : checkPaymentStatus(pidx)).resolves.toBeUndefined()
    expect(asked).toEqual([])
    expect(get().phase).toBe('idle')
  })

  it.each(['reset', 'unmount'] as const)(
    'A call under way a call under way is aborted by %s, silently, and its answer dropped',
    async (end) => {
      const slow = later<Answer>()
      const asked = answering(slow.promise)
      const onError = vi.fn()
      const mounted = opened({ onError })
      const outcome = mounted.initiate({})
      mounted[end]()
      slow.settle({ json: link })
      await expect(outcome).resolves.toBeUndefined()
      expect(asked[0]?.init.signal?.aborted).toBe(true)
      expect(assign).not.toHaveBeenCalled()
      expect(onError).not.toHaveBeenCalled()
      expect(mounted.get().phase).toBe('idle')
    },
  )

  it('A call under way a call under way is not heard when it was overtaken and answers all the same', async () => {
    const answers = [later<Response>(), later<Response>()] as const
    let calls = 0
    vi.stubGlobal('fetch', () => answers[calls++ === 0 ? 0 : 1].promise)
    const { checkPaymentStatus, get } = opened()
    const outcomes = [checkPaymentStatus('first'), checkPaymentStatus('second')]
    answers[1].settle(Response.json({ ...status, outcome: 'pending' }))
    await outcomes[1]
    answers[0].settle(Response.json(status))
    await expect(outcomes[0]).resolves.toBeUndefined()
    expect(get()).toMatchObject({ phase: 'pending', pidx: 'second' })
  })

  it.each([
    ['leaving', { json: link }],
    ['starting', undefined],
  ] as const)('a call under way is let go when the back button brings back the page %s', async (phase, answer) => {
    const asked = answering(...(answer ? [answer] : []))
    const { initiate, get } = opened()
    const first = initiate({})
    if (answer) await first
    expect(get().phase).toBe(phase)
    showAgain(true)
    expect(get().phase).toBe('idle')
    initiate({})
    expect(asked).toHaveLength(2)
  })

  it('A call under way a call under way goes on when the page is shown for the first time', async () => {
    answering({ json: link })
    const { initiate, get } = opened()
    await initiate({})
    showAgain(false)
    expect(get().phase).toBe('leaving')
  })

  it('A call under way a result stays when the page is shown again', async () => {
    answering({ json: status })
    const { checkPaymentStatus, get } = opened()
    await checkPaymentStatus(pidx)
    showAgain(true)
    expect(get().phase).toBe('paid')
  })
})

it('A call under way a callback that throws does not turn a paid payment into a failed one', async () => {
  answering({ json: status })
  const { checkPaymentStatus, get } = opened({
    onSuccess() {
      throw new Error('analytics')
    },
  })
  await expect(checkPaymentStatus(pidx)).rejects.toThrow('analytics')
  expect(get().phase).toBe('paid')
})

it('A call under way tells every listener each new state, and none that has left', async () => {
  answering({ json: status })
  const khalti = createKhalti()
  const [first, second] = [vi.fn(), vi.fn()]
  const leave = khalti.subscribe(first)
  unmounts.push(khalti.subscribe(second))
  const checked = khalti.checkPaymentStatus(pidx)
  leave()
  await checked
  expect(first).toHaveBeenCalledTimes(1)
  expect(second.mock.calls.map(([state]) => state.phase)).toEqual(['checking', 'paid'])
  expect(second).toHaveBeenLastCalledWith(khalti.get())
})

describe('a listener that throws', () => {
  function broken(): never {
    throw new Error('broken')
  }

  it('A listener that throws does not stop a payment, and the other listeners hear all of it', async () => {
    vi.stubGlobal('reportError', () => {})
    const asked = answering({ json: link })
    const khalti = createKhalti()
    const phases: KhaltiPhase[] = []
    unmounts.push(
      khalti.subscribe(broken),
      khalti.subscribe(({ phase }) => phases.push(phase)),
    )
    await expect(khalti.initiate({ orderId: 'A-42' })).resolves.toEqual(link)
    expect(phases).toEqual(['starting', 'leaving'])
    expect(asked).toHaveLength(1)
    expect(assign.mock.calls).toEqual([[paymentUrl]])
  })

  it('A listener that throws is reported as that of an event, for every state that it did not take', async () => {
    const reported = vi.fn()
    vi.stubGlobal('reportError', reported)
    answering({ json: status })
    const khalti = createKhalti()
    unmounts.push(khalti.subscribe(broken))
    await khalti.checkPaymentStatus(pidx)
    expect(reported.mock.calls).toEqual([[new Error('broken')], [new Error('broken')]])
  })

  it('A listener that throws ends as an uncaught error where there is no reportError', async () => {
    vi.useFakeTimers()
    vi.stubGlobal('reportError', undefined)
    answering({ json: status })
    const khalti = createKhalti()
    unmounts.push(khalti.subscribe(broken))
    khalti.reset()
    expect(() => vi.runAllTimers()).toThrow('broken')
  })
})

it('A listener that leaves twice ends nothing of what came after it', async () => {
  answering({ json: status })
  const { unmount, checkPaymentStatus, get } = opened()
  unmount()
  const checked = checkPaymentStatus(pidx)
  unmount()
  await expect(checked).resolves.toEqual(status)
  expect(get().phase).toBe('paid')
})

it('A page that nobody listens to any more does not hear that it is shown again', async () => {
  const removed = vi.spyOn(page, 'removeEventListener')
  const added = vi.spyOn(page, 'addEventListener')
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
  answering({ json: link })
  const { unmount, initiate } = opened()
  await initiate({})
  unmount()
  const [, listener] = added.mock.calls.find(([name]) => name === 'pageshow') ?? []
  expect(listener).toBeTypeOf('function')
  expect(removed).toHaveBeenCalledWith('pageshow', listener)
})

it('A payment that is pending is watched further when the back button brings the page back', async () => {
  vi.useFakeTimers()
  const asked = answering({ json: link }, { json: { ...status, outcome: 'pending' } }, { json: status })
  const { initiate, get } = opened({ open: async () => {} })
  await initiate({})
  showAgain(true)
  expect(get().phase).toBe('pending')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(get().phase).toBe('paid')
  expect(asked).toHaveLength(3)
})

it('A page without a listener can start a payment anew when the back button brings it back', async () => {
  const asked = answering({ json: link })
  const { initiate, get } = createKhalti()
  await initiate({})
  showAgain(true)
  expect(get().phase).toBe('idle')
  await expect(initiate({})).resolves.toEqual(link)
  expect(asked).toHaveLength(2)
})

it('A call under way keeps the same state until it changes, as frameworks that compare it want', () => {
  const khalti = createKhalti()
  expect(khalti.get()).toBe(khalti.get())
  expect(khalti.get()).toEqual({
    phase: 'idle',
    payment: null,
    pidx: null,
    initiationError: null,
    statusError: null,
    isLoading: false,
  })
})

describe('an app without a page', () => {
  const pending: Answer = { json: { ...status, outcome: 'pending' } }
  const endpoint = 'https://shop.example/api/khalti'

  beforeEach(() => {
    vi.useFakeTimers()
    for (const name of ['location', 'addEventListener', 'removeEventListener']) vi.stubGlobal(name, undefined)
  })

  it('An app without a page opens the link its own way, and asks for the status once the in-app browser has closed', async () => {
    const asked = answering({ json: link }, { json: status })
    const closed = later<void>()
    const open = vi.fn(() => closed.promise)
    const onSuccess = vi.fn()
    const { initiate, get } = opened({ endpoint, open, onSuccess })
    const started = initiate({ orderId: 'A-42' })
    await vi.advanceTimersByTimeAsync(600_000)
    expect(open.mock.calls).toEqual([[paymentUrl]])
    expect(get().phase).toBe('leaving')
    expect(asked).toHaveLength(1)
    closed.settle()
    await expect(started).resolves.toEqual(link)
    expect(get()).toMatchObject({ phase: 'paid', payment: status })
    expect(asked[1]?.url).toBe(`${endpoint}/status?pidx=${pidx}`)
    expect(onSuccess.mock.calls).toEqual([[status]])
  })

  it('An app without a page asks again while the payment is pending, and lets the customer pay again meanwhile', async () => {
    const asked = answering({ json: link }, pending, pending, { json: status })
    const { initiate, get } = opened({ endpoint, open: async () => {} })
    await initiate({})
    expect(get()).toMatchObject({ phase: 'pending', isLoading: false })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(get().phase).toBe('paid')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toHaveLength(4)
  })

  it('An app without a page asks when it is told that the customer is back, where open gave no promise', async () => {
    const asked = answering({ json: link }, pending, { json: status })
    const onSuccess = vi.fn()
    const { initiate, checkPaymentStatus, phases, get } = opened({ endpoint, open: () => {}, onSuccess })
    await initiate({})
    await expect(checkPaymentStatus(pidx)).resolves.toMatchObject({ outcome: 'pending' })
    expect(get()).toMatchObject({ phase: 'pending', isLoading: false })
    await checkPaymentStatus(pidx)
    expect(phases).toEqual(['starting', 'leaving', 'checking', 'pending', 'checking', 'paid'])
    expect(onSuccess.mock.calls).toEqual([[status]])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(get().phase).toBe('paid')
    expect(asked).toHaveLength(3)
  })

  it('An app without a page does not check a payment while another one is started', async () => {
    const slow = later<Answer>()
    const asked = answering({ json: link }, slow.promise)
    const { initiate, checkPaymentStatus, reset, get } = opened({ endpoint, open: () => {} })
    await initiate({})
    reset()
    const started = initiate({})
    await expect(checkPaymentStatus(pidx)).resolves.toBeUndefined()
    expect(get().phase).toBe('starting')
    slow.settle({ json: link })
    await expect(started).resolves.toEqual(link)
    expect(asked).toHaveLength(2)
  })

  it('An app without a page does not check a payment before the in-app browser has closed, and then watches it', async () => {
    const asked = answering({ json: link }, pending, { json: status })
    const closed = later<void>()
    const { initiate, checkPaymentStatus, get } = opened({ endpoint, open: () => closed.promise })
    const started = initiate({})
    await vi.advanceTimersByTimeAsync(1_000)
    await expect(checkPaymentStatus(pidx)).resolves.toBeUndefined()
    expect(get().phase).toBe('leaving')
    expect(asked).toHaveLength(1)
    closed.settle()
    await started
    expect(get().phase).toBe('pending')
    await vi.advanceTimersByTimeAsync(1_500)
    expect(get().phase).toBe('paid')
  })

  it.each(['reset', 'unmount'] as const)('An app without a page asks no more after %s', async (end) => {
    const asked = answering({ json: link }, pending)
    const mounted = opened({ endpoint, open: async () => {} })
    await mounted.initiate({})
    mounted[end]()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toHaveLength(2)
  })

  it('An app without a page asks nothing where it was reset while the in-app browser was open', async () => {
    const asked = answering({ json: link }, pending)
    const closed = later<void>()
    const { initiate, reset, get } = opened({ endpoint, open: () => closed.promise })
    const started = initiate({})
    await vi.advanceTimersByTimeAsync(0)
    reset()
    closed.settle()
    await started
    expect(asked).toHaveLength(1)
    expect(get().phase).toBe('idle')
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no browser app')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no browser app'))],
  ])('An app without a page says why where open %s, and can try again', async (_, open) => {
    answering({ json: link })
    const onError = vi.fn()
    const { initiate, get } = opened({ endpoint, open, onError })
    await expect(initiate({})).resolves.toEqual(link)
    expect(get()).toMatchObject({ phase: 'failed', pidx, isLoading: false, initiationError: { code: 'open' } })
    expect(get().initiationError).toMatchObject({
      message: 'open failed: Error: no browser app',
      cause: new Error('no browser app'),
    })
    expect(onError.mock.calls).toEqual([[get().initiationError]])
  })

  it('An app without a page says nothing of an open that fails after a reset', async () => {
    const asked = answering({ json: link })
    const failing = later<void>()
    const onError = vi.fn()
    const open = () => failing.promise.then(() => Promise.reject(new Error('closed')))
    const { initiate, reset, get } = opened({ endpoint, open, onError })
    const started = initiate({})
    await vi.advanceTimersByTimeAsync(0)
    reset()
    failing.settle()
    await expect(started).resolves.toEqual(link)
    expect(get()).toMatchObject({ phase: 'idle', initiationError: null })
    expect(onError).not.toHaveBeenCalled()
    expect(asked).toHaveLength(1)
  })

  it('An app without a page says that a page is missing where nobody gave open', async () => {
    answering({ json: link })
    const { initiate, get } = opened({ endpoint })
    await initiate({})
    expect(get()).toMatchObject({ phase: 'failed', initiationError: { code: 'open' } })
  })
})
