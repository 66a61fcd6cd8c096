import { KhaltiPaymentForm } from 'khalti-kit/react'

export default async function PayPage({ searchParams }: { searchParams: Promise<{ order: string }> }) {
  const { order } = await searchParams
  return <KhaltiPaymentForm endpoint={process.env.ENDPOINT} orderId={order} defaultValues={{ name: 'Sita Rai' }} />
}
