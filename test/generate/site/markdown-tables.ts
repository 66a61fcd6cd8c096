/** As much of markdown-it as is used here; it has no types of its own. */
interface MarkdownIt {
  core: { ruler: { push(name: string, rule: (state: { tokens: Token[] }) => void): void } }
  renderer: { rules: Record<string, () => string> }
}

interface Token {
  type: string
  tag: string
  content: string
}

/** Tables as a keyboard and a screen reader need them: what is wider than the page can be scrolled, and no header is empty. */
export function markdownTables({ core, renderer }: MarkdownIt): void {
  renderer.rules.table_open = () => '<div class="table-frame" role="group" aria-label="Table" tabindex="0"><table>\n'
  renderer.rules.table_close = () => '</table></div>\n'
  core.ruler.push('empty-headers', ({ tokens }) => {
    for (const [index, { type, content }] of tokens.entries()) {
      const [open, close] = [tokens[index - 1], tokens[index + 1]]
      if (type === 'inline' && content === '' && open?.type === 'th_open' && close) open.tag = close.tag = 'td'
    }
  })
}
