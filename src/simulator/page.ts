import { type Html, html } from './html.ts'
import { mintId } from './mint-id.ts'
import { pageStyle } from './page-style.ts'

/** One page for people. */
export interface Page {
  status: number
  title: string
  main: Html
  /** For tables. */
  wide?: boolean
  /** Origins that its forms may lead to, beside the page's own. */
  formTargets?: readonly string[]
}

/** Sends a page: never stored, never framed, with nothing in it that runs or is loaded from elsewhere. */
export function pageAnswer({ status, title, main, wide, formTargets = [] }: Page): Response {
  const nonce = mintId()
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    'img-src data:',
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  return new Response(document({ title, main, wide: wide ?? false, nonce }).markup, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy.join('; '),
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
  })
}

function document({ title, main, wide, nonce }: { title: string; main: Html; wide: boolean; nonce: string }): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title} · khalti-kit simulator</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<style nonce="${nonce}">${{ markup: pageStyle }}</style>
</head>
<body>
<header><p><strong>This is a simulator; no money moves.</strong></p></header>
<main${wide ? html` class="wide"` : undefined}>
${main}
</main>
<footer><p>khalti-kit simulator, not affiliated with Khalti · <a href="/payments">Payments so far</a></p></footer>
</body>
</html>
`
}

/** Sends the browser elsewhere, with GET. */
export function seeOther(location: string): Response {
  const headers = { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
  return new Response(null, { status: 303, headers })
}

/** The answer to a method that a page does not have. */
export function wrongMethod(allowed: string): Response {
  return new Response(`Method not allowed. Allowed: ${allowed}\n`, { status: 405, headers: { allow: allowed } })
}
