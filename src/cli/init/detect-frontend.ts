import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { readText } from '../read-text.ts'
import { readCode } from './read-code.ts'

/** A front end that is a project of its own. */
export interface FrontEnd {
  /** Where it runs while it is being developed. */
  url: string
  /** The port that it has by itself, where the server has the same. */
  takenPort: number | undefined
}

/** The front end is a folder in the server's project, or beside it. */
export function detectFrontEnd(root: string, serverPort: number): FrontEnd | undefined {
  const places = ['client', 'frontend', 'front', 'web', 'ui', 'app'].flatMap((name) => [name, `../${name}`])
  for (const place of places) {
    const port = portIn(join(root, place))
    if (port === undefined) continue
    // Where its port is taken, each of the tools offers the next.
    const isTaken = port === serverPort
    return { url: `http://localhost:${isTaken ? port + 1 : port}`, takenPort: isTaken ? port : undefined }
  }
  return undefined
}

/** The package of each tool, where its port may stand beside the scripts, and its port where nothing is said. */
const tools: [name: string, portBeside: (folder: string) => number | undefined, usual: number][] = [
  ['vite', portOfVite, 5173],
  ['@angular/core', () => undefined, 4200],
  ['react-scripts', portOfEnvFile, 3000],
  ['next', () => undefined, 3000],
]

/** The port of the front end in a folder; undefined where there is none. */
function portIn(folder: string): number | undefined {
  const manifest = textOf(folder, ['package.json'], readText)
  const tool = tools.find(([name]) => manifest.includes(`"${name}"`))
  if (tool === undefined) return undefined
  const [, portBeside, usual] = tool
  return portOfScripts(manifest) ?? portBeside(folder) ?? usual
}

/** By the script that is run while it is being developed: `preview` has a port of its own. */
function portOfScripts(manifest: string): number | undefined {
  const scripts = ['dev', 'start', 'serve'].map(
    (name) => new RegExp(`"${name}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`).exec(manifest)?.[1],
  )
  const script = scripts.find((text) => text !== undefined)
  return portOf(/(?<![\w-])(?:--port[=\s]+|-p[=\s]*|PORT=)(\d+)/, script)
}

function portOfVite(folder: string): number | undefined {
  const names = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((ending) => `vite.config.${ending}`)
  const config = textOf(folder, names, readCode).replace(/\b(?:preview|hmr)\s*:\s*\{[^{}]*\}/g, '')
  return portOf(/\bport\s*:\s*(\d+)/, config)
}

/** The `PORT` of a folder's `.env`. */
export function portOfEnvFile(folder: string): number | undefined {
  return portOf(/^(\d+)$/, parseEnv(textOf(folder, ['.env'], readText)).PORT)
}

function portOf(pattern: RegExp, text = ''): number | undefined {
  const found = pattern.exec(text)?.[1]
  return found === undefined ? undefined : Number(found)
}

/** The first of these files that is there; empty where none is. */
function textOf(folder: string, names: string[], read: (path: string) => string): string {
  const name = names.find((one) => existsSync(join(folder, one)))
  return name === undefined ? '' : read(join(folder, name))
}
