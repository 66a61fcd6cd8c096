/**
 * Markup that is safe to send. Only {@link html} and {@link trustedMarkup} make it: a class and not an interface, so that
 * an object that came in as JSON can never pass for it.
 */
export class Html {
  readonly #markup: string

  constructor(markup: string) {
    this.#markup = markup
  }

  toString(): string {
    return this.#markup
  }
}

/** What may stand in a template: text is escaped, markup is not, and what is absent leaves nothing. */
export type Part = Html | readonly Part[] | string | number | false | null | undefined

/**
 * Builds markup, such as ``html`<li title="${name}">${name}</li>` ``. Everything that is put in is escaped for text and for
 * attributes in quotes, unless it is markup itself.
 */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  const rest = strings.slice(1)
  return new Html(rest.reduce((markup, text, index) => markup + render(parts[index]) + text, strings[0] ?? ''))
}

/** Takes a text of our own as markup, such as a stylesheet. Never give it what somebody sent. */
export function trustedMarkup(markup: string): Html {
  return new Html(markup)
}

function render(part: Part): string {
  if (part === undefined || part === null || part === false) return ''
  if (part instanceof Html) return part.toString()
  return Array.isArray(part) ? part.map(render).join('') : escapeHtml(String(part))
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter)
}
