import { KhaltiClient, type RefundRequest } from 'khalti-kit'
import { describe, expect, it } from 'vitest'

/** A client that answers every refund, and what it was asked. */
function recordingClient() {
  const sent: { url: string; method: string | undefined; body: unknown; key: string | null }[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const key = new Headers(init?.headers).get('authorization')
    sent.push({ url: String(input), method: init?.method, body: JSON.parse(String(init?.body)), key })
    return Response.json({ detail: 'Transaction refund successful.' })
  }
  return { sent, client: new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', fetch }) }
}

describe('what refund sends', () => {
  it.each<[request: RefundRequest | undefined, body: object]>([
    [undefined, {}],
    [{}, {}],
    [{ amount: undefined, mobile: undefined }, {}],
    [{ amount: 1 }, { amount: 1 }],
    [
      { amount: 1000, mobile: ' 9800000005 ' },
      { amount: 1000, mobile: '9800000005' },
    ],
    [{ mobile: '9800000005' }, { mobile: '9800000005' }],
    [{ amout: undefined } as RefundRequest, {}],
  ])('refund turns %j into the body %j', async (request, body) => {
    const { client, sent } = recordingClient()
    expect(await client.refund('GFq9', request)).toEqual({ detail: 'Transaction refund successful.' })
    const url = 'https://dev.khalti.com/api/merchant-transaction/GFq9/refund/'
    expect(sent).toEqual([{ url, method: 'POST', body, key: 'Key sk' }])
  })

  it('refund tells hooks what it is', async () => {
    const operations: string[] = []
    const client = new KhaltiClient({
      secretKey: 'sk',
      fetch: async () => Response.json({}),
      hooks: {
        onRequest: ({ operation }) => operations.push(operation),
        onResponse: ({ operation }) => operations.push(operation),
      },
    })
    await client.refund('GFq9')
    expect(operations).toEqual(['refund', 'refund'])
  })
})

describe('what refund refuses to send', () => {
  const amountFault = (shown: string) =>
    `amount is ${shown}. It is in whole paisa and above 0; leave it out to refund all.`
  const optionsFault = (shown: string) => `The options are ${shown}. They are an object, such as {}.`
  const mobileFault = 'mobile is not a mobile number as text. It is that of the Khalti account that gets the refund.'

  it.each<[request: unknown, field: string, fault: string]>([
    [{ amount: 0 }, 'amount', amountFault('0')],
    [{ amount: -1 }, 'amount', amountFault('-1')],
    [{ amount: 10.5 }, 'amount', amountFault('10.5')],
    [{ amount: '500' }, 'amount', amountFault('"500"')],
    [{ amount: null }, 'amount', amountFault('null')],
    [{ amount: 2 ** 53 }, 'amount', amountFault('9007199254740992')],
    [{ mobile: '' }, 'mobile', mobileFault],
    [{ mobile: '  ' }, 'mobile', mobileFault],
    [{ mobile: 9_800_000_005 }, 'mobile', mobileFault],
    [{ mobile: null }, 'mobile', mobileFault],
    [{ amout: 500 }, 'amout', 'amout is none of amount, mobile.'],
    [{ amount: 500, reason: null }, 'reason', 'reason is none of amount, mobile.'],
    [500, 'options', optionsFault('500')],
    ['500', 'options', optionsFault('"500"')],
    [null, 'options', optionsFault('null')],
    [[500], 'options', optionsFault('a list')],
    [() => 500, 'options', optionsFault('a function')],
  ])('refund refuses to send %j, since of %s: %s', async (request, field, fault) => {
    const { client, sent } = recordingClient()
    await expect(client.refund('GFq9', request as RefundRequest)).rejects.toMatchObject({
      code: 'input',
      message: `refund was not sent. ${fault}`,
      fields: { [field]: [fault] },
    })
    expect(sent).toEqual([])
  })
})
