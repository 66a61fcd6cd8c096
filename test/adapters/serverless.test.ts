import serverlessExpress from '@vendia/serverless-express'
import express from 'express'
import { KhaltiClient, rupees } from 'khalti-kit'
import { createCheckout, memoryPayments } from 'khalti-kit/checkout'
import { type NodeListenerOptions, toNodeListener } from 'khalti-kit/node'
import { createSimulator } from 'khalti-kit/testing'
import { describe, expect, it } from 'vitest'

interface Asked {
  method?: string
  path: string
  headers?: Record<string, string>
  body?: string
}

/** What a function answers to API Gateway. */
interface Answer {
  statusCode: number
  body: string
  headers?: Record<string, string>
  multiValueHeaders?: Record<string, string[]>
}

const host = 'abc.execute-api.ap-south-1.amazonaws.com'

/** The events of API Gateway for a request to the stage `prod`, by its payload format. */
const events: Record<string, (asked: Asked) => object> = {
  // A REST API: the stage is not in `path`.
  '1.0': ({ method = 'GET', path, headers = {}, body = null }) => {
    const { pathname, searchParams } = new URL(path, `https://${host}`)
    return {
      version: '1.0',
      httpMethod: method,
      path: pathname,
      queryStringParameters: Object.fromEntries(searchParams),
      multiValueQueryStringParameters: Object.fromEntries([...searchParams].map(([name, value]) => [name, [value]])),
      headers: { Host: host, ...headers },
      multiValueHeaders: Object.fromEntries(
        Object.entries({ Host: host, ...headers }).map(([name, value]) => [name, [value]]),
      ),
      requestContext: { stage: 'prod', path: `/prod${pathname}`, identity: { sourceIp: '203.0.113.7' } },
      body,
      isBase64Encoded: false,
    }
  },
  // An HTTP API: the stage stands in `rawPath`.
  '2.0': ({ method = 'GET', path, headers = {}, body }) => {
    const { pathname, search } = new URL(path, `https://${host}`)
    return {
      version: '2.0',
      routeKey: '$default',
      rawPath: `/prod${pathname}`,
      rawQueryString: search.slice(1),
      headers: { host, ...headers },
      requestContext: { stage: 'prod', http: { method, path: `/prod${pathname}`, sourceIp: '203.0.113.7' } },
      isBase64Encoded: false,
      ...(body !== undefined && { body }),
    }
  },
}

/** A shop as a function, with an Express app whose parsers run first. */
function deploy(format: string) {
  const simulator = createSimulator()
  const fulfilled: string[] = []
  const checkout = createCheckout({
    client: new KhaltiClient({ secretKey: 'any', environment: 'sandbox', fetch: simulator.fetch }),
    payments: memoryPayments(),
    siteUrl: `https://${host}/prod`,
    readOrder: ({ orderId }) => ({ id: String(orderId), name: 'Topi', amount: rupees(850) }),
    fulfil: ({ orderId }) => void fulfilled.push(orderId),
    landing: ({ outcome }) => `thanks?outcome=${outcome}`,
  })
  const answer = withExpress(checkout.handler, { onError: () => {} })
  const ask = (asked: Asked) => answer(events[format]?.(asked))
  return { simulator, fulfilled, ask }
}

/** Gives back what answers an event. */
function withExpress(handler: (request: Request) => Promise<Response>, options?: NodeListenerOptions) {
  const app = express()
  app.use(express.json(), express.urlencoded({ extended: true }))
  app.use(['/api/khalti', '/prod/api/khalti'], toNodeListener(handler, options))
  const run = serverlessExpress({ app }) as unknown as (event: unknown, context: object) => Promise<Answer>
  return (event: unknown) => run(event, {})
}

const locationOf = ({ headers, multiValueHeaders }: Answer) => headers?.location ?? multiValueHeaders?.location?.[0]

describe.each(Object.keys(events))('Express below @vendia/serverless-express, payload format %s', (format) => {
  it('A payment goes from initiate to fulfilled, with the stage in every address', async () => {
    const { simulator, fulfilled, ask } = deploy(format)
    const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
    const started = await ask({
      method: 'POST',
      path: '/api/khalti/initiate',
      headers,
      body: '{"orderId":"topi"}',
    })
    expect([started.statusCode, JSON.parse(started.body)]).toMatchObject([200, { payment_url: expect.any(String) }])
    const { pidx } = JSON.parse(started.body)
    const status = await ask({ path: `/api/khalti/status?pidx=${pidx}` })
    expect([status.statusCode, JSON.parse(status.body)]).toMatchObject([200, { outcome: 'pending' }])
    const back = simulator.pay(pidx)
    expect(back).toMatch(`https://${host}/prod/api/khalti/return?`)
    const landed = await ask({ path: back.replace(`https://${host}/prod`, '') })
    expect([landed.statusCode, locationOf(landed)]).toEqual([303, `https://${host}/prod/thanks?outcome=paid`])
    expect(fulfilled).toEqual(['topi'])
  })

  it('A plain form is sent on to the payment page', async () => {
    const { simulator, ask } = deploy(format)
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }
    const answer = await ask({ method: 'POST', path: '/api/khalti/initiate', headers, body: 'orderId=a+b' })
    const [payment] = simulator.payments()
    expect([answer.statusCode, locationOf(answer)]).toEqual([303, payment?.payment_url])
    expect(payment?.purchase_order_id).toBe('a b')
  })

  it('A body larger than a socket takes at once is answered in whole', async () => {
    const answer = withExpress(async () => Response.json({ a: 'x'.repeat(2 ** 20) }))
    const { body } = await answer(events[format]?.({ path: '/api/khalti/admin' }))
    expect(JSON.parse(body).a).toHaveLength(2 ** 20)
  })
})
