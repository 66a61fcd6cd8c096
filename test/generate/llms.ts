import { readFileSync } from 'node:fs'
import { doorNames } from './door-names.ts'

/** The documentation as https://llmstxt.org/ asks for it: the README's introduction, the pages, the doors. */
export function llmsText(): string {
  const { name, description } = JSON.parse(readFileSync('package.json', 'utf8'))
  const [, ...lines] = readFileSync('README.md', 'utf8').split('\n## ')[0]?.split('\n') ?? []
  const introduction = lines
    .join('\n')
    .replace(/<picture>[\s\S]*<\/picture>/, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
  return `# ${name}

> ${description}

${introduction}

Amounts are paisa: 1 rupee is 100 paisa. Never believe the query of the return address; \`verify\` or the checkout asks Khalti.
The secret key belongs on a server.

${pages()}

## Doors

${doors()}
`
}

/** The sections of docs/README.md, without its introduction and without this file. */
function pages(): string {
  const [, ...sections] = readFileSync('docs/README.md', 'utf8').split(/^(?=[A-Z].*:$)/m)
  return sections
    .map((section) => {
      const [heading = '', ...lines] = section.trim().split('\n')
      const links = lines.filter((line) => /^\s*- \[[^\]]+\]\([^)]+\.(md|json)\)/.test(line))
      return [`## ${heading.replace(/:$/, '')}`, '', ...links.map((line) => line.trim())].join('\n')
    })
    .join('\n\n')
}

function doors(): string {
  return [...doorNames()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([door, names]) => {
      const lines = names.map(({ name, sentence }) => `  - \`${name}\`: ${sentence}`)
      return [`- \`import … from '${door}'\``, ...lines].join('\n')
    })
    .join('\n')
}
