import type { Metadata } from 'next'
import Link from 'next/link'
import { readCart } from '../../lib/cart'
import { type OrderLine, price } from '../../lib/orders'
import { OrderLines } from '../order-lines'
import { changeQuantity, checkOut } from './actions'

export const metadata: Metadata = { title: 'Cart' }

export default async function CartPage() {
  const { lines, total } = price(await readCart())
  if (lines.length === 0) {
    return (
      <>
        <h1>Your cart is empty</h1>
        <p>
          <Link className="button" href="/">
            Look at the clothes
          </Link>
        </p>
      </>
    )
  }
  return (
    <div className="narrow">
      <h1>Your cart</h1>
      <OrderLines lines={lines} total={total} beside={(line) => <Quantity {...line} />} />
      <form action={checkOut} className="next">
        <Link href="/">Look around more</Link>
        <button type="submit">Check out</button>
      </form>
    </div>
  )
}

function Quantity({ slug, name, quantity }: OrderLine) {
  const button = (value: number, sign: string, label: string) => (
    <button type="submit" className="quiet" name="quantity" value={value} aria-label={`${label}: ${name}`}>
      {sign}
    </button>
  )
  return (
    <form action={changeQuantity} className="quantity">
      <input type="hidden" name="slug" value={slug} />
      {button(quantity - 1, '−', 'One less')}
      {button(quantity + 1, '+', 'One more')}
    </form>
  )
}
