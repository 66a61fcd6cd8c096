import { randomUUID } from 'node:crypto'
import { formatRupees } from 'khalti-kit'
import { KhaltiPaymentForm } from 'khalti-kit/react'
import type { GetServerSideProps } from 'next'
import { openShop, topi } from '../lib/checkout'

interface Props {
  orderId: string
  price: string
}

// An order for each visit, at the price of today. A real shop has a cart before this, and an account that owns the order.
export const getServerSideProps: GetServerSideProps<Props> = async () => {
  const orderId = randomUUID()
  const { database } = await openShop()
  await database.query('insert into orders (id, price) values ($1, $2)', [orderId, topi.price])
  return { props: { orderId, price: formatRupees(topi.price) } }
}

export default function CheckoutPage({ orderId, price }: Props) {
  return (
    <>
      <h1>Dhaka topi, {price}</h1>
      <KhaltiPaymentForm orderId={orderId} texts={{ submit: `Pay ${price} with Khalti` }} />
    </>
  )
}
