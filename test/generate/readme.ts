import { readFileSync } from 'node:fs'

/**
 * README.md with the links that npm can follow. The one constant is `repository` of package.json: where it names a
 * repository, every link to a file of ours leads there; where it does not, links stay relative, as GitHub follows them.
 */
export function readmeText(text = readFileSync('README.md', 'utf8'), repository = repositoryAddress()): string {
  if (repository === undefined) return text
  const [pages, files] = [`${repository}/blob/HEAD/`, `${repository}/raw/HEAD/`]
  const relative = '(?![a-z][a-z+.-]*:|#)'
  return text
    .replace(new RegExp(`(\\]\\()${relative}`, 'gi'), `$1${pages}`)
    .replace(new RegExp(`(\\s(?:src|srcset)=")${relative}`, 'gi'), `$1${files}`)
}

/** README.md as the site takes it: whatever its links are, those to files of ours are relative. */
export function relativeReadme(text: string, repository = repositoryAddress()): string {
  return repository === undefined
    ? text
    : text.replaceAll(`${repository}/blob/HEAD/`, '').replaceAll(`${repository}/raw/HEAD/`, '')
}

/** `https://github.com/owner/name`; undefined while package.json names none. */
export function repositoryAddress(manifest = JSON.parse(readFileSync('package.json', 'utf8'))): string | undefined {
  const { repository } = manifest
  const written: string | undefined = typeof repository === 'string' ? repository : repository?.url
  return written
    ?.replace(/^github:/, 'https://github.com/')
    .replace(/^git\+/, '')
    .replace(/\.git$/, '')
}
