import 'khalti-kit/react/styles.css'
import './globals.css'
import type { Metadata, Viewport } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { count, readCart } from '../lib/cart'
import { currentLanguage } from '../lib/language'
import { LanguageSwitch } from './language-switch'

export const metadata: Metadata = {
  title: { default: 'Tana: clothes of Nepal', template: '%s · Tana' },
  description: 'A small shop that takes payments with khalti-kit.',
}

export const viewport: Viewport = { colorScheme: 'light dark' }

export default async function Layout({ children }: { children: ReactNode }) {
  const pieces = count(await readCart())
  const { language, words } = await currentLanguage()
  return (
    <html lang={language}>
      <body>
        <a className="skip" href="#main">
          {words.skip}
        </a>
        <header>
          <div className="wide">
            <Link className="brand" href="/">
              Tana
            </Link>
            <nav aria-label={words.shop}>
              <Link href="/orders">{words.orders}</Link>
              <Link href="/cart">
                {words.cart} <span className="badge">{pieces}</span>
              </Link>
              <LanguageSwitch />
            </nav>
          </div>
        </header>
        <main id="main" className="wide">
          {children}
        </main>
        <footer>
          <p className="wide">
            An example shop of khalti-kit. Nothing here is for sale, and it is not affiliated with Khalti.
          </p>
        </footer>
      </body>
    </html>
  )
}
