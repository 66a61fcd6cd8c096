import { LogLevel } from 'typedoc'
import { buildSite } from './build.ts'

// Where to: `npm run docs -- FOLDER`.
await buildSite(process.argv[2] ?? 'site', { logLevel: LogLevel.Info })
