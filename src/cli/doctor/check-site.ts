import { readSite } from '../../checkout/site.ts'
import { isLoopback, isPrivateHost } from '../../core/hosts.ts'
import type { KhaltiEnvironment } from '../../wire/endpoints.ts'
import { ask, describeFailure, type Finding, fail, ok, warn } from './check.ts'

/** What the doctor knows of the shop. */
export interface Site {
  /** Undefined where nobody said. */
  siteUrl: string | undefined
  /** Where the pages are, where that is elsewhere. */
  frontendUrl?: string | undefined
  /** Such as `/api/khalti`, without a slash at its end. */
  basePath: string
  environment: KhaltiEnvironment
  fetch: typeof globalThis.fetch | undefined
}

/** The live API answers a longer return_url with an empty HTTP 500 (seen in one shop's production, not in the docs). */
const longestUrl = 255

/** Whether the address can be the beginning of a return_url. */
export function checkSiteUrl(site: Site): Finding {
  const { siteUrl, environment } = site
  if (siteUrl === undefined) {
    return warn('not checked', 'Say where the shop is: --site-url https://shop.example, or the variable SITE_URL.')
  }
  const addresses = addressesOf({ ...site, frontendUrl: undefined })
  if (addresses === undefined) {
    return fail(
      'it is no bare http(s) address',
      'Write it as https://shop.example, without query, fragment or password.',
    )
  }
  const url = new URL(addresses.returnUrl)
  const shown = `${url.origin}${addresses.prefix}`
  if (isPrivateHost(url.hostname)) return judgePrivate(site, url, shown)
  if (url.protocol === 'https:' || url.hostname.endsWith('.test')) return ok(shown)
  if (environment === 'production') {
    return fail(`${shown} is not https`, 'Use https: in production createCheckout refuses a public address without it.')
  }
  return fail(`${shown} is not https`, 'Use https: cookies and payments would cross the network for all to read.')
}

function judgePrivate({ environment, frontendUrl }: Site, url: URL, shown: string): Finding {
  if (environment === 'production') {
    return fail(
      `${shown} is not public`,
      'Khalti refuses local and private addresses in production. Use the public one.',
    )
  }
  const front = frontendUrl !== undefined && URL.canParse(frontendUrl) ? new URL(frontendUrl) : undefined
  if (front && areTwoNames(url, front)) return twoNames(`${shown}, and the pages are at ${front.origin}`)
  return ok(`${shown}; only for tests on this machine or network`)
}

/** Two names of this machine are two sites to a browser, each with cookies of its own. */
function areTwoNames(one: URL, other: URL): boolean {
  return isLoopback(one.hostname) && isLoopback(other.hostname) && one.hostname !== other.hostname
}

function twoNames(seen: string): Finding {
  return warn(
    seen,
    'Use one name, localhost or 127.0.0.1, everywhere: to a browser they are two sites, each with its own cookies.',
  )
}

/** Whether customers who come back from Khalti are received. */
export async function checkReturnUrl(site: Site): Promise<Finding> {
  const url = routeOf(site, 'return')
  if (url === undefined) return warn('not checked without a siteUrl')
  if (url.length > longestUrl) {
    return fail(`${url.length} characters`, `Khalti takes at most ${longestUrl}. Shorten siteUrl or basePath.`)
  }
  try {
    const answer = await ask(url, site.fetch)
    // A framework that wants a slash at the end has not asked the checkout yet; browsers go on.
    if (locationOf(url, answer)?.href === `${url}/`) return judgeReturn(`${url}/`, await ask(`${url}/`, site.fetch))
    return judgeReturn(url, answer)
  } catch (error) {
    return fail(`${url}: ${describeFailure(error)}`, 'Does the shop run, and is this its address?')
  }
}

function judgeReturn(url: string, answer: Response): Finding {
  const { status, headers } = answer
  const seen = `${url} answers ${status}`
  if (status >= 400) return fail(seen, refusalRemedy(status))
  const location = locationOf(url, answer)
  if (location) return judgeRedirect({ from: new URL(url), to: location, isLanding: isLanding(headers) }, seen)
  const page = headers.get('content-type')?.includes('text/html')
  return warn(page ? `${seen} with a page` : seen, 'The checkout redirects. Does another route catch this path?')
}

/** Where a redirect leads; undefined for any other answer. */
function locationOf(url: string, { status, headers }: Response): URL | undefined {
  const location = headers.get('location')
  return status >= 300 && status < 400 && location !== null && URL.canParse(location, url)
    ? new URL(location, url)
    : undefined
}

/** Whether a redirect has the headers of the checkout's own. What stands before the shop may have added to them. */
function isLanding(headers: Headers): boolean {
  const has = (name: string, value: string) =>
    (headers.get(name) ?? '')
      .toLowerCase()
      .split(/[\s,]+/)
      .includes(value)
  return has('cache-control', 'no-store') && has('referrer-policy', 'no-referrer')
}

function refusalRemedy(status: number): string {
  if (status === 404) {
    return 'No route is there. Mount the checkout (khalti-kit init writes it for Next.js and Express), above handlers that answer everything, such as your 404 handler. Where it is mounted at another path, say --base-path.'
  }
  if (status < 500) return 'Customers who come back would be refused. Let this path through without login.'
  return "The shop fails: see its log. Is createCheckout set up, and the key in the shop's environment?"
}

interface Redirect {
  from: URL
  to: URL
  isLanding: boolean
}

function judgeRedirect({ from, to, isLanding }: Redirect, seen: string): Finding {
  if (areTwoNames(from, to)) return twoNames(`${seen} and leads to ${to.origin}`)
  const isElsewhere = to.origin !== from.origin
  if (isElsewhere && to.pathname.startsWith(from.pathname)) {
    return warn(`${seen} and leads to the same path of ${to.origin}`, `Use ${to.origin} as siteUrl.`)
  }
  const leads = `${seen} and leads to ${isElsewhere ? to.origin : to.pathname}`
  return isLanding ? ok(leads) : warn(leads, notOurs)
}

const notOurs =
  'This redirect seems not to be the checkout\'s: it lacks "cache-control: no-store" or "referrer-policy: no-referrer". Let this path through to the checkout without a login, and let no proxy take these headers away.'

/** The address of a route, as the checkout makes it; undefined where siteUrl is not said, or is no address. */
export function routeOf(site: Site, route: string): string | undefined {
  return addressesOf(site)?.returnUrl.replace(/return$/, route)
}

function addressesOf({ siteUrl, frontendUrl, basePath }: Site): ReturnType<typeof readSite> | undefined {
  try {
    return siteUrl === undefined ? undefined : readSite({ siteUrl, frontendUrl, basePath })
  } catch {
    return undefined
  }
}
