import {
  formatRupees,
  isKhaltiError,
  type KhaltiClient,
  type Paisa,
  parseCallback,
  rupees,
  type Verdict,
} from 'khalti-kit'

const goods: Record<string, { name: string; price: Paisa }> = {
  topi: { name: 'Dhaka topi', price: rupees(850) },
  shawl: { name: 'Pashmina shawl', price: rupees('4,500') },
  tea: { name: 'Ilam tea, 250 g', price: rupees(320) },
}

interface Sale {
  pidx: string
  orderId: string
  amount: Paisa
  handedOut: boolean
}

/** A small merchant. It keeps its sales in memory; see `khalti-kit/checkout` for what a real shop needs beside this. */
export function createShop(khalti: KhaltiClient, address: () => string) {
  const sales = new Map<string, Sale>()

  async function buy(thing: string): Promise<Response> {
    const product = goods[thing]
    if (!product) return page(404, 'There is no such thing in this shop.')
    const orderId = `order-${sales.size + 1}`
    const { pidx, payment_url } = await khalti.initiate({
      amount: product.price,
      purchase_order_id: orderId,
      purchase_order_name: product.name,
      return_url: `${address()}/return`,
      website_url: address(),
    })
    // Stored before the customer leaves: later only this record says what was bought for how much.
    sales.set(pidx, { pidx, orderId, amount: product.price, handedOut: false })
    return new Response(null, { status: 303, headers: { location: payment_url } })
  }

  async function settle(pidx: string): Promise<Verdict> {
    const sale = sales.get(pidx)
    if (!sale) throw new Error(`This shop has sold nothing under ${pidx}.`)
    const verdict = await khalti.verify({ pidx, amount: sale.amount, orderId: sale.orderId })
    if (verdict.outcome === 'paid') sale.handedOut = true
    return verdict
  }

  async function welcomeBack(request: Request): Promise<Response> {
    // The query is only a claim. Its pidx finds our record; what became of the payment is for Khalti to say.
    const { pidx } = parseCallback(request)
    if (pidx === undefined || !sales.has(pidx)) return page(404, 'We know nothing of this payment.')
    const verdict = await settle(pidx)
    switch (verdict.outcome) {
      case 'paid':
        return page(200, `Thank you! ${formatRupees(verdict.lookup.total_amount ?? 0)} received.`)
      case 'pending':
        return page(200, 'Not paid yet.')
      case 'unpaid':
        return page(200, `Nothing was paid (${verdict.reason}).`)
      case 'refunded':
        return page(200, 'This payment was given back.')
      case 'hold':
        return page(200, 'We are looking into this payment.')
    }
  }

  async function handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (request.method === 'POST' && pathname.startsWith('/buy/')) return buy(pathname.slice('/buy/'.length))
    if (request.method === 'GET' && pathname === '/return') return welcomeBack(request)
    return page(404, 'There is nothing here.')
  }

  return {
    sales,
    settle,
    handler: (request: Request): Promise<Response> =>
      handle(request).catch((error: unknown) => {
        if (!isKhaltiError(error)) throw error
        return page(502, 'Khalti did not answer. Your order is safe; please try again.')
      }),
  }
}

function page(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
