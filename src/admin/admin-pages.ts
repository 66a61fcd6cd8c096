import type { AdminPages } from '../checkout/admin-pages.ts'
import type { Awaitable } from '../checkout/checkout-options.ts'
import { inTime } from '../checkout/in-time.ts'
import { readOptions } from '../core/given.ts'
import { html } from '../web-page/html.ts'
import { wrongMethod } from '../web-page/page.ts'
import { type Action, act, attended, look, readSent } from './actions.ts'
import { adminPage, nothingFoundPage } from './admin-page.ts'
import { askAccept, askResolve, takeAccept, takeResolve } from './asked-actions.ts'
import { homePage, ordersPage } from './order-list.ts'
import { showOrder } from './order-page.ts'
import { ordersCsv } from './orders-csv.ts'
import { problemOf } from './problem.ts'
import { refundForm, takeRefund } from './refund-page.ts'
import { openVisit, type Visit } from './visit.ts'

/** Who may see the pages, and what they are called; see {@link adminPages}. */
export interface AdminPagesOptions {
  /**
   * Says who asks, by the session of your own login: their name stands in the history of what they do. Undefined refuses
   * with a 401; a Response, such as a redirect to your login, is sent, and stored by nobody. Asked for every request. It must
   * not read the body, and has 30 seconds. There is no default.
   */
  authorize(request: Request): Awaitable<{ name: string } | Response | undefined>
  /** What stands above the pages. Default: `Payments`, in Nepali `भुक्तानीहरू`. */
  title?: string | undefined
}

type Answer = (visit: Visit) => Promise<Response>

const doing =
  (action: Action): Answer =>
  async (visit) =>
    act(visit, await readSent(visit), action)

/** What there is behind `admin`, by path and method. */
const answers = new Map<string, Partial<Record<'GET' | 'POST', Answer>>>([
  ['', { GET: homePage }],
  ['/orders', { GET: ordersPage }],
  ['/orders.csv', { GET: ordersCsv }],
  ['/order', { GET: showOrder }],
  ['/refund', { GET: refundForm, POST: takeRefund }],
  ['/look', { POST: doing(look) }],
  ['/accept', { GET: askAccept, POST: takeAccept }],
  ['/attended', { POST: doing(attended) }],
  ['/resolve', { GET: askResolve, POST: takeResolve }],
])

/**
 * Pages for the shop's people: what needs them, every order with its story, refunds, and a CSV. They work without
 * JavaScript, in English and Nepali. Give them to `createCheckout` as `admin`; they are at `<basePath>/admin` then.
 *
 * @example
 * ```ts
 * import { adminPages } from 'khalti-kit/admin'
 *
 * declare function sessionOf(request: Request): Promise<{ user: string; isStaff: boolean } | undefined>
 *
 * export const admin = adminPages({
 *   async authorize(request) {
 *     const session = await sessionOf(request)
 *     return session?.isStaff ? { name: session.user } : undefined
 *   },
 * })
 * ```
 *
 * @throws TypeError without `authorize`, or with an unknown option: a server with such pages does not start.
 */
export function adminPages(options: AdminPagesOptions): AdminPages {
  if (typeof (options as Partial<AdminPagesOptions> | undefined)?.authorize !== 'function') {
    throw new TypeError('adminPages needs `authorize`, a function that says who asks. There is no default.')
  }
  readOptions(options, 'adminPages', { authorize: true, title: true })
  return {
    async answer(request, desk) {
      const who: unknown = await inTime('authorize', () => options.authorize(request)).catch(thrownResponse)
      const by = nameOf(who)
      const visit = openVisit({ desk, request, by, title: options.title })
      if (who instanceof Response) return loginPage(visit, who) ?? who
      const response = by === undefined ? signInPage(visit) : await answer(visit)
      return request.method === 'HEAD' ? new Response(null, response) : response
    },
  }
}

/** A Response is an answer, also where it is thrown. */
function thrownResponse(error: unknown): Response {
  if (error instanceof Response) return error
  throw error
}

/**
 * Nobody without a name may: what they do is written down. Functions and errors have names as well, and are nobody: a
 * call that was forgotten, or an error that was returned, opens nothing.
 */
function nameOf(who: unknown): string | undefined {
  if (typeof who !== 'object' || who === null || isError(who)) return undefined
  const { name } = who as { name?: unknown }
  return typeof name === 'string' && name.trim() !== '' ? name.trim() : undefined
}

/** An error of this realm or another; a DOMException calls itself one by its tag alone there. */
function isError(value: object): boolean {
  return value instanceof Error || /(?:Error|Exception)\]$/.test(Object.prototype.toString.call(value))
}

function signInPage(visit: Visit): Response {
  const { texts } = visit
  const body = html`<div class="card"><h1>${texts.signIn}</h1><p>${texts.signInText}</p></div>`
  const response = adminPage(visit, { title: texts.signIn, body, status: 401 })
  response.headers.set('www-authenticate', 'Bearer')
  return response
}

/**
 * A link to the login, for a browser whose form `authorize` would send there: it holds `form-action` against the redirects behind
 * a form, so a button would do nothing where the login, or what it goes on to, is on another origin.
 */
function loginPage(visit: Visit, { headers }: Response): Response | undefined {
  const { request, texts } = visit
  const isForm = request.method === 'POST' && request.headers.get('sec-fetch-mode') === 'navigate'
  const address = headers.get('location')
  if (!isForm || address === null || !isWeb(address, request.url)) return undefined
  const body = html`<div class="card"><h1>${texts.signedOut}</h1><p><a href="${address}">${texts.signIn}</a></p></div>`
  return adminPage(visit, { title: texts.signIn, body, status: 401 })
}

/** Browsers follow no redirect to a `javascript:`, but they follow such a link. */
const isWeb = (address: string, base: string) =>
  URL.canParse(address, base) && /^https?:$/.test(new URL(address, base).protocol)

async function answer(visit: Visit): Promise<Response> {
  const { desk, request } = visit
  const found = answers.get(desk.path)
  if (found === undefined) return nothingFoundPage(visit)
  const run = found[request.method === 'POST' ? 'POST' : 'GET']
  if (run === undefined) return wrongMethod(Object.keys(found).join(', '))
  try {
    return await run(visit)
  } catch (error) {
    return problemPage(visit, error)
  }
}

function problemPage(visit: Visit, error: unknown): Response {
  const { texts, at } = visit
  const { status, text } = problemOf(visit, error)
  const body = html`<div class="card"><h1>${texts.sorry}</h1><p role="alert">${text}</p><p><a href="${at('')}">${texts.home}</a></p></div>`
  return adminPage(visit, { title: texts.sorry, body, status })
}
