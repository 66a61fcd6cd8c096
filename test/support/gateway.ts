/** Anything that answers like Khalti. */
export interface Gateway {
  fetch: typeof globalThis.fetch
}

/** One answer, read. */
export interface Answer {
  status: number
  headers: Headers
  text: string
  /** The body as JSON; undefined where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  body: any
}

/** A request that every gateway accepts. */
export const goodRequest = {
  return_url: 'https://shop.example/return',
  website_url: 'https://shop.example',
  amount: 1300,
  purchase_order_id: 'order-1',
  purchase_order_name: 'Momo and tea',
}

const json = { authorization: 'Key secret', 'content-type': 'application/json' }

/** Sends a body as JSON, with a key, and reads the answer. */
export async function post(gateway: Gateway, path: string, body: unknown, init: RequestInit = {}): Promise<Answer> {
  return read(gateway, path, { method: 'POST', headers: json, body: JSON.stringify(body), ...init })
}

/** Sends any request and reads the answer. */
export async function read(gateway: Gateway, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await gateway.fetch(new URL(path, 'https://dev.khalti.com'), { redirect: 'manual', ...init })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parsed(text) }
}

/** Starts a payment and gives its pidx and page. */
export async function start(
  gateway: Gateway,
  change: Record<string, unknown> = {},
): Promise<{ pidx: string; payment_url: string }> {
  const { status, text, body } = await post(gateway, '/api/v2/epayment/initiate/', { ...goodRequest, ...change })
  if (status !== 200) throw new Error(`initiate answered ${status}: ${text}`)
  return body
}

/** Looks a payment up. */
export const lookup = (gateway: Gateway, pidx: string) => post(gateway, '/api/v2/epayment/lookup/', { pidx })

/** Refunds a transaction. */
export const refund = (gateway: Gateway, transactionId: string | null, body: Record<string, unknown> = {}) =>
  post(gateway, `/api/merchant-transaction/${transactionId}/refund/`, body)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
