import type { KhaltiLocale } from 'khalti-kit/react'
import { cookies } from 'next/headers'
import { cookieOptions } from './customer'

const languageCookie = 'language'

/** What the shop says around the goods, in both of its languages. */
const words = {
  en: {
    skip: 'Skip to the content',
    shop: 'Shop',
    orders: 'Orders',
    cart: 'Cart',
    checkout: 'Checkout',
    order: 'Order',
    you: 'You',
    yourOrder: 'Your order',
    mpin: 'Khalti asks for your MPIN on its own page. This shop never sees it.',
    pay: 'Pay :amount with Khalti',
    total: 'Total',
    payment: 'Your payment',
    paid: 'Payment received',
    packing: 'Dhanyabad! We are packing your parcel.',
    seeOrder: 'See your order',
    seeOrders: 'See your orders',
    // Shown to who reads the other language.
    other: 'नेपाली',
  },
  ne: {
    skip: 'मुख्य भागमा जानुहोस्',
    shop: 'पसल',
    orders: 'अर्डरहरू',
    cart: 'झोला',
    checkout: 'भुक्तानी',
    order: 'अर्डर',
    you: 'तपाईंको विवरण',
    yourOrder: 'तपाईंको अर्डर',
    mpin: 'खल्तीले MPIN आफ्नै पेजमा सोध्छ। यो पसलले कहिल्यै देख्दैन।',
    pay: 'खल्तीबाट :amount तिर्नुहोस्',
    total: 'जम्मा',
    payment: 'तपाईंको भुक्तानी',
    paid: 'भुक्तानी सफल भयो',
    packing: 'धन्यवाद! हामी सामान प्याक गर्दैछौँ।',
    seeOrder: 'अर्डर हेर्नुहोस्',
    seeOrders: 'अर्डरहरू हेर्नुहोस्',
    other: 'English',
  },
} satisfies Record<KhaltiLocale, Record<string, string>>

/** The language that the customer has chosen, English at first, and its words. */
export async function currentLanguage() {
  const language: KhaltiLocale = (await cookies()).get(languageCookie)?.value === 'ne' ? 'ne' : 'en'
  return { language, words: words[language] }
}

/** Turns to the other language. For server actions. */
export async function turnLanguage(): Promise<void> {
  const { language } = await currentLanguage()
  ;(await cookies()).set(languageCookie, language === 'en' ? 'ne' : 'en', cookieOptions)
}

/** Rupees in the customer's digits. Node has the Nepali locale that browsers lack. */
export function amountIn(language: KhaltiLocale): string | undefined {
  return language === 'ne' ? 'ne-NP' : undefined
}
