import { describeFailure, type Finding, fail, ok, warn } from './check.ts'

/** Whether a page's Content-Security-Policy lets a plain form through to the payment page. */
export async function checkPage(
  page: string,
  gateway: string | undefined,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Promise<Finding> {
  try {
    const answer = await fetch(page, { signal: AbortSignal.timeout(10_000), headers: { accept: 'text/html' } })
    const policies = [answer.headers.get('content-security-policy') ?? '', ...policiesOf(await answer.text())]
    if (!answer.ok) return warn(`${page} answers ${answer.status}`, 'Is this the address of the page with the button?')
    const finding = judge(policies.flatMap(formActionsOf), targetsOf(gateway))
    const leadsAway =
      page.startsWith('http:') && policies.some((policy) => policy.includes('upgrade-insecure-requests'))
    return leadsAway && finding.status === 'ok' ? upgraded : finding
  } catch (error) {
    return fail(`${page}: ${describeFailure(error)}`, 'Does the shop run, and is this its address?')
  }
}

const upgraded = warn(
  'upgrade-insecure-requests leads Safari from this http page to https, also on your own machine',
  'Nobody answers its forms there. Leave it out while the page is on http; with helmet: contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } }.',
)

/** What a meta element of the page says; React writes `'` as an entity there. */
function policiesOf(html: string): string[] {
  const metas = html.match(/<meta\b[^>]*>/gi) ?? []
  return metas
    .filter((meta) => /http-equiv\s*=\s*["']?content-security-policy["'\s>]/i.test(meta))
    .map((meta) => /\bcontent\s*=\s*(["'])(.*?)\1/is.exec(meta)?.[2] ?? '')
    .map((content) => content.replace(/&(?:#x27|#39|apos);/gi, "'").replaceAll('&amp;', '&'))
}

/** The sources of each `form-action`. A header may hold several policies, and every one of them must allow it. */
function formActionsOf(header: string): string[][] {
  return header.split(',').flatMap((policy) => {
    const directives = policy.split(';').map(words)
    const [name, ...sources] = directives.find(([first]) => first?.toLowerCase() === 'form-action') ?? []
    // One without a source lets nothing through.
    return name === undefined ? [] : [sources.length > 0 ? sources : ["'none'"]]
  })
}

const words = (text: string) => text.trim().split(/\s+/)

/** Where the form leads in the end: browsers hold every redirect of it against `form-action`. */
function targetsOf(gateway: string | undefined): string[] {
  return gateway ? [gateway] : ['https://pay.khalti.com', 'https://test-pay.khalti.com']
}

function judge(actions: string[][], targets: string[]): Finding {
  if (actions.length === 0) return ok('no form-action is set')
  const blocked = targets.find((target) => actions.some((sources) => !sources.some((source) => allows(source, target))))
  const seen = `form-action ${actions.map((sources) => sources.join(' ')).join(', ')}`
  if (blocked === undefined) return ok(seen)
  const addition = blocked.endsWith('.khalti.com') ? 'https://*.khalti.com' : blocked
  return fail(
    `${seen} keeps a plain form from ${blocked}`,
    `Browsers would show a button that does nothing. Write form-action 'self' ${addition}; with helmet: contentSecurityPolicy: { directives: { formAction: ["'self'", '${addition}'] } }.`,
  )
}

/** Whether a source of a policy matches an origin. @see https://www.w3.org/TR/CSP3/#match-url-to-source-expression */
function allows(source: string, target: string): boolean {
  const { protocol, hostname, port } = new URL(target)
  if (source === '*' || isScheme(source.toLowerCase(), protocol)) return true
  const parts = /^(https?:)?(?:\/\/)?([^/:]*)(?::(\d+|\*))?(?:\/|$)/.exec(source.toLowerCase())
  const [, scheme = protocol, name = '', wanted = ''] = parts ?? []
  if (!isScheme(scheme, protocol)) return false
  if (wanted !== '*' && (wanted === standardPorts[protocol] ? '' : wanted) !== port) return false
  return name.startsWith('*.') ? hostname.endsWith(name.slice(1)) : name === hostname
}

const standardPorts: Record<string, string> = { 'http:': '80', 'https:': '443' }

/** `http:` stands for `https:` as well. */
const isScheme = (scheme: string, protocol: string) =>
  scheme === protocol || (scheme === 'http:' && protocol === 'https:')
