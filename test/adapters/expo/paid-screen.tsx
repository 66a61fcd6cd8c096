import { useKhaltiPayment } from 'khalti-kit/react'
import { Text } from 'react-native'

export function PaidScreen({ pidx }: { pidx: string | null }) {
  const { phase, payment } = useKhaltiPayment({ endpoint: 'https://shop.example/api/khalti', pidx })
  return <Text>{phase === 'paid' ? `Thank you! ${payment.orderName} is paid.` : phase}</Text>
}
