import { copyFileSync, readdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import {
  Application,
  type Context,
  Converter,
  DeclarationReflection,
  type DocumentReflection,
  JSX,
  LogLevel,
  type ProjectReflection,
  ReflectionKind,
  type TranslatedString,
} from 'typedoc'
import { type Guide, guides } from './guides.ts'
import { markdownTables } from './markdown-tables.ts'
import { pageContent, withoutFolderLinks } from './page-content.ts'
import { siteRouter } from './site-router.ts'
import { SiteTheme } from './site-theme.ts'

/** TypeDoc hides a page until its script has built the menu. Ours is there from the beginning, and shows where it is. */
const showPage = `document.body.style.removeProperty('display')
const here = document.querySelector('.menu-all [aria-current]')
const menu = here?.closest('.site-menu')
if (menu) menu.scrollTop = here.offsetTop - menu.clientHeight / 2`

/** Builds the documentation site into a folder. Rejects with the number of warnings where there are any. */
export async function buildSite(
  out: string,
  { logLevel = LogLevel.Warn, entryPoints = doors() }: { logLevel?: LogLevel; entryPoints?: string[] } = {},
): Promise<void> {
  const pages = guides()
  const app = await Application.bootstrap({
    name: 'khalti-kit',
    entryPoints,
    tsconfig: 'test/generate/site/tsconfig.json',
    readme: 'README.md',
    projectDocuments: pages.map(({ path }) => path),
    customCss: 'test/generate/site/site.css',
    customJs: 'test/generate/site/site.js',
    router: 'khalti-kit',
    theme: 'khalti-kit',
    logLevel,
    treatWarningsAsErrors: true,
    treatValidationWarningsAsErrors: true,
    validation: { notExported: false, invalidLink: true, invalidPath: false, rewrittenLink: true },
    excludePrivate: true,
    excludeInternal: true,
    excludeExternals: true,
    disableSources: true,
    githubPages: true,
    includeVersion: true,
    includeHierarchySummary: false,
    useFirstParagraphOfCommentAsSummary: true,
    locales: { en: { kind_module: 'Import', kind_plural_module: 'What you can import' } },
    searchInDocuments: true,
    searchInComments: true,
    sort: ['documents-first', 'kind', 'alphabetical-ignoring-documents'],
    groupOrder: [...new Set(pages.map(({ section }) => section)), 'More', '*'],
    navigation: { includeGroups: true, includeCategories: false, includeFolders: false, compactFolders: true },
    lightHighlightTheme: 'github-light-high-contrast',
    darkHighlightTheme: 'github-dark-high-contrast',
    highlightLanguages: [
      'bash',
      'css',
      'html',
      'javascript',
      'json',
      'jsonc',
      'jsx',
      'prisma',
      'sh',
      'sql',
      'svelte',
      'ts',
      'tsx',
      'vue',
      'yaml',
    ],
    headings: { readme: false, document: true },
    markdownItLoader: markdownTables,
  })
  app.renderer.defineRouter('khalti-kit', siteRouter(pages))
  app.renderer.defineTheme('khalti-kit', SiteTheme)
  const raw = (html: string) => () => JSX.createElement(JSX.Raw, { html })
  app.renderer.hooks.on('content.begin', raw('<main>'))
  app.renderer.hooks.on('content.end', raw('</main>'))
  app.renderer.hooks.on('pageSidebar.begin', raw('<nav aria-label="This page">'))
  app.renderer.hooks.on('pageSidebar.end', raw('</nav>'))
  app.renderer.hooks.on('body.end', raw(`<script>${showPage}</script>`))
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_: undefined, page: DocumentReflection) => {
    const guide = pages.find(({ path }) => path === `${page.name}.md`)
    if (guide === undefined) throw new Error(`Nobody knows the page "${page.name}".`)
    page.name = guide.title
    page.frontmatter.group = guide.section
    // Whoever searches finds guides before names, also those that begin with what was typed: TypeDoc raises them tenfold.
    page.relevanceBoost = 1000
    page.content = pageContent(page.content, dirname(guide.path))
  })
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }: Context) => {
    if (project.readme !== undefined) project.readme = withoutFolderLinks(project.readme, '.')
    for (const door of project.getReflectionsByKind(ReflectionKind.Module)) {
      door.name = door.name === 'index' ? 'khalti-kit' : `khalti-kit/${door.name}`
    }
  })
  const project = await app.convert()
  if (project === undefined) throw new Error('The sources cannot be read.')
  app.validate(project)
  for (const name of undocumented(project)) app.logger.warn(`${name} has no TSDoc.` as TranslatedString)
  await app.generateDocs(project, resolve(out))
  const { errorCount, warningCount } = app.logger
  if (errorCount + warningCount > 0) throw new Error(`The site has ${errorCount} errors and ${warningCount} warnings.`)
  publishForTools(out, pages)
}

/** llms.txt, the pages that it names as they are written, and the OpenAPI description. */
function publishForTools(out: string, pages: Guide[]): void {
  const written = pages.flatMap(({ path }) => (path.startsWith('docs/') ? path.slice('docs/'.length) : []))
  for (const name of ['llms.txt', 'openapi.json', ...written]) copyFileSync(`docs/${name}`, `${out}/${name}`)
}

/** What a door exports without a word on what it is for. */
function undocumented(project: ProjectReflection): string[] {
  const exported = project.getReflectionsByKind(ReflectionKind.Module).flatMap((door) => {
    return door instanceof DeclarationReflection ? (door.children ?? []) : []
  })
  return exported
    .filter((name) => ![name, ...(name.signatures ?? [])].some((one) => one.hasComment()))
    .filter((name) => !name.kindOf(ReflectionKind.Reference))
    .map((name) => name.getFullName())
}

const doors = () =>
  readdirSync('src')
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `src/${name}`)
