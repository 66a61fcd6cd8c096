import {
  DeclarationReflection,
  DefaultTheme,
  DefaultThemeRenderContext,
  DocumentReflection,
  JSX,
  type PageEvent,
  type ProjectReflection,
  type Reflection,
  ReflectionKind,
} from 'typedoc'
import type { Html } from '../../../src/web-page/html.ts'
import { type Guide, guides } from './guides.ts'
import { withHeadingLevels } from './heading-levels.ts'
import { withPermalinksBeside } from './permalinks.ts'
import { brand, crumbs, hero, type MenuSection, menu, neighbours, type SiteLink, themeChoice } from './site-parts.ts'

const importable = 'What you can import'
const pages = guides()

/** TypeDoc's pages, with a menu, crumbs, a first screen and a bar of our own. */
export class SiteTheme extends DefaultTheme {
  override ContextClass = SiteContext
}

class SiteContext extends DefaultThemeRenderContext {
  constructor(...parts: ConstructorParameters<typeof DefaultThemeRenderContext>) {
    super(...parts)
    const reflection = this.reflectionTemplate
    this.reflectionTemplate = (props) => {
      const page = withHeadingLevels(withPermalinksBeside(reflection(props)))
      return JSX.createElement(JSX.Fragment, null, page)
    }
    const contents = this.pageNavigation
    // A page may have no heading between its title and this one.
    this.pageNavigation = (props) => {
      return JSX.createElement(JSX.Raw, { html: JSX.renderElement(contents(props)).replace(/(<\/?)h3>/g, '$1h2>') })
    }
  }

  override settings = (): JSX.Element => toElement(themeChoice())

  override toolbar = (props: PageEvent<Reflection>): JSX.Element => {
    const bar = toElement(brand(this.relativeURL('index.html'), props.project.packageVersion ?? ''))
    const links = [
      { name: 'Guides', href: this.relativeURL('documentation.html') },
      { name: 'API', href: this.relativeURL('modules.html') },
    ]
    return JSX.createElement(
      'header',
      { class: 'tsd-page-toolbar' },
      JSX.createElement(
        'div',
        { class: 'tsd-toolbar-contents container' },
        bar,
        JSX.createElement(
          'nav',
          { class: 'bar-links', 'aria-label': 'Parts' },
          links.map(({ name, href }) => JSX.createElement('a', { href }, name)),
        ),
        ...this.#searchAndMenu(),
      ),
    )
  }

  // As TypeDoc's own script finds them.
  #searchAndMenu(): JSX.Element[] {
    const { search, menu: lines } = this.icons
    return [
      JSX.createElement(
        'button',
        { id: 'tsd-search-trigger', class: 'tsd-widget', 'aria-label': 'Search' },
        search(),
        JSX.createElement('span', null, 'Search'),
      ),
      JSX.createElement(
        'dialog',
        { id: 'tsd-search', 'aria-label': 'Search' },
        JSX.createElement('input', {
          role: 'combobox',
          id: 'tsd-search-input',
          'aria-controls': 'tsd-search-results',
          'aria-autocomplete': 'list',
          'aria-expanded': 'true',
          'aria-label': 'Search the docs',
          autocapitalize: 'off',
          autocomplete: 'off',
          placeholder: 'Search the docs',
          maxLength: 100,
        }),
        JSX.createElement('ul', { role: 'listbox', id: 'tsd-search-results', 'aria-label': 'Results' }),
        JSX.createElement(
          'div',
          { id: 'tsd-search-status', 'aria-live': 'polite', 'aria-atomic': 'true' },
          JSX.createElement('div', null, 'Preparing search index...'),
        ),
      ),
      JSX.createElement(
        'a',
        {
          href: '#',
          class: 'tsd-widget menu',
          id: 'tsd-toolbar-menu-trigger',
          'data-toggle': 'menu',
          'aria-label': 'Menu',
        },
        lines(),
      ),
    ]
  }

  override navigation = (props: PageEvent<Reflection>): JSX.Element => toElement(menu(this.#menuOf(props)))

  #menuOf({ project, model }: PageEvent<Reflection>): MenuSection[] {
    const sections = [...new Set(pages.map(({ section }) => section))].map((title) => ({
      title,
      links: pages.filter(({ section }) => section === title).flatMap((guide) => this.#linkTo(project, guide) ?? []),
    }))
    const doors = project.getReflectionsByKind(ReflectionKind.Module).map((door) => ({
      ...this.#link(door),
      inside: isWithin(model, door) && door instanceof DeclarationReflection ? this.#insideOf(door) : [],
    }))
    return [...sections, { title: importable, links: doors }]
  }

  #insideOf(door: DeclarationReflection): SiteLink[] {
    return (door.children ?? [])
      .filter((name) => !name.kindOf(ReflectionKind.Reference))
      .map((name) => this.#link(name))
  }

  #link(reflection: Reflection): SiteLink {
    return { name: reflection.name, href: this.urlTo(reflection) ?? '', current: reflection === this.page.model }
  }

  #linkTo(project: ProjectReflection, guide: Guide | undefined): SiteLink | undefined {
    const page = guide && project.documents?.find(({ name }) => name === guide.title)
    return page && this.#link(page)
  }

  override breadcrumbs = (props: Reflection): JSX.Element => {
    const docs = { name: 'Docs', href: this.relativeURL('documentation.html') }
    if (props instanceof DocumentReflection) {
      const section = pages.find(({ title }) => title === props.name)?.section ?? ''
      return toElement(crumbs([docs, { name: section }, { name: props.name }]))
    }
    const parents: SiteLink[] = []
    for (let one: Reflection | undefined = props; one && !one.isProject(); one = one.parent)
      parents.unshift(this.#link(one))
    return toElement(crumbs([docs, { name: importable, href: this.relativeURL('modules.html') }, ...parents]))
  }

  override documentTemplate = (props: PageEvent<DocumentReflection>): JSX.Element => {
    const index = pages.findIndex(({ title }) => title === props.model.name)
    const at = (place: number) => this.#linkTo(props.project, pages[place])
    return JSX.createElement(
      JSX.Fragment,
      null,
      JSX.createElement(
        'div',
        { class: 'tsd-panel tsd-typography' },
        JSX.createElement(JSX.Raw, { html: this.markdown(props.model.content) }),
      ),
      toElement(neighbours(at(index - 1), at(index + 1))),
    )
  }

  override indexTemplate = (props: PageEvent<ProjectReflection>): JSX.Element => {
    const links = { start: this.relativeURL('quick-start.html'), pages: this.relativeURL('documentation.html') }
    const readme = this.markdown(props.model.readme ?? [])
    // The first screen says it already: the name, and the sentence below it.
    const rest = readme.replace(/^[\s\S]*?<\/h1>\s*<p>[\s\S]*?<\/p>/, '')
    return JSX.createElement(
      'div',
      { class: 'tsd-panel tsd-typography' },
      toElement(hero(links)),
      JSX.createElement(JSX.Raw, { html: rest }),
    )
  }
}

const toElement = (markup: Html): JSX.Element => JSX.createElement(JSX.Raw, { html: markup.toString() })

function isWithin(model: Reflection, door: Reflection): boolean {
  for (let one: Reflection | undefined = model; one; one = one.parent) if (one === door) return true
  return false
}
