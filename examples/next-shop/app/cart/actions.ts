'use server'

import { redirect } from 'next/navigation'
import { emptyCart, readCart, setQuantity } from '../../lib/cart'
import { ensureCustomer } from '../../lib/customer'
import { placeOrder } from '../../lib/orders'

export async function addToCart(form: FormData): Promise<void> {
  await setQuantity(String(form.get('slug')), (before) => before + 1)
  redirect('/cart')
}

export async function changeQuantity(form: FormData): Promise<void> {
  await setQuantity(String(form.get('slug')), () => Number(form.get('quantity')))
  redirect('/cart')
}

export async function checkOut(): Promise<void> {
  const cart = await readCart()
  // A second click finds the cart empty; the order is among the customer's orders.
  if (cart.size === 0) redirect('/orders')
  const orderId = await placeOrder(await ensureCustomer(), cart)
  await emptyCart()
  redirect(`/checkout/${orderId}`)
}
