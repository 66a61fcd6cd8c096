import { isPrivateHost } from '../../core/hosts.ts'
import type { KhaltiEnvironment } from '../../wire/endpoints.ts'
import { ask, describeFailure, type Finding, fail, ok, warn } from './check.ts'

/** The shop, as the doctor is told of it. */
export interface Site {
  /** Undefined where nobody said. */
  siteUrl: string | undefined
  /** Such as `/api/khalti`, without a slash at its end. */
  basePath: string
  environment: KhaltiEnvironment
  fetch: typeof globalThis.fetch | undefined
}

/** The live API answers a longer return_url with an empty HTTP 500 (seen in one shop's production, not in the docs). */
const longestUrl = 255

/** Whether the address can be the beginning of a return_url. */
export function checkSiteUrl({ siteUrl, environment }: Site): Finding {
  if (siteUrl === undefined) {
    return warn('not checked', 'Say where the shop is: --site-url https://shop.example, or the variable SITE_URL.')
  }
  const url = readUrl(siteUrl)
  if (url === undefined) {
    return fail(
      'it is no bare http(s) address',
      'Write it as https://shop.example, without query, fragment or password.',
    )
  }
  if (isPrivateHost(url.hostname)) {
    if (environment === 'sandbox') return ok(`${url.origin}; only for tests on this machine or network`)
    return fail(
      `${url.origin} is not public`,
      'Khalti refuses local and private addresses in production. Use the public one.',
    )
  }
  if (url.protocol === 'https:' || url.hostname.endsWith('.test')) return ok(url.origin)
  return fail(`${url.origin} is not https`, 'Use https: createCheckout refuses a public address without it.')
}

/** Whether customers who come back from Khalti are received. */
export async function checkReturnUrl(site: Site): Promise<Finding> {
  const url = routeOf(site, 'return')
  if (url === undefined) return warn('not checked without a siteUrl')
  if (url.length > longestUrl) {
    return fail(`${url.length} characters`, `Khalti takes at most ${longestUrl}. Shorten siteUrl or basePath.`)
  }
  try {
    return judgeReturn(url, await ask(url, site.fetch))
  } catch (error) {
    return fail(`${url}: ${describeFailure(error)}`, 'Does the shop run, and is this its address?')
  }
}

function judgeReturn(url: string, { status, headers }: Response): Finding {
  const seen = `${url} answers ${status}`
  if (status >= 400) return fail(seen, refusalRemedy(status))
  const location = headers.get('location')
  if (status >= 300 && location !== null && URL.canParse(location, url)) {
    return judgeRedirect(new URL(url), new URL(location, url), seen)
  }
  const page = headers.get('content-type')?.includes('text/html')
  return page ? warn(`${seen} with a page`, 'The checkout redirects. Does another route catch this path?') : ok(seen)
}

function refusalRemedy(status: number): string {
  if (status === 404) {
    return 'No route is there. Mount the checkout (khalti-kit init writes it for Next.js), or say --base-path.'
  }
  if (status < 500) return 'Customers who come back would be refused. Let this path through without login.'
  return "The shop fails: see its log. Is createCheckout set up, and the key in the shop's environment?"
}

function judgeRedirect(from: URL, to: URL, seen: string): Finding {
  if (to.origin === from.origin) return ok(`${seen} and leads to ${to.pathname}`)
  if (!to.pathname.startsWith(from.pathname)) return ok(`${seen} and leads to ${to.origin}`)
  return warn(`${seen} and leads to the same path of ${to.origin}`, `Use ${to.origin} as siteUrl.`)
}

/** Whether payments of closed tabs are found, and only by who has the secret. */
export async function checkReconcile(site: Site): Promise<Finding> {
  const url = routeOf(site, 'reconcile')
  if (url === undefined) return warn('not checked without a siteUrl')
  try {
    const { status } = await ask(url, site.fetch)
    return judgeReconcile(`${url} answers ${status} without the secret`, status)
  } catch (error) {
    return fail(`${url}: ${describeFailure(error)}`, 'Does the shop run, and is this its address?')
  }
}

function judgeReconcile(seen: string, status: number): Finding {
  if (status === 401) return ok(seen)
  if (status === 404) {
    return warn(
      seen,
      'Give createCheckout a cronSecret of 16 characters or more and call the route every few minutes: Khalti has no webhook, and a customer who closes the tab has paid all the same.',
    )
  }
  if (status < 300) return fail(seen, 'Anyone can run it. Is it the checkout that answers, with its cronSecret?')
  return warn(seen, 'It should answer 401. Does something before it redirect or refuse?')
}

/** The address of a route; undefined where siteUrl is not said, or is no address. */
function routeOf({ siteUrl, basePath }: Site, route: string): string | undefined {
  const url = siteUrl === undefined ? undefined : readUrl(siteUrl)
  return url && `${url.origin}${url.pathname.replace(/\/+$/, '')}${basePath}/${route}`
}

function readUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined
  return url.search || url.hash || url.username || url.password ? undefined : url
}
