import { readFileSync } from 'node:fs'
import { isKhaltiError, KhaltiClient, parseCallback } from 'khalti-kit'
import { createSimulator } from 'khalti-kit/testing'
import { describe, expect, it } from 'vitest'
import { paymentRequest as request } from '../support/payment-request.ts'

/** One recorded or documented message, with its source and what must come of it. */
interface Sample {
  id: string
  kind: string
  http_status: number | null
  evidence: string
  body?: Record<string, unknown> | string
  query?: string
  source: string
  expect?: { kind?: string; fields?: unknown; outcome_for_its_own_pidx_and_amount?: string } & Record<string, unknown>
}

const samples: Sample[] = JSON.parse(readFileSync(new URL('fixtures/wire-samples.json', import.meta.url), 'utf8'))
const ofKind = (kind: string) => samples.filter((sample) => sample.kind === kind)
const source = ({ id, evidence, source }: Sample) => `${id} (${evidence}): ${source}`.slice(0, 100)

function clientThatReads({ body, http_status }: Sample, fallbackStatus = 200): KhaltiClient {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const fetch = async () => new Response(text, { status: http_status ?? fallbackStatus })
  return new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', maxRetries: 0, fetch })
}

describe('every recorded or documented message is read as it is meant', () => {
  it('No kind of recorded message is left out', () => {
    const read = ['callback_query', 'error', 'initiate_request', 'initiate_response', 'lookup_response']
    const others = ['refund_request', 'refund_response', 'transaction_response']
    expect([...new Set(samples.map(({ kind }) => kind))].sort()).toEqual([...read, ...others].sort())
  })

  for (const sample of ofKind('lookup_response')) {
    it(`The client reads what Khalti says in ${source(sample)}`, async () => {
      const body = sample.body as { pidx: string; total_amount: number }
      // Some samples have no status: they must be lookups with either that Khalti uses.
      for (const status of sample.http_status === null ? [200, 400] : [sample.http_status]) {
        const client = clientThatReads({ ...sample, http_status: status })
        const verdict = await client.verify({ pidx: body.pidx, amount: Number(body.total_amount) })
        expect(verdict.outcome).toBe(sample.expect?.outcome_for_its_own_pidx_and_amount)
        expect(verdict.lookup).toMatchObject(body)
      }
    })
  }

  for (const sample of ofKind('error')) {
    it(`The client reads what Khalti says in ${source(sample)}`, async () => {
      for (const call of [
        (c: KhaltiClient) => c.initiate(request),
        (c: KhaltiClient) => c.lookup('HT6o6PEZRWFJ5ygavzHWd5'),
      ]) {
        const error = await call(clientThatReads(sample)).catch((caught: unknown) => caught)
        expect(isKhaltiError(error) && error.name).toBe('KhaltiApiError')
        expect(error).toMatchObject({ kind: sample.expect?.kind, fields: sample.expect?.fields ?? {} })
      }
    })
  }

  for (const sample of ofKind('initiate_response')) {
    it(`The client reads what Khalti says in ${source(sample)}`, async () => {
      expect(await clientThatReads(sample).initiate(request)).toEqual(sample.body)
    })
  }

  for (const sample of ofKind('callback_query')) {
    it(`The client reads what Khalti says in ${source(sample)}`, () => {
      const { pidx = null, status = null, message = null } = parseCallback(sample.query ?? '')
      expect({ pidx, status, message }).toEqual(sample.expect)
    })
  }

  for (const sample of [...ofKind('refund_response'), ...ofKind('transaction_response')]) {
    it(`The client reads what Khalti says in ${source(sample)}`, async () => {
      const client = clientThatReads(sample)
      if (sample.kind === 'refund_response') expect(await client.refund('GFq9PFS7b2iYvL8Lir9oXe')).toEqual(sample.body)
      else expect(await client.banks('ebanking')).toEqual((sample.body as { records: unknown[] }).records)
    })
  }
})

describe('every request that was documented or seen is accepted by the simulator', () => {
  for (const sample of ofKind('initiate_request')) {
    it(`The simulator accepts the request ${source(sample)}`, async () => {
      const answer = await createSimulator().fetch('https://dev.khalti.com/api/v2/epayment/initiate/', {
        method: 'POST',
        headers: { authorization: 'Key sk', 'content-type': 'application/json' },
        body: JSON.stringify(sample.body),
      })
      expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ pidx: expect.any(String) })])
    })
  }

  for (const sample of ofKind('refund_request')) {
    it(`The simulator accepts the request ${source(sample)}`, async () => {
      const simulator = createSimulator()
      const client = new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', fetch: simulator.fetch })
      const { pidx } = await client.initiate({ ...request, amount: 10_000, modes: ['EBANKING'] })
      const instrument = 'mobile' in (sample.body as object) ? 'bank' : 'wallet'
      simulator.pay(pidx, { instrument })
      const { transaction_id } = await client.lookup(pidx)
      const answer = await simulator.fetch(
        `https://dev.khalti.com/api/merchant-transaction/${transaction_id}/refund/`,
        {
          method: 'POST',
          headers: { authorization: 'Key sk', 'content-type': 'application/json' },
          body: JSON.stringify(sample.body),
        },
      )
      expect(answer.status).toBe(200)
    })
  }
})
