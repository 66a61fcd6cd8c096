import type { Shop } from './shop.ts'

/** Things that a checkout remembers at most. */
const most = 1_000

const said = new WeakMap<Shop, Set<string>>()

/** Whether the checkout has not said this before. */
export function isFirstTime(shop: Shop, what: string): boolean {
  const texts = said.get(shop) ?? new Set()
  said.set(shop, texts)
  if (texts.has(what)) return false
  if (texts.size >= most) texts.clear()
  texts.add(what)
  return true
}
