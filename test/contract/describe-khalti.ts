import { KhaltiClient, type KhaltiClientOptions, type PaymentRequest } from 'khalti-kit'
import { afterAll, describe, expect, it } from 'vitest'
import { paymentRequest } from '../support/payment-request.ts'

/** What tells one gateway from another. */
export interface Gateway {
  secretKey: string
  /** Left out: the client's own transport. */
  fetch?: typeof globalThis.fetch
  baseUrl?: string
}

const request: PaymentRequest = {
  ...paymentRequest,
  purchase_order_id: 'khalti-kit-contract-test',
  purchase_order_name: 'Contract test',
}

const unknownPidx = '2222222222222222222222'

/**
 * What khalti-kit relies on, asked of a gateway: the simulator always, the real sandbox when there is a key for it. It
 * makes links that nobody pays, and changes nothing else.
 */
export function describeKhalti(name: string, gateway: Gateway): void {
  const options: KhaltiClientOptions = { environment: 'sandbox', ...gateway }
  const client = new KhaltiClient(options)
  afterAll(() => client.close())

  describe(`${name} keeps the contract`, () => {
    it('Khalti gives a link for a payment of 1000 paisa: the minimum is inclusive', async () => {
      const link = await client.initiate(request)
      expect(link.pidx).toMatch(/^[\w-]{1,64}$/)
      expect(new URL(link.payment_url).protocol).toMatch(/^https?:$/)
      expect(link.expires_in).toBeGreaterThan(0)
      expect(new Date(String(link.expires_at)).getTime()).toBeGreaterThan(Date.now())
    })

    it('Khalti gives two links for one order, since it knows no idempotency', async () => {
      const [one, two] = [await client.initiate(request), await client.initiate(request)]
      expect(one.pidx).not.toBe(two.pidx)
    })

    it('Khalti says of a fresh link that it is not paid', async () => {
      const { pidx } = await client.initiate(request)
      const verdict = await client.verify({ pidx, amount: 1000 })
      expect(verdict).toMatchObject({ outcome: 'pending', lookup: { pidx, total_amount: 1000, status: 'Initiated' } })
      expect(verdict.lookup.transaction_id ?? '').toBe('')
    })

    it('Khalti does not name the order in a lookup', async () => {
      const { pidx } = await client.initiate(request)
      expect(await client.lookup(pidx)).not.toHaveProperty('purchase_order_id')
    })

    it('Khalti says that an unknown pidx is not found', async () => {
      await expect(client.lookup(unknownPidx)).rejects.toMatchObject({ code: 'api', kind: 'not-found' })
    })

    it('Khalti refuses another key, without telling a wrong one from one of the other environment', async () => {
      const stranger = new KhaltiClient({ ...options, secretKey: '00000000000000000000000000000000' })
      await expect(stranger.lookup(unknownPidx)).rejects.toMatchObject({ kind: 'authentication', status: 401 })
      await stranger.close()
    })

    it.each<[string, Record<string, unknown>, string]>([
      ['an amount below the minimum', { amount: 999 }, 'amount'],
      ['an amount that is no integer', { amount: '10.5' }, 'amount'],
      ['a breakdown that does not add up', { amount_breakdown: [{ label: 'VAT', amount: 1 }] }, 'amount'],
      ['a blank order id', { purchase_order_id: '' }, 'purchase_order_id'],
      ['a return_url without a scheme', { return_url: 'shop.example' }, 'return_url'],
      ['a customer without a name', { customer_info: { email: 'a@b.example' } }, 'customer_info'],
    ])('Khalti refuses %s under the name of the field', async (_title, change, field) => {
      const answer = await post(gateway, '/api/v2/epayment/initiate/', { ...request, ...change })
      expect(answer.status).toBe(400)
      expect(await answer.json()).toHaveProperty(field)
    })

    it('Khalti lists banks without a key, by pages', async () => {
      const banks = await client.banks('ebanking')
      expect(banks.length).toBeGreaterThan(0)
      expect(new Set(banks.map(({ idx }) => idx)).size).toBe(banks.length)
    })

    it('Khalti refuses to refund a transaction that it does not know', async () => {
      await expect(client.refund(unknownPidx)).rejects.toMatchObject({ code: 'api', mayHaveBeenProcessed: false })
    })
  })
}

/** Asks without our client, which would refuse to send such a request. */
function post(
  { fetch = globalThis.fetch, baseUrl, secretKey }: Gateway,
  path: string,
  body: object,
): Promise<Response> {
  return fetch(`${baseUrl ?? 'https://dev.khalti.com'}${path}`, {
    method: 'POST',
    headers: { authorization: `Key ${secretKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}
