import { DocumentReflection, type Reflection, StructureRouter } from 'typedoc'
import type { Guide } from './guides.ts'

/** Addresses that last: a guide lies where its file does (`errors.html`), a name below its door. */
export function siteRouter(guides: Guide[]) {
  return class SiteRouter extends StructureRouter {
    override getIdealBaseName(reflection: Reflection): string {
      if (!(reflection instanceof DocumentReflection)) return `api/${super.getIdealBaseName(reflection)}`
      const path = guides.find(({ title }) => title === reflection.name)?.path ?? reflection.name
      if (path === 'docs/README.md') return 'documentation'
      return path
        .replace(/^docs\//, '')
        .replace(/\.md$/, '')
        .toLowerCase()
    }
  }
}
