import { apiReport } from './api/api-report.ts'
import { llmsText } from './llms.ts'
import { manifestText } from './manifest.ts'
import { openapiText } from './openapi/openapi.ts'
import { readmeText } from './readme.ts'

/** Files that a script writes and that are committed. */
export interface Generated {
  kind: string
  /** The npm script that writes them. */
  command: string
  /** What else whoever changes them should know. */
  advice: string
  /** Texts by path. */
  files: () => Record<string, string> | Promise<Record<string, string>>
}

/** All that is generated; a test compares it with what is committed. */
export const generated: readonly Generated[] = [
  {
    kind: 'exports',
    command: 'npm run exports',
    advice: 'Its exports and typesVersions follow the doors, the files right below src.',
    files: () => ({ 'package.json': manifestText() }),
  },
  {
    kind: 'openapi',
    command: 'npm run openapi',
    advice: 'It describes what Khalti does, so it changes with src/wire and the wire samples only.',
    files: () => ({ 'docs/openapi.json': openapiText() }),
  },
  {
    kind: 'api',
    command: 'npm run api',
    advice:
      'What users import has changed: is that meant, and is it a patch, minor or major change by docs/stability.md? If so, add a changeset (`npm run changeset`).',
    files: apiReport,
  },
  {
    kind: 'llms',
    command: 'npm run llms',
    advice: 'It follows README.md, docs/README.md and the doors.',
    files: () => ({ 'docs/llms.txt': llmsText() }),
  },
  {
    kind: 'readme',
    command: 'npm run readme',
    advice: 'Its links follow `repository` of package.json.',
    files: () => ({ 'README.md': readmeText() }),
  },
]
