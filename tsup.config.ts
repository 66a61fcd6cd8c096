import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { transform } from 'esbuild'
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
  platform: 'browser',
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

/** One set of declarations for both formats: a client that was imported is a client that was required. */
function writeDeclarations(names: string[]) {
  for (const name of names) writeFileSync(`dist/${name}.d.ts`, `export * from './${name}.cjs'\n`)
}

/**
 * Takes the space out of what nobody reads in a stack trace and no bundler takes apart: the terminal companion, the
 * simulator and the suite for stores. What shops bundle stays as it is, since bundlers leave unused code out by comments
 * that go with the space.
 */
async function minifyTools() {
  for (const name of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
    const code = name.endsWith('.js') ? readFileSync(`dist/${name}`, 'utf8') : ''
    if (!/^\/\/ src\/(cli|conformance|simulator)\//m.test(code)) continue
    const map = readFileSync(`dist/${name}.map`).toString('base64')
    const inlined = code.replace(
      /\/\/# sourceMappingURL=.*/,
      `//# sourceMappingURL=data:application/json;base64,${map}`,
    )
    const minified = await transform(inlined, {
      minify: true,
      format: 'esm',
      target: 'es2022',
      charset: 'utf8',
      sourcemap: 'external',
    })
    writeFileSync(`dist/${name}`, `${minified.code}//# sourceMappingURL=${name.replace(/.*\//, '')}.map\n`)
    writeFileSync(`dist/${name}.map`, minified.map)
  }
}

/**
 * CommonJS is minified last: tsup makes it from the bundled ESM by a translation of its own, which breaks minified classes
 * (`super(),this.a=b` became a syntax error). That translation leaves no useful source map either.
 */
async function minifyCommonJs() {
  const names = readdirSync('dist', { recursive: true, encoding: 'utf8' })
  for (const name of names.filter((one) => one.endsWith('.cjs') && one !== 'react.cjs')) {
    const code = readFileSync(`dist/${name}`, 'utf8')
    writeFileSync(`dist/${name}`, (await transform(code, { minify: true, target: 'es2022', charset: 'utf8' })).code)
  }
}

export default defineConfig([
  {
    ...library,
    // The terminal companion, for Node only, shares the chunks.
    entry: { ...library.entry, 'cli/main': 'src/cli/main.ts' },
    clean: ['!react*', '!react/**'],
    format: 'esm',
    esbuildOptions: (options) => {
      options.minifySyntax = true
      options.charset = 'utf8'
    },
    onSuccess: async () => {
      writeDeclarations(doors)
      await minifyTools()
      // What the licence of zod asks of who hands out a part of it.
      cpSync('node_modules/zod/LICENSE', 'dist/LICENSE.zod.txt')
    },
  },
  {
    ...library,
    format: 'cjs',
    sourcemap: false,
    onSuccess: minifyCommonJs,
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
