// The parts of pages for people, shared by the simulator and the shop's admin pages. The room imports how Nepal writes, and nothing else:
//
//   html`…`                     markup; what is put in is escaped               html.ts
//   page({ title, body, … })    a whole page as a Response, under a strict CSP  page.ts
//   seeOther(location)          303, after a form                               page.ts
//   wrongMethod('GET, POST')    405                                             page.ts
//   field, errorSummary         one labelled input; what was wrong, on top      form-parts.ts
//   formatAmount, formatDuration  paisa as rupees; what is left of a link       format-for-people.ts
//   parseRupees                 what somebody typed, as paisa                   format-for-people.ts
//   pageStyle                   classes: card, wide, to, hint, wrong, field, button, quiet, danger, row, choices, state,
//                               summary, amount, more (on <details>), filters; variables: --ground --card --ink --soft --line --rule --accent …
import { type Html, html, trustedMarkup } from './html.ts'
import { liveScript } from './live-script.ts'
import { pageStyle } from './page-style.ts'

/** One page for people. */
export interface Page {
  /** The whole text of the tab. */
  title: string
  /** What stands in `<main>`. */
  body: Html
  /** The language of the page. Default: `en`. */
  lang?: string | undefined
  /** Default: 200. */
  status?: number | undefined
  /** What stands above `<main>`, in a band. Default: nothing. */
  header?: Html | undefined
  /** What stands below `<main>`. Default: nothing. */
  footer?: Html | undefined
  /** For tables: a wider column. Default: false. */
  wide?: boolean | undefined
  /**
   * Keeps the elements with an id and `data-live` up to date: the page asks for its own address every two seconds while it
   * is looked at. Without JavaScript it stays as it is. Default: false.
   */
  live?: boolean | undefined
  /** Styles of this page alone, behind the shared ones. A text of ours. */
  style?: string | undefined
  /**
   * The header says `no-referrer`, and browsers send `Origin: null` with forms then. `same-origin` stands in the page itself,
   * where it goes before the header: its forms say where they come from, and other sites still hear nothing.
   */
  referrerPolicy?: 'same-origin' | undefined
  /** Origins that its forms may lead to, beside the page's own. */
  formTargets?: readonly string[] | undefined
}

/** Sends a page: never stored, never framed, with nothing in it that is loaded from elsewhere or runs without its nonce. */
export function page(parts: Page): Response {
  const nonce = crypto.randomUUID().replaceAll('-', '')
  return new Response(document(parts, nonce).toString(), {
    status: parts.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy(parts, nonce),
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
  })
}

function policy({ live, formTargets = [] }: Page, nonce: string): string {
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    ...(live ? [`script-src 'nonce-${nonce}'`, "connect-src 'self'"] : []),
    'img-src data:',
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function document(parts: Page, nonce: string): Html {
  const { title, body, lang = 'en', header, footer, wide, live, style = '', referrerPolicy } = parts
  return html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
${referrerPolicy && html`<meta name="referrer" content="${referrerPolicy}">`}
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<style nonce="${nonce}">${trustedMarkup(pageStyle + style)}</style>
</head>
<body>
${header && html`<header>${header}</header>`}
<main${wide && html` class="wide"`}>
${body}
</main>
${footer && html`<footer>${footer}</footer>`}
${live && html`<script nonce="${nonce}">${trustedMarkup(liveScript)}</script>`}
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
  const headers = { allow: allowed, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
  return new Response(`Method not allowed. Allowed: ${allowed}\n`, { status: 405, headers })
}
