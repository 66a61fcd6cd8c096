/** Markup that is safe to send: made by {@link html} only. */
export interface Html {
  readonly markup: string
}

type Part = Html | Html[] | string | number | undefined

/** Builds markup; whatever is put in is escaped, unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  const rest = strings.slice(1)
  return { markup: rest.reduce((markup, text, index) => markup + render(parts[index]) + text, strings[0] ?? '') }
}

function render(part: Part): string {
  if (part === undefined) return ''
  if (Array.isArray(part)) return part.map(({ markup }) => markup).join('')
  return typeof part === 'object' ? part.markup : escapeHtml(String(part))
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter)
}
