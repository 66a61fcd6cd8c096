import { KhaltiConfigError } from '../core/errors.ts'
import { urlFault } from '../core/payment-request.ts'
import { show } from '../core/show.ts'
import type { KhaltiEnvironment } from '../wire/endpoints.ts'
import type { CheckoutOptions } from './checkout-options.ts'

/** The shop's addresses. */
export interface Site {
  /** Where customers reach the routes, as given, encoded for headers where needed. It may have a path. */
  siteUrl: string
  /** Where the pages are. */
  frontendUrl: string
  /** Where Khalti sends customers back to. */
  returnUrl: string
  /** The path of `siteUrl`. A proxy may have removed it from requests. */
  prefix: string
  /** Where the routes are, below that. */
  basePath: string
  /** Who may post, read answers and be landed on. */
  origins: ReadonlySet<string>
  /** Schemes of the shop's apps, each with its colon. */
  apps: ReadonlySet<string>
}

/** What the addresses are made from. */
type SiteOptions = Pick<CheckoutOptions, 'siteUrl' | 'frontendUrl' | 'origins' | 'apps' | 'basePath'>

/** The shop's addresses. @throws KhaltiConfigError that names the entry that cannot be one. */
export function readSite({ siteUrl, frontendUrl, ...entries }: SiteOptions): Site {
  const { origins, apps, basePath } = readEntries(entries)
  const site = readAddress(siteUrl, 'siteUrl')
  const pages = frontendUrl === undefined ? site : readAddress(frontendUrl, 'frontendUrl')
  const prefix = trimmed(site.pathname)
  const base = `${site.origin}${prefix}`
  return {
    siteUrl: /^[!-~]+$/.test(siteUrl) ? siteUrl : site.href,
    frontendUrl: `${pages.origin}${trimmed(pages.pathname)}`,
    returnUrl: `${base}${basePath}/return`,
    prefix,
    basePath,
    origins: new Set([site.origin, pages.origin, ...origins]),
    apps,
  }
}

/** Who else may take part, and where the routes are. @throws KhaltiConfigError that names the entry that cannot be one. */
export function readEntries({ origins = [], apps = [], basePath = '/api/khalti' }: Omit<SiteOptions, 'siteUrl'>) {
  return {
    origins: new Set(listed(origins, 'origins').map(readOrigin)),
    apps: new Set(listed(apps, 'apps').map(readScheme)),
    basePath: readPath(basePath),
  }
}

/** Checked for plain JavaScript: one entry alone is no list. */
function listed(entries: readonly string[], option: string): readonly string[] {
  if (Array.isArray(entries)) return entries
  throw new KhaltiConfigError(`${option} is ${JSON.stringify(entries)}. It is a list of such entries.`)
}

/** @throws KhaltiConfigError for addresses that Khalti refuses, and for one without https where real money is taken. */
export function requireAddresses({ siteUrl, returnUrl, frontendUrl }: Site, environment: KhaltiEnvironment): void {
  const faults = [urlFault('return_url', returnUrl, environment), urlFault('website_url', frontendUrl, environment)]
  const [fault] = faults.filter((one) => one !== undefined)
  if (fault !== undefined) {
    throw new KhaltiConfigError(`Khalti refuses an address that siteUrl, frontendUrl and basePath make. ${fault}`)
  }
  if (new URL(returnUrl).protocol === 'https:' || environment !== 'production') return
  throw new KhaltiConfigError(
    `siteUrl is ${JSON.stringify(siteUrl)}, and the environment is production. Use https: whoever is on the way could read and change payments.`,
  )
}

/** An http(s) address as a browser would read it; undefined for anything else, and for one with a user name. */
export function webAddress(text: string, base?: string): URL | undefined {
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined
  return url && isWeb(url) && !url.username && !url.password ? url : undefined
}

const isWeb = ({ protocol }: URL) => protocol === 'https:' || protocol === 'http:'

/** `/x/` and `x` as `/x`; the root as nothing. */
function trimmed(path: string): string {
  const inner = path.replace(/^\/+|\/+$/g, '')
  return inner === '' ? '' : `/${inner}`
}

function readAddress(address: string, option: string): URL {
  const url = typeof address === 'string' ? webAddress(address) : undefined
  // `https://${process.env.HOST}`, where HOST is not set.
  const isSet = !/^(undefined|null)$/.test(url?.hostname ?? '')
  if (url && isSet && !url.search && !url.hash) return url
  const what = typeof address === 'string' ? JSON.stringify(address) : `${show(address)}, not text`
  throw new KhaltiConfigError(
    `${option} is ${what}. It is an address such as https://shop.example, or https://shop.example/app.`,
  )
}

/** What an address has and a path has not, and the patterns of frameworks: `*`, `[...path]`, `:path`, `{*path}`, `$`. */
const noPath = /^[a-z][a-z\d+.-]*:|[?#*[\]()]|(^|\/)[:{$]/i

/** The path as a URL has it: encoded, with `..` resolved. */
function readPath(path: string): string {
  if (typeof path === 'string' && !noPath.test(path)) {
    return trimmed(new URL(`http://localhost${trimmed(path)}`).pathname)
  }
  throw new KhaltiConfigError(
    `basePath is ${JSON.stringify(path)}. It is a path such as /api/khalti, without a pattern of your framework; the address belongs in siteUrl.`,
  )
}

/** An origin of the web, or of an app's web view, such as `capacitor://localhost`. */
function readOrigin(origin: string): string {
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  // A browser never sends an origin with a `*`, so such an entry would allow nobody.
  const isBare = url && !url.search && !url.hash && !url.username && !url.password && !url.host.includes('*')
  // `url.origin` is "null" for the schemes of web views.
  if (isBare && url.host !== '') return `${url.protocol}//${url.host}`
  throw new KhaltiConfigError(
    `origins has ${JSON.stringify(origin)}. Each entry is an origin such as https://app.shop.example or capacitor://localhost.`,
  )
}

/** Schemes that are the browser's own: nobody's app. */
const reserved = new Set(['http', 'https', 'javascript', 'data', 'file', 'blob', 'about', 'vbscript', 'ws', 'wss'])

function readScheme(app: string): string {
  const scheme = typeof app === 'string' ? app.replace(/:(\/\/)?$/, '').toLowerCase() : ''
  if (/^[a-z][a-z\d+.-]*$/.test(scheme) && !reserved.has(scheme)) return `${scheme}:`
  throw new KhaltiConfigError(
    `apps has ${JSON.stringify(app)}. Each entry is the URL scheme of an app of yours, such as 'myshop'.`,
  )
}
