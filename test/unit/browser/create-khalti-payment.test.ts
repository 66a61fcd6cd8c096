import { createKhaltiPayment, type KhaltiPaymentOptions } from 'khalti-kit/browser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Answer, answering, later, pidx, status } from './answering.ts'
import { stubPage } from './page.ts'

const pending: Answer = { json: { ...status, outcome: 'pending' } }
const paid: Answer = { json: status }
const ends: (() => void)[] = []
let page: ReturnType<typeof stubPage>

beforeEach(() => {
  vi.useFakeTimers()
  page = stubPage()
})

afterEach(() => {
  for (const end of ends.splice(0)) end()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function watching(options: KhaltiPaymentOptions = {}) {
  const watch = createKhaltiPayment({ pidx, ...options })
  const end = watch.subscribe(() => {})
  ends.push(end)
  return { ...watch, end, phase: () => watch.get().phase }
}

const passes = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000)

it('shows that it checks before it knows anything', () => {
  expect(createKhaltiPayment().get()).toEqual({ phase: 'checking', payment: null, error: null })
})

it('asks nothing before somebody listens', async () => {
  const asked = answering(paid)
  createKhaltiPayment({ pidx })
  await passes(100)
  expect(asked).toEqual([])
})

it('asks nothing without a payment', async () => {
  const asked = answering(paid)
  const { refetch, phase } = watching({ pidx: null })
  await passes(100)
  await expect(refetch()).resolves.toBeUndefined()
  expect(phase()).toBe('idle')
  expect(asked).toEqual([])
})

it('does not say that there is no payment to a server that listens while it renders, as Svelte does', async () => {
  const asked = answering(paid)
  vi.stubGlobal('location', undefined)
  const { get, subscribe } = createKhaltiPayment()
  const seen: string[] = []
  subscribe(({ phase }) => seen.push(phase))()
  expect(get().phase).toBe('checking')
  await passes(100)
  expect([seen, get().phase, asked]).toEqual([[], 'checking', []])
})

it('says that there is no payment where there is no address and somebody stays, as in an app', async () => {
  vi.stubGlobal('location', undefined)
  const { phase } = watching({ pidx: null })
  await passes(0)
  expect(phase()).toBe('idle')
})

it('does not take back a payment that an app asks for right after it was there without one', async () => {
  answering(pending)
  vi.stubGlobal('location', undefined)
  const options: KhaltiPaymentOptions = { pidx: null }
  const watch = createKhaltiPayment(options)
  watch.subscribe(() => {})()
  options.pidx = pidx
  ends.push(watch.subscribe(() => {}))
  await passes(0)
  expect(watch.get().phase).toBe('pending')
})

it('shows the same object until it changes', async () => {
  answering(pending)
  const { get } = watching()
  const before = get()
  expect(get()).toBe(before)
  await passes(0)
  expect(get()).not.toBe(before)
  expect(get()).toBe(get())
})

it('asks once, and not again, where nobody listens', async () => {
  const asked = answering(pending)
  const watch = createKhaltiPayment({ pidx })
  await expect(watch.refetch()).resolves.toMatchObject({ outcome: 'pending' })
  await passes(600)
  expect(asked).toHaveLength(1)
  expect(vi.getTimerCount()).toBe(0)
})

it('asks once, and not again, where the last listener has left', async () => {
  const asked = answering(pending)
  const { end, refetch } = watching()
  await passes(0)
  end()
  await expect(refetch()).resolves.toMatchObject({ outcome: 'pending' })
  await passes(600)
  expect(asked).toHaveLength(2)
})

it('tells its listeners what it shows', async () => {
  answering(paid)
  const watch = createKhaltiPayment({ pidx })
  const heard = vi.fn()
  ends.push(watch.subscribe(heard))
  await passes(0)
  expect(heard).toHaveBeenLastCalledWith({ phase: 'paid', payment: status, error: null })
  expect(heard).toHaveBeenLastCalledWith(watch.get())
})

describe('asks again', () => {
  it('A pending payment is asked for after a second and a half, and then after half as much again', async () => {
    const asked = answering(pending)
    watching()
    await passes(0)
    for (const [index, wait] of [1.5, 2.25, 3.375].entries()) {
      await passes(wait - 0.001)
      expect(asked).toHaveLength(index + 1)
      await passes(0.001)
      expect(asked).toHaveLength(index + 2)
    }
  })

  it('A new listener makes it ask again where the last one left before the answer was final', async () => {
    const asked = answering(pending)
    const { subscribe, end } = watching()
    await passes(0)
    end()
    ends.push(subscribe(() => {}))
    await passes(0)
    expect(asked).toHaveLength(2)
  })

  it('A check that has no answer for half a minute is given up, and another one follows', async () => {
    const asked = answering(later<Answer>().promise, paid)
    const { phase, get } = watching()
    await passes(29)
    expect(phase()).toBe('checking')
    await passes(1)
    expect(get()).toMatchObject({ phase: 'failed', error: { code: 'network' } })
    expect(asked[0]?.init.signal?.aborted).toBe(true)
    await passes(1.5)
    expect(phase()).toBe('paid')
  })

  it('A watch that has its final answer leaves no timer behind', async () => {
    vi.stubGlobal('navigation', new EventTarget())
    answering(pending, paid)
    const { phase } = watching()
    await passes(1.5)
    expect(phase()).toBe('paid')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('Asks again asks again while pending, at growing intervals of at most half a minute', async () => {
    const times: number[] = []
    const asked = answering(pending)
    watching()
    await passes(0)
    const start = Date.now()
    for (let seconds = 0; seconds < 240; seconds += 1) {
      const before = asked.length
      await passes(1)
      if (asked.length > before) times.push((Date.now() - start) / 1000)
    }
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(times[0]).toBeLessThanOrEqual(2)
    expect(waits.every((wait, index) => wait + 1 >= (waits[index - 1] ?? 0))).toBe(true)
    expect(Math.max(...waits)).toBeGreaterThan(25)
    expect(Math.max(...waits)).toBeLessThanOrEqual(31)
  })

  it('Asks again asks until the answer is final, and says paid once', async () => {
    const asked = answering(pending, pending, paid)
    const onSuccess = vi.fn()
    const { phase } = watching({ onSuccess })
    await passes(0)
    expect(phase()).toBe('pending')
    await passes(600)
    expect(phase()).toBe('paid')
    expect(asked).toHaveLength(3)
    expect(onSuccess.mock.calls).toEqual([[status]])
  })

  it.each([
    ['no answer', 'no connection'],
    ['a fault of the server', { status: 500, json: { error: 'Sorry.', code: 'internal' } }],
    ['too many questions', { status: 429, json: { error: 'Slow down.', code: 'busy' } }],
    ['a web page of a proxy', { status: 502, html: '<h1>Bad Gateway</h1>' }],
  ] as const)('asks again after %s', async (_, answer) => {
    answering(answer, paid)
    const { phase, get } = watching()
    await passes(0)
    expect(get()).toMatchObject({ phase: 'failed', payment: null, error: expect.any(Error) })
    await passes(2)
    expect(phase()).toBe('paid')
    expect(get().error).toBeNull()
  })

  it('Asks again asks again without taking back what the shop has said, when a check in between fails', async () => {
    answering(pending, 'no connection', paid)
    const { get, phase } = watching()
    await passes(2)
    expect(get()).toMatchObject({ phase: 'pending', payment: { pidx }, error: { code: 'network' } })
    await passes(5)
    expect(phase()).toBe('paid')
  })

  it('Asks again asks again quietly: the phase does not flicker', async () => {
    answering(pending)
    const { get, subscribe } = watching()
    await passes(0)
    const phases = new Set<string>()
    ends.push(subscribe(() => phases.add(get().phase)))
    await passes(60)
    expect([...phases]).toEqual(['pending'])
  })
})

describe('stops', () => {
  it.each(['paid', 'unpaid', 'refunded', 'hold'] as const)('Stops asks no more at %s', async (outcome) => {
    const asked = answering({ json: { ...status, outcome } })
    const { phase } = watching()
    await passes(600)
    expect(phase()).toBe(outcome)
    page.turnTo('visible')
    await passes(600)
    expect(asked).toHaveLength(1)
  })

  it.each([
    ['a payment nobody knows', { status: 404, json: { error: 'No such payment.', code: 'not-found' } }],
    ['a missing route', { status: 404, html: 'Not found' }],
    ['a missing route in whose place the app is served', { html: '<!doctype html><div id="root"></div>' }],
    ['JSON of another server', { json: {} }],
    ['a question that the shop refuses', { status: 400, json: { error: 'No payment.', code: 'input' } }],
  ])('Stops asks no more at %s', async (_, answer) => {
    const asked = answering(answer)
    const onError = vi.fn()
    const { phase } = watching({ onError })
    await passes(600)
    expect(phase()).toBe('failed')
    expect(asked).toHaveLength(1)
    expect(onError).toHaveBeenCalledTimes(1)
  })

  it('Stops aborts the request and makes no other when the last listener leaves', async () => {
    const asked = answering()
    const { end } = watching()
    end()
    await passes(600)
    expect(asked).toHaveLength(1)
    expect(asked[0]?.init.signal?.aborted).toBe(true)
  })

  it('A watch does not listen to the tab when the last listener has left', () => {
    answering(pending)
    const heard = vi.spyOn(page.tab, 'addEventListener')
    const left = vi.spyOn(page.tab, 'removeEventListener')
    watching().end()
    expect(heard).toHaveBeenCalledTimes(1)
    expect(left.mock.calls).toContainEqual(heard.mock.calls[0])
  })

  it('Stops asks no more when the last listener leaves between two checks', async () => {
    const asked = answering(pending)
    const { end } = watching()
    await passes(0)
    end()
    page.turnTo('visible')
    await passes(600)
    expect(asked).toHaveLength(1)
  })
})

describe('in a hidden tab', () => {
  it('In a hidden tab pauses in a hidden tab, and asks at once when the tab is looked at again', async () => {
    const asked = answering(pending, paid)
    const { phase } = watching()
    await passes(0)
    page.turnTo('hidden')
    await passes(600)
    expect(asked).toHaveLength(1)
    page.turnTo('visible')
    await passes(0)
    expect(asked).toHaveLength(2)
    expect(phase()).toBe('paid')
  })

  it('In a hidden tab pauses also when the tab is hidden during a check', async () => {
    const asked = answering(pending)
    watching()
    page.turnTo('hidden')
    await passes(600)
    expect(asked).toHaveLength(1)
  })
})

it('In a hidden tab refetch asks now, shows that it does, and goes on asking at short intervals again', async () => {
  const asked = answering(pending)
  const { refetch, phase } = watching()
  await passes(0)
  const outcome = refetch()
  expect(phase()).toBe('checking')
  await expect(outcome).resolves.toMatchObject({ outcome: 'pending' })
  await passes(4)
  expect(asked).toHaveLength(4)
})

it('In a hidden tab refetch also asks after a final answer, which a refund can change', async () => {
  answering(paid, { json: { ...status, outcome: 'refunded' } })
  const { refetch, phase } = watching()
  await passes(0)
  await refetch()
  expect(phase()).toBe('refunded')
})

describe('a refetch that fails', () => {
  const gone: Answer = { status: 404, json: { error: 'No such payment.', code: 'not-found' } }

  it.each([
    ['pending', 'no connection', 'network'],
    ['paid', 'no connection', 'network'],
    ['refunded', { status: 502, html: '<h1>Bad Gateway</h1>' }, 'no-route'],
    ['unpaid', gone, 'not-found'],
  ] as const)('A refetch that fails takes nothing back: %s stays', async (outcome, answer, code) => {
    const payment = { ...status, outcome }
    answering({ json: payment }, answer)
    const { refetch, get } = watching()
    await passes(0)
    await expect(refetch()).resolves.toBeUndefined()
    expect(get()).toEqual({ phase: outcome, payment, error: expect.objectContaining({ code }) })
  })

  it('A refetch that fails takes nothing back where another one overtook it, and the error goes with the next answer', async () => {
    answering(pending, later<Answer>().promise, 'no connection', paid)
    const { refetch, get } = watching()
    await passes(0)
    refetch()
    await refetch()
    expect(get()).toMatchObject({ phase: 'pending', payment: { pidx }, error: { code: 'network' } })
    await passes(1.5)
    expect(get()).toEqual({ phase: 'paid', payment: status, error: null })
  })

  it('A refetch that fails says nothing of another payment', async () => {
    const options: KhaltiPaymentOptions = { pidx }
    answering(paid, 'no connection')
    const { refetch, get, subscribe } = createKhaltiPayment(options)
    ends.push(subscribe(() => {}))
    await passes(0)
    options.pidx = 'second'
    await refetch()
    expect(get()).toMatchObject({ phase: 'failed', payment: null })
  })

  it('A refetch that fails after a final answer is not followed by another', async () => {
    const asked = answering(paid, 'no connection')
    const { refetch } = watching()
    await passes(0)
    await refetch()
    await passes(600)
    expect(asked).toHaveLength(2)
  })
})

it('In a hidden tab asks once for several listeners, and goes on until the last one has left', async () => {
  const asked = answering(pending)
  const { subscribe, end } = watching()
  const endOther = subscribe(() => {})
  await passes(0)
  expect(asked).toHaveLength(1)
  end()
  await passes(2)
  expect(asked).toHaveLength(2)
  endOther()
  await passes(600)
  expect(asked).toHaveLength(2)
})

it('In a hidden tab does not ask again for a new listener what is final already', async () => {
  const asked = answering(paid)
  const { subscribe, end, phase } = watching()
  await passes(0)
  end()
  ends.push(subscribe(() => {}))
  await passes(600)
  expect(asked).toHaveLength(1)
  expect(phase()).toBe('paid')
})

it('In a hidden tab goes on asking although a callback throws', async () => {
  answering('no connection', paid)
  const failing = vi.fn(() => {
    throw new Error('analytics')
  })
  const rejected: unknown[] = []
  const onRejection = (reason: unknown) => rejected.push(reason)
  process.on('unhandledRejection', onRejection)
  const { phase } = watching({ onError: failing })
  await passes(2)
  process.off('unhandledRejection', onRejection)
  expect(failing).toHaveBeenCalledTimes(1)
  expect(phase()).toBe('paid')
})

it('A listener that throws stops no watch, and the other listeners hear all of it', async () => {
  const reported = vi.fn()
  vi.stubGlobal('reportError', reported)
  const asked = answering(pending, paid)
  const watch = createKhaltiPayment({ pidx })
  const broken = () => {
    throw new Error('broken')
  }
  const phases: string[] = []
  ends.push(
    watch.subscribe(broken),
    watch.subscribe(({ phase }) => phases.push(phase)),
  )
  await passes(2)
  expect(asked).toHaveLength(2)
  expect(phases).toEqual(['pending', 'paid'])
  expect(reported).toHaveBeenCalledWith(new Error('broken'))
})

describe('the address of the page', () => {
  it.each([
    ['as the checkout writes it', `/thanks?pidx=${pidx}`],
    ['among others', `/thanks?orderId=A-42&pidx=${pidx}&lang=ne`],
    ['behind a second question mark', `/thanks?orderId=A-42?pidx=${pidx}&status=Completed`],
    ['before a slash and a second question mark', `/thanks?pidx=${pidx}/?status=Completed`],
    ['with a slash behind it', `/thanks?pidx=${pidx}/`],
    ['twice, of which the first counts', `/thanks?pidx=${pidx}&pidx=second`],
    ["in a hash router's address", `/#/thanks?pidx=${pidx}`],
    ["in a hash router's address, with a slash behind it", `/#/thanks?pidx=${pidx}/`],
    ["in a hash router's address rather than in the query before it", `/?pidx=old#/thanks?pidx=${pidx}`],
    ['before a hash that says nothing', `/thanks?pidx=${pidx}#top`],
  ])('The address of the page names the payment %s', async (_, address) => {
    page.goTo(address)
    const asked = answering(paid)
    const { phase } = watching({ pidx: undefined })
    await passes(0)
    expect(phase()).toBe('paid')
    expect(asked.map(({ url }) => url)).toEqual([`/api/khalti/status?pidx=${pidx}`])
  })

  it.each([
    ['nothing', '/thanks'],
    ['an empty one', '/thanks?pidx='],
    ['what is no id', '/thanks?pidx=%3Cscript%3E'],
    ['half an id', '/thanks?pidx=abc%20def'],
    ['more than an id can be', `/thanks?pidx=${'a'.repeat(65)}`],
    ['another name', '/thanks?xpidx=abc'],
    ['an id that is no parameter', `/thanks#pidx=${pidx}`],
  ])('The address of the page names no payment where it has %s', async (_, address) => {
    page.goTo(address)
    const asked = answering(paid)
    const { phase } = watching({ pidx: undefined })
    await passes(600)
    expect(phase()).toBe('idle')
    expect(asked).toEqual([])
  })

  const other: Answer = { json: { ...status, pidx: 'second', outcome: 'unpaid', reason: 'canceled' } }
  const move = [
    ['a link of a router (pushState)', '/thanks?pidx=second'],
    ['a hash router', '/#/thanks?pidx=second'],
  ]

  it.each(move)('The address of the page shows the payment that it is led to by %s', async (_, address) => {
    page.goTo(`/thanks?pidx=${pidx}`)
    const asked = answering(paid, other)
    const { phase, get } = watching({ pidx: undefined })
    await passes(5)
    expect(phase()).toBe('paid')
    page.goTo(address)
    await passes(1)
    expect(get()).toMatchObject({ phase: 'unpaid', payment: { pidx: 'second' } })
    await passes(600)
    expect(asked).toHaveLength(2)
  })

  it('The address of the page shows the payment that the back button leads to', async () => {
    page.goTo(`/thanks?pidx=second`)
    answering(other, paid)
    const { phase } = watching({ pidx: undefined })
    await passes(0)
    page.goBackTo(`/thanks?pidx=${pidx}`)
    await passes(0)
    expect(phase()).toBe('paid')
  })

  it('The address of the page is followed at once, and not looked at by a timer, where the browser has a Navigation API', async () => {
    const navigation = new EventTarget()
    vi.stubGlobal('navigation', navigation)
    page.goTo(`/thanks?pidx=second`)
    answering(other, paid)
    const { phase } = watching({ pidx: undefined })
    await passes(0)
    expect(vi.getTimerCount()).toBe(0)
    page.goTo(`/thanks?pidx=${pidx}`)
    navigation.dispatchEvent(new Event('currententrychange'))
    await passes(0)
    expect(phase()).toBe('paid')
  })

  it('The address of the page is looked at once more for a listener that comes after another page', async () => {
    page.goTo(`/thanks?pidx=${pidx}`)
    const asked = answering(paid, other)
    const { subscribe, end, phase } = watching({ pidx: undefined })
    await passes(0)
    end()
    page.goTo('/thanks?pidx=second')
    ends.push(subscribe(() => {}))
    await passes(0)
    expect(phase()).toBe('unpaid')
    expect(asked).toHaveLength(2)
  })

  it.each([
    ['by the Navigation API', 'currententrychange', new EventTarget()],
    ['by the events of the page', 'popstate', undefined],
  ])('The address of the page is not followed any more %s where nobody listens', async (_, event, navigation) => {
    vi.stubGlobal('navigation', navigation)
    const remove = vi.spyOn(navigation ?? globalThis, 'removeEventListener')
    watching().end()
    expect(remove.mock.calls.map(([name]) => name)).toEqual([event])
    await passes(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('The address of the page keeps the payment while the customer leaves for a page that names none', async () => {
    page.goTo(`/thanks?pidx=${pidx}`)
    const asked = answering(paid)
    const { phase } = watching({ pidx: undefined })
    await passes(0)
    page.goTo('/orders/A-42')
    await passes(600)
    expect(phase()).toBe('paid')
    expect(asked).toHaveLength(1)
  })

  it('The address of the page is followed no more when the last listener has left', async () => {
    page.goTo(`/thanks?pidx=${pidx}`)
    const asked = answering(paid)
    watching({ pidx: undefined }).end()
    page.goTo('/thanks?pidx=second')
    await passes(600)
    expect(asked).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })
})
