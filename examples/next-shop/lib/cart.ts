import { cookies } from 'next/headers'
import { cookieOptions } from './customer'
import { garment } from './goods'
import type { Cart } from './orders'

const cartCookie = 'cart'
const most = 9

/** What the customer has put into the cart: garments and numbers, no prices. */
export async function readCart(): Promise<Cart> {
  const text = (await cookies()).get(cartCookie)?.value ?? ''
  const lines = text.split('.').map((line) => line.split('_'))
  return new Map(
    lines.flatMap(([slug = '', quantity]) => (garment(slug) ? [[slug, between(1, Number(quantity))] as const] : [])),
  )
}

/** How many pieces are in it. */
export function count(cart: Cart): number {
  return [...cart.values()].reduce((sum, quantity) => sum + quantity, 0)
}

/** Sets how many there are of one garment; 0 takes it out. For server actions. */
export async function setQuantity(slug: string, change: (before: number) => number): Promise<void> {
  const cart = new Map(await readCart())
  const quantity = between(0, change(cart.get(slug) ?? 0))
  if (quantity === 0) cart.delete(slug)
  else if (garment(slug)) cart.set(slug, quantity)
  const text = [...cart].map((line) => line.join('_')).join('.')
  ;(await cookies()).set(cartCookie, text, cookieOptions)
}

/** For server actions. */
export async function emptyCart(): Promise<void> {
  ;(await cookies()).delete(cartCookie)
}

function between(least: number, quantity: number): number {
  return Math.min(Math.max(Math.trunc(quantity) || 0, least), most)
}
