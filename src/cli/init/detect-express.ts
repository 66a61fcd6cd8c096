import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { readText } from '../read-text.ts'
import { catchAllLine } from './catch-all.ts'
import { detectFrontEnd, type FrontEnd, portOfEnvFile } from './detect-frontend.ts'
import { readCode } from './read-code.ts'
import { isFolder, type Manifest } from './read-manifest.ts'

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
  /** What the app is called in that file: lines to add begin with it. */
  appName: string
  /** The line that answers everything, such as a 404 handler; undefined where none was found. */
  catchAll: number | undefined
  /** Whether it answers preflights by `cors()`, which would keep them from the checkout. */
  hasCors: boolean
  /** Whether it sets helmet's Content-Security-Policy, which keeps a form from leading to Khalti. */
  hasHelmet: boolean
  port: number
  /** The front end, where it is a project of its own. */
  frontEnd: FrontEnd | undefined
}

/** Finds the file that makes the app, and how it is written. */
export function detectExpress(root: string, { files, isModule }: Manifest): ExpressParts {
  const app = findApp(root, files)
  const text = app === undefined ? '' : readText(join(root, app))
  const code = app === undefined ? '' : readCode(join(root, app))
  const port = portOf(listeningCode(root, app === undefined ? files : [app, ...files]) ?? code, root)
  const appName = nameOfApp(code)
  const ending = app === undefined ? usualEnding(root) : posix.extname(app)
  const isEsm = isEsmFile(ending, text, isModule)
  return {
    framework: 'express',
    app,
    folder: app === undefined ? (existsSync(join(root, 'src')) ? 'src' : '.') : posix.dirname(app),
    style: isEsm ? 'esm' : 'commonjs',
    ending,
    importEnding: importEndingOf(text, ending, isEsm && isModule),
    appName,
    catchAll: catchAllLine(code, appName),
    hasCors: /\bcors\(/.test(code),
    hasHelmet: /\bhelmet\((?!\s*\{[^}]*contentSecurityPolicy\s*:\s*false)/.test(code),
    port,
    frontEnd: detectFrontEnd(root, port),
  }
}

const usualEnding = (root: string) => (existsSync(join(root, 'tsconfig.json')) ? '.ts' : '.js')

/** TypeScript is written with `import`, whatever becomes of it; so is JavaScript that a tool translates. */
function isEsmFile(ending: string, text: string, isModule: boolean): boolean {
  if (ending !== '.js') return ending !== '.cjs'
  return isModule || /^import\s/m.test(text)
}

/** As `express()`, or as `require('express')()`. */
const makesApp = /\bexpress(?:['"]\s*\))?\(\s*\)/

/** Such as `app` of `const app = express()`, or `this.app`. */
function nameOfApp(code: string): string {
  const assigned = /([\w$.]+)\s*(?::\s*[\w.]+\s*)?=\s*(?:require\(\s*['"])?express(?:['"]\s*\))?\(\s*\)/
  return assigned.exec(code)?.[1] ?? 'app'
}

const usualApps = ['app', 'server', 'index', 'main'].flatMap((name) =>
  ['', 'src/'].flatMap((folder) => ['ts', 'mts', 'js', 'mjs', 'cjs'].map((ending) => `${folder}${name}.${ending}`)),
)

function findApp(root: string, named: string[]): string | undefined {
  return placesOf(root, [...named, ...usualApps]).find((path) => makesApp.test(readText(join(root, path))))
}

/** The files of these that are there, and in the project. */
function placesOf(root: string, paths: string[]): string[] {
  const places = paths.map((path) => posix.normalize(path))
  return places.filter((path) => !path.startsWith('..') && existsSync(join(root, path)) && !isFolder(join(root, path)))
}

/** Those of express-generator. */
const usualStarts = ['bin/www', 'bin/www.js', 'bin/www.ts'].flatMap((path) => [path, `src/${path}`])

/** The text of the file that listens: often another than the one that makes the app, which then says no port. */
function listeningCode(root: string, named: string[]): string | undefined {
  const codes = placesOf(root, [...named, ...usualStarts, ...usualApps]).map((path) => readCode(join(root, path)))
  return codes.find((code) => /\blisten\(/.test(code))
}

/** As the app's own imports of files do it; else as its module system wants it. */
function importEndingOf(text: string, ending: string, isStrict: boolean): string {
  const own = /(?:from|require\(|import)\s*['"]\.{1,2}\/[^'"]*?(\.[cm]?[jt]s)?['"]/.exec(text)
  if (own) return own[1] ?? ''
  if (!isStrict && ending !== '.mjs') return ''
  return ending.replace('ts', 'js')
}

/** As `process.env.PORT`, or as `const { PORT } = process.env`. */
const readsPort = /\benv\b\W{1,3}PORT\b|\bPORT\b[^{}]*\}\s*=\s*process\.env\b/

function portOf(code: string, root: string): number {
  const said =
    /\bPORT\s*\)?\s*(?:\|\||\?\?)\s*['"]?(\d[\d_]*)|\blisten\(\s*(\d[\d_]*)|\bport\s*[=:]\s*(\d[\d_]*)/i.exec(code)
  const ownPort = said?.slice(1).find(Boolean)?.replaceAll('_', '')
  // Where the file says none, a module of settings reads it.
  const isInFile = ownPort === undefined || readsPort.test(code)
  return (isInFile ? portOfEnvFile(root) : undefined) ?? Number(ownPort ?? 3000)
}
