// One shopper's way through the package, as plain JavaScript that every runtime understands. It throws where a step is wrong.
import { isKhaltiError, KhaltiClient, KhaltiInputError, parseCallback, rupees, sandboxWallets } from 'khalti-kit'
import { createCheckout, memoryPayments } from 'khalti-kit/checkout'
import { toNextRoute } from 'khalti-kit/next'
import { paymentLookupResponseSchema } from 'khalti-kit/schemas'
import { createSimulator } from 'khalti-kit/testing'

const must = (isSo, what) => {
  if (!isSo) throw new Error(`wrong: ${what}`)
}

const order = {
  amount: rupees('1,250.50'),
  purchase_order_id: 'order-1',
  purchase_order_name: 'Dhaka topi',
  return_url: 'https://shop.example/return',
  website_url: 'https://shop.example',
}

/** Initiate, pay, return, verify, refund: with a simulator in this process, or at `gateway` over real HTTP. */
async function client(gateway) {
  const simulator = createSimulator()
  const khalti = new KhaltiClient({
    secretKey: 'secret',
    environment: 'sandbox',
    ...(gateway ? { baseUrl: gateway } : { fetch: simulator.fetch }),
  })
  const link = await khalti.initiate(order)
  const back = await pay(link, gateway ? undefined : simulator)
  must(back.pidx === link.pidx, 'the pidx of the callback')
  const verdict = await khalti.verify({ pidx: link.pidx, amount: order.amount })
  must(verdict.outcome === 'paid', `the verdict is ${verdict.outcome}`)
  must(
    paymentLookupResponseSchema['~standard'].validate(verdict.lookup).issues === undefined,
    'the schema of the lookup',
  )
  await khalti.refund(verdict.transactionId)
  const later = await khalti.verify({ pidx: link.pidx, amount: order.amount })
  must(later.outcome === 'refunded', `the verdict after a refund is ${later.outcome}`)
  await fails(khalti, link)
  await khalti.close()
}

async function pay({ pidx, payment_url }, simulator) {
  if (simulator) return parseCallback(await simulator.pay(pidx))
  const khalti_id = sandboxWallets.ids[0]
  const { mpin, otp } = sandboxWallets
  const post = (fields) => fetch(payment_url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) })
  await post({ khalti_id, mpin })
  const answer = await post({ khalti_id, mpin, otp })
  return parseCallback(answer.headers.get('location') ?? '')
}

async function fails(khalti, { pidx }) {
  const mistake = await khalti.initiate({ ...order, amount: 1.5 }).catch((error) => error)
  must(mistake instanceof KhaltiInputError && mistake.name === 'KhaltiInputError', `an input error is ${mistake?.name}`)
  must(isKhaltiError(mistake) && 'amount' in mistake.fields, 'the fields of an input error')
  const missing = await khalti.lookup(`${pidx}x`).catch((error) => error)
  must(missing?.name === 'KhaltiApiError' && missing.kind === 'not-found', `a lookup of nothing is ${missing?.name}`)
}

/** A checkout: its routes, as a browser asks them. */
async function checkout() {
  const simulator = createSimulator()
  let fulfilled = 0
  const shop = createCheckout({
    client: new KhaltiClient({ secretKey: 'secret', environment: 'sandbox', fetch: simulator.fetch }),
    payments: memoryPayments(),
    siteUrl: 'https://shop.example',
    readOrder: ({ orderId }) => ({ id: String(orderId), name: 'Dhaka topi', amount: rupees(850) }),
    fulfil: () => {
      fulfilled += 1
    },
    landing: ({ outcome }) => `/thanks?${outcome}`,
  })
  const { GET, POST } = toNextRoute(shop.handler)
  const url = 'https://shop.example/api/khalti'
  const headers = { 'content-type': 'application/json' }
  const started = await POST(new Request(`${url}/initiate`, { method: 'POST', headers, body: '{"orderId":"A-1"}' }))
  const { pidx } = await started.json()
  simulator.pay(pidx)
  const landed = await GET(new Request(`${url}/return?pidx=${pidx}&status=Completed`))
  must(landed.headers.get('location') === 'https://shop.example/thanks?paid', 'where the customer lands')
  await GET(new Request(`${url}/return?pidx=${pidx}&status=Completed`))
  must(fulfilled === 1, `the order was handed out ${fulfilled} times`)
}

/** All of it; resolves to `ok`. */
export async function journey(gateway) {
  await client()
  if (gateway) await client(gateway)
  await checkout()
  return 'ok'
}
