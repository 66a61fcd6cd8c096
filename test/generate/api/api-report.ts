import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createProgram } from '../../support/typescript-program.ts'
import { type Declaration, emitDeclarations } from './declarations.ts'

const root = resolve(import.meta.dirname, '../../..')
type Files = ReturnType<typeof emitDeclarations>

/** What users can rely on, door by door: a text for each, by path. */
export function apiReport(): Record<string, string> {
  const doors = readdirSync(resolve(root, 'src')).filter((name) => /\.tsx?$/.test(name))
  const sources = doors.map((name) => ({ path: `src/${name}`, text: read(`src/${name}`) }))
  const files = emitDeclarations(
    createProgram(sources, {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      removeComments: true,
      stripInternal: true,
      // `npm run typecheck` does that; here it would take most of the time.
      noCheck: true,
    }),
    root,
  )
  const texts = doors.map((name): [string, string] => {
    const door = name.replace(/\.tsx?$/, '')
    return [`test/api/${door}.txt`, doorReport(door, files)]
  })
  return { ...Object.fromEntries(texts), 'test/api/package.txt': packageReport(), 'test/api/styles.txt': styleReport() }
}

const read = (path: string) => readFileSync(resolve(root, path), 'utf8')

function doorReport(door: string, files: Files): string {
  const file = files.get(`src/${door}.d.ts`)
  if (file === undefined) throw new Error(`TypeScript emitted nothing for src/${door}.`)
  const names = [...new Set([...file.exported.keys(), ...file.declared.keys()])].sort()
  const exported = names.flatMap((name) => find(name, `src/${door}.d.ts`, files))
  const behind = reachable(exported, files)
  const title = door === 'index' ? 'khalti-kit' : `khalti-kit/${door}`
  const hidden = behind.length > 0 ? ['', '// Not exported by this door, but part of what is:', ''] : []
  return [`// ${title}: ${names.join(', ')}`, '', ...texts(exported), ...hidden, ...texts(behind), ''].join('\n')
}

const texts = (declarations: Declaration[]) => [declarations.map(({ text }) => text).join('\n\n')].filter(Boolean)

/** The declarations of a name as one file sees it, whichever file declares it. */
function find(name: string, path: string, files: Files): Declaration[] {
  const file = files.get(path)
  const declared = file?.declared.get(name)
  if (declared !== undefined) return declared
  const other = file?.exported.get(name) ?? file?.imported.get(name)
  return other === undefined || other.from === path ? [] : find(other.name, other.from, files)
}

/** What the exported declarations are made of, and the door does not export. */
function reachable(exported: Declaration[], files: Files): Declaration[] {
  const found = new Set(exported)
  for (const { mentions, file } of found) {
    for (const name of mentions) for (const declaration of find(name, file, files)) found.add(declaration)
  }
  return [...found]
    .filter((declaration) => !exported.includes(declaration))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** Doors, commands and what they run on. */
function packageReport(): string {
  const { exports, bin, engines, peerDependencies, dependencies } = JSON.parse(read('package.json'))
  const lines = (fields: Record<string, unknown>) =>
    Object.entries(fields).map(([name, value]) => `  ${name}: ${value}`)
  return [
    'exports',
    ...Object.keys(exports).map((door) => `  ${door}`),
    'bin',
    ...Object.keys(bin).map((name) => `  ${name}`),
    'engines',
    ...lines(engines),
    'dependencies',
    ...lines(dependencies),
    'peerDependencies, all optional',
    ...lines(peerDependencies),
    '',
  ].join('\n')
}

/** The names of khalti-kit/react/styles.css that a shop may write rules for. */
function styleReport(): string {
  const css = read('src/react/styles.css').replace(/\/\*[\s\S]*?\*\//g, '')
  const all = (pattern: RegExp) => [...new Set([...css.matchAll(pattern)].map(([name]) => name))].sort()
  const attributes = all(/\[data-[\w-]+(=['"]?[\w-]+['"]?)?\]/g)
  return [...all(/\.khalti[\w-]*/g), ...all(/--khalti[\w-]+/g), ...attributes, ''].join('\n')
}
