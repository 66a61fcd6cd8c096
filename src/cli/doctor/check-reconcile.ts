import { isLoopback } from '../../core/hosts.ts'
import { isSendable, unsendable } from '../secrets.ts'
import type { Setup } from '../setup.ts'
import { ask, describeFailure, type Finding, fail, ok, warn } from './check.ts'
import { routeOf, type Site } from './check-site.ts'

/** Whether payments of closed tabs are found, and only by who has the secret. Asks as `curl` in a crontab does. */
export async function checkReconcile(site: Site, setup: Setup): Promise<Finding> {
  const url = routeOf(site, 'reconcile')
  if (url === undefined) return warn('not checked without a siteUrl')
  try {
    const { status, headers } = await ask(url, site.fetch)
    const location = headers.get('location')
    const seen = `${url} answers ${status} without the secret`
    if (status >= 300 && status < 400 && location !== null && URL.canParse(location, url)) {
      return judgeRedirect(new URL(url), new URL(location, url), seen)
    }
    return status === 404 ? warn(seen, await missingRemedy(site, setup)) : judgeReconcile(seen, status)
  } catch (error) {
    return fail(`${url}: ${describeFailure(error)}`, 'Does the shop run, and is this its address?')
  }
}

/** A cron job that does not follow it reconciles nothing, and ends well. */
function judgeRedirect(from: URL, to: URL, seen: string): Finding {
  const isSlash = to.origin === from.origin && to.pathname.replace(/\/$/, '') === from.pathname.replace(/\/$/, '')
  if (isSlash) {
    return warn(
      `${seen} and leads to ${to.pathname}`,
      `Let cron call ${to.href}: curl does not follow a redirect by itself, and would reconcile nothing without a word.`,
    )
  }
  if (to.pathname.startsWith(from.pathname)) {
    return warn(`${seen} and leads to ${to.origin}`, `Use ${to.origin} as siteUrl, and let cron call it there.`)
  }
  return warn(`${seen} and leads to ${to.pathname}`, 'It should answer 401. Does a login stand before it?')
}

/** A 404 is no route of the checkout at all, or this one without its secret. */
async function missingRemedy(site: Site, setup: Setup): Promise<string> {
  const returned = await ask(routeOf(site, 'return') ?? '', site.fetch)
  if (returned.status === 404) return 'No route is there, as at return_url.'
  const source = setup.sourceOf('CRON_SECRET')
  return source === undefined
    ? 'Give createCheckout a cronSecret of 16 characters or more and call the route every minute or so: Khalti has no webhook, and a customer who closes the tab has paid all the same.'
    : `CRON_SECRET of ${source} is set. Does createCheckout get it as cronSecret, and does the shop run with it?`
}

function judgeReconcile(seen: string, status: number): Finding {
  if (status === 401) return ok(seen)
  if (status < 300) return fail(seen, 'Anyone can run it. Is it the checkout that answers, with its cronSecret?')
  return warn(seen, 'It should answer 401. Does something before it redirect or refuse?')
}

/** Reconcile begins nothing new after 25 seconds; what it has begun may take some more. */
const runTimeoutMs = 40_000

/** How many orders want a person's attention, by a run of reconcile with the secret; undefined where there is none to say. */
export async function checkAttention(site: Site, setup: Setup): Promise<Finding | undefined> {
  const secret = setup.read('CRON_SECRET')
  if (secret !== undefined && !isSendable(secret)) {
    return fail(
      `CRON_SECRET of ${setup.sourceOf('CRON_SECRET')} ${unsendable}`,
      'No header carries it, so cron cannot call. Take another, such as openssl rand -hex 32 makes.',
    )
  }
  const url = routeOf(site, 'reconcile')
  if (url === undefined || secret === undefined) return undefined
  if (!isSafe(new URL(url))) return warn('not asked: the secret would go out without https')
  try {
    const headers = { authorization: `Bearer ${secret}` }
    const answer = await ask(url, site.fetch, { method: 'POST', headers, timeoutMs: runTimeoutMs })
    return judgeAttention(answer.status, await answer.json().catch(() => undefined))
  } catch (error) {
    return warn(`not known: ${describeFailure(error, runTimeoutMs)}`)
  }
}

const isSafe = ({ protocol, hostname }: URL) => protocol === 'https:' || isLoopback(hostname)

function judgeAttention(status: number, body: unknown): Finding {
  if (status === 401) {
    return fail(
      'the shop refuses CRON_SECRET',
      "Use the secret that the shop's own environment has, here and for cron.",
    )
  }
  if (status === 500) {
    return fail(
      'not known: reconcile answers 500',
      "The shop's log says why. Is the database there, and has migrate() of the store made its tables?",
    )
  }
  const { attention } = (body ?? {}) as { attention?: unknown }
  if (status !== 200 || typeof attention !== 'number') return warn(`not known: reconcile answers ${status}`)
  if (attention === 0) return ok('none')
  return warn(
    `${attention} ${attention === 1 ? 'wants' : 'want'} a person`,
    'Held, paid twice, or a refund that is unclear: look at the admin page, or at checkout.orders({ attention: true }).',
  )
}
