import { KhaltiClient, rupees } from 'khalti-kit'
import { CheckoutRefusal, createCheckout, memoryPayments } from 'khalti-kit/checkout'

/** Where the shop of the journey finds the world. */
export interface JourneyShopOptions {
  /** The simulator. */
  gatewayUrl: string
  /** Is told in POST requests what happens in the shop, which may run in another process. */
  noticesUrl: string
  /** May have a path. */
  siteUrl: string
  basePath: string
}

/** A shop as every adapter of the journey serves it: a checkout, and a few routes for what no checkout does. */
export function createJourneyShop(options: JourneyShopOptions): (request: Request) => Promise<Response> {
  const { gatewayUrl, noticesUrl, siteUrl, basePath } = options
  const notice = async (what: string) => {
    await fetch(noticesUrl, { method: 'POST', body: what })
  }
  const checkout = createCheckout({
    client: new KhaltiClient({ secretKey: 'anything', environment: 'sandbox', baseUrl: gatewayUrl }),
    payments: memoryPayments(),
    siteUrl,
    origins: ['https://app.example'],
    basePath,
    cronSecret: 'sixteen-characters-or-more',
    readOrder({ orderId, name }) {
      if (typeof orderId !== 'string' || !orderId.startsWith('tea-')) throw new CheckoutRefusal(404, 'No such order.')
      const customer = typeof name === 'string' ? { customer: { name } } : {}
      return { id: orderId, name: 'Tea', amount: rupees(13), ...customer }
    },
    fulfil: ({ orderId }) => notice(`fulfilled ${orderId}`),
    // Without a slash: below the path of siteUrl.
    landing: ({ outcome, payment }) =>
      `thanks?outcome=${outcome}&order=${payment?.orderId ?? ''}&pidx=${payment?.pidx ?? ''}`,
  })
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    const [place] = pathname.split('/').filter(Boolean).slice(-1)
    if (place === 'cookies') return withCookies()
    if (place === 'broken') return brokenHalfway()
    if (place === 'wait') return waitForever(request, (what) => notice(`${what} ${searchParams.get('id')}`))
    return checkout.handler(request)
  }
}

function withCookies(): Response {
  const headers = new Headers({ 'set-cookie': 'a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT; Path=/' })
  headers.append('set-cookie', 'b=2; HttpOnly')
  return new Response('two cookies', { headers })
}

function brokenHalfway(): Response {
  return new Response(
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"half":')),
      pull: () => Promise.reject(new Error('The other half is lost.')),
    }),
  )
}

/** Answers only once the client has left; says before when it may. */
async function waitForever({ signal }: Request, notice: (what: string) => Promise<void>): Promise<Response> {
  const left = new Promise((resolve) => signal.addEventListener('abort', resolve))
  await notice('waiting')
  await left
  await notice('left')
  return new Response(null, { status: 204 })
}
