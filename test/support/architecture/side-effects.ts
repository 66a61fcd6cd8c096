import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { build, type Plugin } from 'esbuild'

const root = resolve(import.meta.dirname, '../../..')
const packages = ['undici', 'undici/*', 'react', 'react/*', 'msw', 'node:*']

/** What a bundler keeps of the import of a door whose exports nobody uses. */
export async function leftInBundle(door: string): Promise<string> {
  const code = await bundle(`import './${door}'`, [])
  return code.replace(/^\(\(\) => \{\s*|\s*\}\)\(\);\s*$/g, '').trim()
}

/** What opening these doors does, one sentence each; the promise of `package.json` that it is nothing is not believed. */
export async function effectsOfOpening(doors: string[]): Promise<string[]> {
  return effectsOf(await bundle(doors.map((door) => `import './${door}'`).join('\n'), [distrust]))
}

/** Runs this code in a process of its own, and tells what it did that a module does not do. */
export async function effectsOf(code: string): Promise<string[]> {
  const running = promisify(execFile)(process.execPath, ['--input-type=module', '-'], { cwd: root })
  // All doors together are longer than an argument may be.
  running.child.stdin?.end(`${watch}\n${code}\n;report()`)
  const { stdout } = await running
  return stdout.trim().split('\n').filter(Boolean)
}

/** Notes what is read and called, and compares what there is before and after. Packages are imported before it. */
const watch = `
const seen = new Set(), note = (what) => seen.add(what), env = process.env, write = process.stdout.write.bind(process.stdout)
process.env = new Proxy(env, { get: (_, name) => (note('reads process.env.' + String(name)), env[name]) })
for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch']) {
  globalThis[name] = () => note('calls ' + name)
}
for (const name of ['log', 'warn', 'error']) console[name] = () => note('writes to the console')
process.stdout.write = () => note('writes to the console')
const globals = new Set(Reflect.ownKeys(globalThis)), listeners = count()
const resources = process.getActiveResourcesInfo().length
function count() {
  return process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)
}
function report() {
  for (const name of Reflect.ownKeys(globalThis)) if (!globals.has(name)) note('sets globalThis.' + String(name))
  if (count() > listeners) note('listens to the process')
  if (process.getActiveResourcesInfo().length > resources) note('keeps the process alive')
  write([...seen].join('\\n'))
  process.exit()
}
`

/** Keeps each file of ours that is imported, whether its exports are used or not. */
const distrust: Plugin = {
  name: 'distrust',
  setup({ onResolve, resolve: resolveAs }) {
    onResolve({ filter: /^\./ }, async ({ path, pluginData, kind, importer, resolveDir }) => {
      if (pluginData === 'resolving' || importer.includes('node_modules')) return undefined
      const found = await resolveAs(path, { kind, importer, resolveDir, pluginData: 'resolving' })
      return { path: found.path, sideEffects: true }
    })
  },
}

async function bundle(contents: string, plugins: Plugin[]): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module'],
    external: packages,
    plugins,
    logLevel: 'error',
    // An import whose code is left out is what is asked about.
    logOverride: { 'ignored-bare-import': 'silent' },
  })
  return outputFiles[0]?.text ?? ''
}
