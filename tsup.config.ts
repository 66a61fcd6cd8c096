import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type MinifyOptions, minify } from 'terser'
import { defineConfig, type Options } from 'tsup'

/** The doors are the files right below `src`, one for each subpath export. The React door is built by itself. */
const doors = readdirSync('src')
  .filter((name) => /\.tsx?$/.test(name) && name !== 'react.ts')
  .map((name) => name.replace(/\.tsx?$/, ''))

const library: Options = {
  entry: Object.fromEntries([
    ...doors.map((door) => [door, `src/${door}.ts`]),
    // Which of them is used, the runtime says: `imports` of package.json.
    ...['undici', 'default-fetch'].map((name) => [`transport/${name}`, `src/transport/${name}.ts`]),
    ...['memory', 'none'].map((name) => [`default-payments/${name}`, `src/checkout/default-payments/${name}.ts`]),
  ]),
  target: 'es2022',
  platform: 'neutral',
  // With shared chunks no error class exists twice.
  splitting: true,
  sourcemap: true,
  removeNodeProtocol: false,
  external: ['#transport', '#default-payments', /^undici/, 'msw', /^node:/],
  // Only the part of zod that is used: `zod/mini` loads all its locales and JSON Schema with it (decision 2).
  noExternal: ['zod'],
}

const react: Options = {
  entry: { react: 'src/react.ts', 'react/styles': 'src/react/styles.css' },
  target: 'es2022',
  // For `browser` esbuild would say itself whether this is development.
  platform: 'neutral',
  splitting: false,
  minify: true,
  sourcemap: true,
  external: ['react'],
  // JSX through src/react/react.ts, so that there is one import of React in all: bundlers that leave React out keep
  // each one, used or not. From `tsconfig.json` esbuild would take `react-jsx`.
  esbuildOptions(options) {
    delete options.tsconfig
    options.charset = 'utf8'
    options.tsconfigRaw = { compilerOptions: { jsx: 'react', jsxFactory: 'createElement' } }
    options.inject = ['src/react/react.ts']
  },
}

// Declarations need the flag below under TypeScript 6: tsup still sets the deprecated `baseUrl`.
const dts = { compilerOptions: { ignoreDeprecations: '6.0' } }

/**
 * The simulator and the suite for stores lie in the package once, as CommonJS: they are tools, and an eighth of its weight.
 * The terminal companion asks the door for them, as everybody does.
 */
const toolsOnce: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'tools-once',
  setup(build) {
    build.onResolve({ filter: /\/simulator\/simulator\.ts$/ }, ({ importer }) =>
      /[\\/]cli[\\/]/.test(importer) ? { path: '../testing.js', external: true } : undefined,
    )
  },
}

function writeTestingDoor() {
  const names = Object.keys(createRequire(import.meta.url)('./dist/testing.cjs'))
  writeFileSync('dist/testing.js', `export { ${names.join(', ')} } from './testing.cjs'\n`)
}

/** One set of declarations for both formats: a client that was imported is a client that was required. */
function writeDeclarations(names: string[]) {
  for (const name of names) writeFileSync(`dist/${name}.d.ts`, `export * from './${name}.cjs'\n`)
}

/** Writes a file of the build anew, and its source map with it where there is one. */
async function rewrite(name: string, options: MinifyOptions) {
  const [path, file] = [`dist/${name}`, name.replace(/.*\//, '')]
  const content = existsSync(`${path}.map`) ? readFileSync(`${path}.map`, 'utf8') : undefined
  const { code, map } = await minify(
    { [file]: readFileSync(path, 'utf8') },
    { ecma: 2020, ...options, ...(content && { sourceMap: { content, url: `${file}.map`, includeSources: true } }) },
  )
  if (code !== undefined) writeFileSync(path, code)
  if (typeof map === 'string') writeFileSync(`${path}.map`, map)
}

const built = (ending: string) =>
  readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith(ending) && name !== `react${ending}`,
  )

/**
 * Takes out comments and space. What shops bundle and read in stack traces keeps its names and its lines, and the comments
 * by which bundlers leave unused code out. The terminal companion, which nobody bundles, loses both; the part of zod its
 * names.
 */
async function minifyModules() {
  const light: MinifyOptions = { compress: false, mangle: false, format: { comments: /[@#]__/, semicolons: false } }
  for (const name of built('.js')) {
    const mangle = readFileSync(`dist/${name}`, 'utf8').includes('// node_modules/zod/')
    await rewrite(name, { module: true, ...(name.startsWith('cli/') ? {} : { ...light, mangle }) })
  }
}

/** CommonJS cannot be taken apart by bundlers. tsup makes it by a translation that leaves no useful source map. */
async function minifyCommonJs() {
  for (const name of built('.cjs')) await rewrite(name, { toplevel: true, compress: { passes: 2 } })
}

const { testing: _, ...withoutTesting } = library.entry as Record<string, string>

export default defineConfig([
  {
    ...library,
    // The terminal companion, for Node only, shares the chunks.
    entry: { ...withoutTesting, 'cli/main': 'src/cli/main.ts' },
    esbuildPlugins: [toolsOnce],
    clean: ['!react*', '!react/**'],
    format: 'esm',
    esbuildOptions: (options) => {
      options.minifySyntax = true
      options.charset = 'utf8'
    },
    onSuccess: async () => {
      writeDeclarations(doors)
      await minifyModules()
      // What the licence of zod asks of who hands out a part of it.
      cpSync('node_modules/zod/LICENSE', 'dist/LICENSE.zod.txt')
    },
  },
  {
    ...library,
    format: 'cjs',
    sourcemap: false,
    onSuccess: async () => {
      await minifyCommonJs()
      writeTestingDoor()
    },
    // Jest runs CommonJS without `import()`: there a lazy import becomes a lazy require.
    esbuildOptions: (options) => {
      options.supported = { 'dynamic-import': false }
      options.charset = 'utf8'
    },
    dts: { ...dts, entry: Object.fromEntries(doors.map((door) => [door, `src/${door}.ts`])) },
  },
  // By itself: in shared chunks CommonJS puts 'use client' after its prelude, and `treeshake` drops it.
  {
    ...react,
    format: 'esm',
    onSuccess: async () => {
      writeDeclarations(['react'])
      // For `import 'khalti-kit/react/styles.css'`: TypeScript 6 refuses the import of a file without declarations.
      writeFileSync('dist/react/styles.css.d.ts', 'export {}\n')
    },
  },
  {
    ...react,
    format: 'cjs',
    dts: { ...dts, entry: { react: 'src/react.ts' } },
  },
])
