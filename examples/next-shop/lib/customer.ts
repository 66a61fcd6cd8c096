import { randomUUID } from 'node:crypto'
import { cookies } from 'next/headers'
import { siteUrl } from './site'

/** Says whose orders are whose. A shop with accounts has its session here. */
const customerCookie = 'customer'

const yearInSeconds = 365 * 24 * 60 * 60

/** How the shop's cookies are kept: out of reach of scripts, and sent when the customer comes back from Khalti. */
export const cookieOptions = {
  httpOnly: true,
  sameSite: 'lax',
  secure: siteUrl.startsWith('https:'),
  maxAge: yearInSeconds,
} as const

/** This customer; undefined for one who has bought nothing. */
export async function currentCustomer(): Promise<string | undefined> {
  return (await cookies()).get(customerCookie)?.value
}

/** This customer, from now on if not before. For server actions. */
export async function ensureCustomer(): Promise<string> {
  const known = await currentCustomer()
  const customer = known ?? randomUUID()
  if (known === undefined) (await cookies()).set(customerCookie, customer, cookieOptions)
  return customer
}
