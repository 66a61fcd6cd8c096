import type { ErrorPlace } from 'khalti-kit/checkout'
import { openShop, type ShopSettings } from './shop.ts'

/** A shop that keeps what `onError` is told, with the place; what a place leaves open is not in it. */
export function openToldShop(settings: ShopSettings = {}) {
  const told: ({ error: unknown } & ErrorPlace)[] = []
  const onError = (error: unknown, place: ErrorPlace) => {
    const known = Object.entries(place).filter(([, value]) => value !== undefined)
    told.push({ error, ...(Object.fromEntries(known) as unknown as ErrorPlace) })
  }
  const shop = openShop({ ...settings, checkout: { onError, ...settings.checkout } })
  /** What was told, each error as its text. */
  const saidTo = () => told.map(({ error, ...place }) => ({ said: (error as Error).message, ...place }))
  return { ...shop, told, saidTo }
}

/** All that an answer says: its status, its headers but for the content type's, and its body. */
export async function wholeOf(answer: Response) {
  const text = await answer.text()
  const { 'content-type': type, ...headers } = Object.fromEntries(answer.headers)
  return { status: answer.status, headers, body: type === 'application/json' ? JSON.parse(text) : text }
}

/** The headers of every answer that is not for the shop's people. */
export const plain = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', vary: 'Origin' }
