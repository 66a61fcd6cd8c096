import 'khalti-kit/react/styles.css'
import type { AppProps } from 'next/app'

export default function App({ Component, pageProps }: AppProps) {
  return (
    <main style={{ maxWidth: '26rem', margin: '2rem auto', fontFamily: 'system-ui', colorScheme: 'light dark' }}>
      <Component {...pageProps} />
    </main>
  )
}
