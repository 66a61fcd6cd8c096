import { registerRootComponent } from 'expo'
import { parse, useLinkingURL } from 'expo-linking'
import { PaidScreen } from './paid-screen'
import { PayScreen } from './pay-screen'

/** A deep link `myshop://paid?pidx=…` starts the app where Android ended it, and leads to the screen for it. */
function App() {
  const url = useLinkingURL()
  const pidx = url && parse(url).queryParams?.pidx
  return typeof pidx === 'string' ? <PaidScreen pidx={pidx} /> : <PayScreen orderId="A-42" token="token-of-customer" />
}

registerRootComponent(App)
