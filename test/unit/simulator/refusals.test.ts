import { describe, expect, test } from 'vitest'
import { createSimulator } from '../../../src/testing.ts'
import { goodRequest, post, read, refund, start } from '../../support/gateway.ts'

// Whole bodies: a client may look at every field of them.

const initiatePath = '/api/v2/epayment/initiate/'
const error_key = 'validation_error'

describe('what an API request is refused with', () => {
  const send = (body: BodyInit, contentType: string) => {
    const headers = { authorization: 'Key x', 'content-type': contentType }
    return read(createSimulator(), initiatePath, { method: 'POST', headers, body })
  }

  test('refuses a wrong method with a message and an error_key', async () => {
    const answer = await read(createSimulator(), initiatePath, { headers: { authorization: 'Key x' } })
    expect(answer).toMatchObject({ status: 405, body: { detail: 'Method "GET" not allowed.', error_key } })
    expect(answer.headers.get('content-type')).toBe('application/json')
  })

  test.each([
    ['text/plain', 415, 'Unsupported media type "text/plain" in request.'],
    ['application/json', 400, 'JSON parse error - Expecting value: line 1 column 1 (char 0)'],
    ['multipart/form-data; boundary=B', 400, 'Multipart form parse error - Invalid boundary in multipart: B'],
  ])('refuses a text that is sent as %s with a message and an error_key', async (contentType, status, detail) => {
    const answer = await send('hello', contentType)
    expect(answer.status).toBe(status)
    expect(answer.body).toEqual({ detail, error_key })
  })

  test('takes a body of exactly 1 MiB, and refuses a larger one in so many words', async () => {
    const largest = JSON.stringify(goodRequest).padEnd(1024 * 1024)
    expect(await send(largest, 'application/json')).toMatchObject({ status: 200 })
    const answer = await send(`${largest} `, 'application/json')
    expect(answer.status).toBe(413)
    expect(answer.body).toEqual({ detail: 'Request body exceeded the limit of 1 MiB.', error_key })
  })

  test('says how a refund went wrong', async () => {
    const simulator = createSimulator()
    const { pidx } = await start(simulator)
    simulator.pay(pidx, { transactionId: 'T1' })
    expect(await refund(simulator, 'T1', { amount: 1 })).toMatchObject({ status: 200 })
    expect((await refund(simulator, 'T1', { amount: 1300 })).body).toEqual({
      amount: ['Amount is more than what is left of the transaction.'],
      error_key,
    })
    await refund(simulator, 'T1')
    expect((await refund(simulator, 'T1')).body).toEqual({ detail: 'Transaction can not be refunded.', error_key })
    expect((await refund(simulator, 'T2')).body).toEqual({ detail: 'Not found.', error_key })
  })
})

describe('a path that nothing answers at', () => {
  test.each(['/api/v2/epayment/refund/', '/x/payments', '/payments/x', '/paymentsx', '/walletx', '/x/wallet'])(
    'answers at %s with a page, as Django does where no route matches',
    async (path) => {
      const answer = await read(createSimulator(), path)
      expect(answer).toMatchObject({ status: 404, body: undefined })
      expect(answer.text).toContain('<h1>Not Found</h1>')
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    },
  )

  test('answers POST where no route matches with the page, too', async () => {
    const answer = await post(createSimulator(), '/api/v2/epayment/refund/', {})
    expect(answer.text).toContain('<p>The requested resource was not found on this server.</p>')
  })
})
