import { openAuthSessionAsync } from 'expo-web-browser'
import { useKhalti } from 'khalti-kit/react'
import { Button, Text, View } from 'react-native'

export function PayScreen({ orderId, token }: { orderId: string; token: string }) {
  const { initiate, isLoading, phase } = useKhalti({
    endpoint: 'https://shop.example/api/khalti',
    headers: { authorization: `Bearer ${token}` },
    open: (paymentUrl) => openAuthSessionAsync(paymentUrl, 'myshop://paid'),
  })
  return (
    <View>
      <Button title="Pay with Khalti" disabled={isLoading} onPress={() => initiate({ orderId })} />
      <Text>{phase}</Text>
    </View>
  )
}
