// @vitest-environment jsdom
import { afterEach, describe, expect, test, vi } from 'vitest'
import { askRoute } from '../../../src/react/ask-route.ts'
import { type Answer, answering, link } from './answering.ts'

afterEach(() => vi.unstubAllGlobals())

function ask(options: { endpoint?: string; body?: string; credentials?: RequestCredentials } = {}) {
  const { signal } = new AbortController()
  return askRoute<typeof link>({ path: '/initiate', signal, ...options }, ({ payment_url }) => payment_url)
}

async function failure(answer: Answer) {
  answering(answer)
  return ask({ body: '{}' }).then(
    () => expect.unreachable(),
    (error) => error,
  )
}

describe('asks', () => {
  test('with a body by POST, as JSON', async () => {
    const asked = answering({ json: link })
    await expect(ask({ body: '{"orderId":"A-42"}' })).resolves.toEqual(link)
    expect(asked[0]).toMatchObject({
      url: '/api/khalti/initiate',
      init: { method: 'POST', body: '{"orderId":"A-42"}', headers: { 'content-type': 'application/json' } },
    })
  })

  test('without a body by GET, past the cache and without a preflight', async () => {
    const asked = answering({ json: link })
    await ask()
    expect(asked[0]?.init).toMatchObject({ cache: 'no-store' })
    expect(asked[0]?.init).not.toHaveProperty('method')
    expect(asked[0]?.init).not.toHaveProperty('headers')
  })

  test('another endpoint, with cookies where the developer says so', async () => {
    const asked = answering({ json: link })
    await ask({ endpoint: 'https://api.shop.example/khalti', credentials: 'include' })
    expect(asked[0]).toMatchObject({
      url: 'https://api.shop.example/khalti/initiate',
      init: { credentials: 'include' },
    })
  })
})

describe('says', () => {
  test('what the route says, with its code, status and fields', async () => {
    const fields = { 'customer.phone': ['Enter a valid phone number.'] }
    const error = await failure({ status: 400, json: { error: 'Please check your phone.', code: 'input', fields } })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ message: 'Please check your phone.', code: 'input', status: 400, fields })
  })

  test.each([
    ['a web page', { status: 404, html: '<!doctype html><title>404</title>' }],
    ['JSON of another server', { status: 404, json: { error: 'Not Found' } }],
    ['an empty body', { status: 404, html: '' }],
  ])('which file to add when a 404 has %s', async (_, answer) => {
    const error = await failure(answer)
    expect(error).toMatchObject({ code: 'no-route', status: 404 })
    expect(error.message).toContain('/api/khalti/initiate')
    expect(error.message).toContain('app/api/khalti/[...khalti]/route.ts')
  })

  test.each([
    ['a web page with 200', { html: '<!doctype html><div id="root"></div>' }],
    ['a web page with 502', { status: 502, html: '<h1>Bad Gateway</h1>' }],
    ['JSON of another kind', { json: { ok: true } }],
    ['null', { json: null }],
    ['a number', { json: 42 }],
    ['an error with 200', { json: { error: 'no', code: 'no' } }],
  ])('that %s is not an answer', async (_, answer) => {
    const error = await failure(answer as Answer)
    expect(error).toBeInstanceOf(Error)
    expect(error.message).not.toBe('')
    expect(error).toMatchObject({ status: 'status' in answer ? answer.status : 200 })
  })

  test('that nothing answered, and asks about the connection', async () => {
    const error = await failure('no connection')
    expect(error).toMatchObject({ code: 'network', message: expect.stringContaining('offline') })
    expect(error).not.toHaveProperty('status')
  })

  test('that it was called outside a browser, and asks nothing', async () => {
    const asked = answering({ json: link })
    vi.stubGlobal('document', undefined)
    vi.spyOn(console, 'error').mockReturnValue()
    await expect(ask()).rejects.toMatchObject({ code: 'no-browser', message: expect.stringContaining('browser') })
    expect(asked).toEqual([])
  })
})
