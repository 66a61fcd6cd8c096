import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { readText } from '../read-text.ts'
import type { Manifest } from './read-manifest.ts'

/** What is only so of an Express server. */
export interface ExpressParts {
  framework: 'express'
  /** The file that makes the app, such as `src/server.js`; undefined where none was found. */
  app: string | undefined
  /** The folder of that file; `.` is the root. */
  folder: string
  /** How its files import. */
  style: 'esm' | 'commonjs'
  /** What a new file ends in. */
  ending: string
  /** What its imports of own files end in. */
  importEnding: string
  port: number
  /** Where the front end runs while it is being developed, where it is a project of its own. */
  frontendUrl: string | undefined
}

/** Finds the file that makes the app, and how it is written. */
export function detectExpress(root: string, { files, isModule }: Manifest): ExpressParts {
  const app = findApp(root, files)
  const text = app === undefined ? '' : readText(join(root, app))
  const ending = app === undefined ? usualEnding(root) : posix.extname(app)
  const isEsm = isEsmFile(ending, text, isModule)
  return {
    framework: 'express',
    app,
    folder: app === undefined ? (existsSync(join(root, 'src')) ? 'src' : '.') : posix.dirname(app),
    style: isEsm ? 'esm' : 'commonjs',
    ending,
    importEnding: importEndingOf(text, ending, isEsm && isModule),
    port: portOf(text),
    frontendUrl: frontendOf(root),
  }
}

const usualEnding = (root: string) => (existsSync(join(root, 'tsconfig.json')) ? '.ts' : '.js')

/** TypeScript is written with `import`, whatever becomes of it; so is JavaScript that a tool translates. */
function isEsmFile(ending: string, text: string, isModule: boolean): boolean {
  if (ending !== '.js') return ending !== '.cjs'
  return isModule || /^import\s/m.test(text)
}

const usualApps = ['app', 'server', 'index', 'main'].flatMap((name) =>
  ['', 'src/'].flatMap((folder) => ['ts', 'mts', 'js', 'mjs', 'cjs'].map((ending) => `${folder}${name}.${ending}`)),
)

function findApp(root: string, named: string[]): string | undefined {
  const candidates = [...named.map((path) => posix.normalize(path)), ...usualApps]
  return candidates.find(
    (path) =>
      !path.startsWith('..') && existsSync(join(root, path)) && /\bexpress\(\s*\)/.test(readText(join(root, path))),
  )
}

/** As the app's own imports of files do it; else as its module system wants it. */
function importEndingOf(text: string, ending: string, isStrict: boolean): string {
  const own = /(?:from|require\(|import)\s*['"]\.{1,2}\/[^'"]*?(\.[cm]?[jt]s)?['"]/.exec(text)
  if (own) return own[1] ?? ''
  if (!isStrict && ending !== '.mjs') return ''
  return ending.replace('ts', 'js')
}

function portOf(text: string): number {
  const said = /\bPORT\s*(?:\|\||\?\?)\s*['"]?(\d+)|\blisten\(\s*(\d+)|\bport\s*=\s*(\d+)/i.exec(text)
  return Number(said?.slice(1).find(Boolean) ?? 3000)
}

const frontEnds: [name: string, url: string][] = [
  ['vite', 'http://localhost:5173'],
  ['@angular/core', 'http://localhost:4200'],
  ['react-scripts', 'http://localhost:3000'],
  ['next', 'http://localhost:3000'],
]

/** The front end is a folder in the server's project, or beside it. */
function frontendOf(root: string): string | undefined {
  const places = ['client', 'frontend', 'front', 'web', 'ui', 'app'].flatMap((name) => [name, `../${name}`])
  const manifests = places.map((place) => join(root, place, 'package.json')).filter((path) => existsSync(path))
  for (const text of manifests.map(readText)) {
    const found = frontEnds.find(([name]) => text.includes(`"${name}"`))
    if (found) return found[1]
  }
  return undefined
}
