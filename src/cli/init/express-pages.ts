import { payPath, returnPath } from './checkout-module.ts'
import type { ExpressProject } from './detect-project.ts'

/** Two pages of an Express server whose front end is no project of its own: the button, and where customers come back. */
export function expressPages(project: ExpressProject, checkout: string): string {
  const isCommonJs = project.style === 'commonjs'
  const typed = (name: string, type: string) => (project.ending.endsWith('ts') ? `${name}: ${type}` : name)
  const answerOf = (json: string) => (project.ending.endsWith('ts') ? `(${json}) as { outcome?: string }` : json)
  const load = (name: string, from: string) =>
    isCommonJs ? `const { ${name} } = require('${from}')` : `import { ${name} } from '${from}'`
  return `${load('toNodeListener', 'khalti-kit/node')}
${load('checkout', checkout)}

/** ${payPath}?order=A-1 has the button, and ${returnPath} says how it went. Make them yours. */
${isCommonJs ? '' : 'export '}const khaltiPages = toNodeListener(async (${typed('request', 'Request')}) => {
  const { pathname, searchParams } = new URL(request.url)
  if (pathname.endsWith('${payPath}')) return page(payForm(searchParams.get('order') ?? ''))
  if (pathname.endsWith('${returnPath}')) {
    const refusal = refusalIn(request)
    return page(refusal ? \`<p>\${escape(refusal)}</p>\` : await stateOf(request.url, searchParams.get('pidx') ?? ''))
  }
  return page('<p>There is no such page.</p>', 404)
})

// A plain form: it needs no script. With helmet, let it through, to the simulator too:
// formAction: ["'self'", process.env.KHALTI_BASE_URL || 'https://*.khalti.com']
// And referrerPolicy: { policy: 'strict-origin-when-cross-origin' }, or older browsers hide where the form comes from.
const payForm = (${typed('orderId', 'string')}) => \`<form method="post" action="/api/khalti/initiate">
  <input type="hidden" name="orderId" value="\${escape(orderId)}">
  <button>Pay with Khalti</button>
</form>\`

/** The sentence that landing passes on. A link in an e-mail or on another site puts no words into the shop's mouth. */
const refusalIn = (${typed('{ url, headers }', 'Request')}) =>
  (headers.get('sec-fetch-site') ?? 'same-origin') === 'same-origin' ? new URL(url).searchParams.get('refusal') : null

/** Asks the checkout's status route, as a script would; never believes what the address says. */
async function stateOf(${typed('address', 'string')}, ${typed('pidx', 'string')}) {
  const status = new URL(\`/api/khalti/status?pidx=\${encodeURIComponent(pidx)}\`, address)
  const answer = await checkout.handler(new Request(status))
  const { outcome = answer.status === 404 ? 'unknown' : 'pending' } = ${answerOf('await answer.json()')}
  if (outcome === 'paid') return '<p>Paid. Thank you!</p>'
  if (outcome === 'pending') return '<meta http-equiv="refresh" content="5"><p>Not paid yet. This page looks again.</p>'
  if (outcome === 'hold') return '<p>The shop checks this payment. Please do not pay again.</p>'
  if (outcome === 'refunded') return '<p>The money, or a part of it, went back to you.</p>'
  // Without a pidx none was started. One that the shop does not know may have been paid all the same.
  if (outcome === 'unknown' && pidx) return '<p>This payment was not found. Your orders show what is paid.</p>'
  return '<p>Not paid. Please go back to your order to try again.</p>'
}

const page = (${typed('content', 'string')}, status = 200) =>
  new Response(\`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Payment</title>\${content}\`, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  })

const escape = (${typed('text', 'string')}) =>
  text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')
${isCommonJs ? '\nmodule.exports = { khaltiPages }\n' : ''}`
}
