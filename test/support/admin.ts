import { adminPages } from 'khalti-kit/admin'
import { openShop, type ShopSettings } from './shop.ts'

/** What the shop's own login gives its people, and the token of its terminal. */
export const session = 'session=of-gita'
export const token = 'a token for the terminal'

/** A shop whose people may look: Gita with her session, and the terminal with its token. */
export function openAdmin(settings: ShopSettings = {}) {
  const admin = adminPages({
    authorize: ({ headers }) => {
      if (headers.get('cookie')?.includes(session)) return { name: 'Gita' }
      return headers.get('authorization') === `Bearer ${token}` ? { name: 'terminal' } : undefined
    },
  })
  const shop = openShop({ ...settings, checkout: { admin, ...settings.checkout } })
  /** Opens a page as Gita's browser does. */
  const open = (path: string, headers: Record<string, string> = {}) =>
    shop.ask(`admin${path}`, { headers: { cookie: session, 'sec-fetch-site': 'same-origin', ...headers } })
  /** Sends a form as her browser does. */
  const send = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    shop.ask(`admin${path}`, {
      method: 'POST',
      headers: {
        cookie: session,
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
        origin: 'https://shop.example',
        ...headers,
      },
      body: new URLSearchParams(fields).toString(),
    })
  /** What the page says, without markup. */
  const read = async (path: string, headers?: Record<string, string>) =>
    wordsOf(await (await open(path, headers)).text())
  /** Follows the redirect that a form leads to, and gives what the page says. */
  const follow = async (response: Response) => {
    const location = response.headers.get('location') ?? 'nowhere'
    return read(location.replace('/api/khalti/admin', ''))
  }
  /** A payment that is paid and handed out, unless the shop cannot. */
  const sell = async (change: Parameters<typeof shop.order>[0] = {}) => {
    const { pidx } = await shop.checkout.initiate(shop.order(change))
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    const { transactionId = '' } = (await shop.payment(pidx)) ?? {}
    return { pidx, transactionId }
  }
  const givenBack = (pidx: string) =>
    shop.simulator.payments().find((payment) => payment.pidx === pidx)?.refundedAmount ?? 0
  return { ...shop, open, send, read, follow, sell, givenBack }
}

/** The text of a page's body, as one line. */
export function wordsOf(page: string): string {
  return page
    .replace(/^[\s\S]*?<body>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/** What the hidden fields of a page's last form say, or of its form to this path. */
export function hiddenFields(page: string, path?: string): Record<string, string> {
  const forms = page.match(/<form[\s\S]*?<\/form>/g) ?? []
  const form = forms.findLast((one) => path === undefined || one.includes(`/admin${path}"`)) ?? ''
  const fields = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value.replaceAll('&quot;', '"')]))
}
