import { LogLevel } from 'typedoc'
import { buildSite } from './build.ts'

await buildSite('site', { logLevel: LogLevel.Info })
