import { cpSync, readdirSync } from 'node:fs'
import { defineConfig } from 'tsup'

/** The doors are the files right below `src`, one for each subpath export. The React door is built by itself. */
const doors = readdirSync('src')
  .filter((name) => /\.tsx?$/.test(name) && name !== 'react.ts')
  .map((name) => `src/${name}`)

// Declarations need the flag below under TypeScript 6: tsup still sets the deprecated `baseUrl`.
const dts = { compilerOptions: { ignoreDeprecations: '6.0' } }

export default defineConfig([
  {
    // One config for all: with shared chunks no error class exists twice.
    entry: [...doors, 'src/transport/undici.ts', 'src/transport/default-fetch.ts'],
    format: ['esm', 'cjs'],
    target: 'es2022',
    platform: 'neutral',
    splitting: true,
    clean: ['!react*', '!react/**'],
    sourcemap: true,
    removeNodeProtocol: false,
    external: ['#transport', /^undici/, 'msw', /^node:/],
    // Only the part of zod that is used: `zod/mini` loads all its locales and JSON Schema with it (decision 2).
    noExternal: ['zod'],
    // Jest runs CommonJS without `import()`: there a lazy import becomes a lazy require.
    esbuildOptions: (options, { format }) => {
      if (format === 'cjs') options.supported = { 'dynamic-import': false }
    },
    dts: { ...dts, entry: doors },
    // What the licence of zod asks of who hands out a part of it.
    onSuccess: async () => cpSync('node_modules/zod/LICENSE', 'dist/LICENSE.zod.txt'),
  },
  {
    // The terminal companion, for Node only.
    entry: ['src/cli/main.ts'],
    outDir: 'dist/cli',
    format: 'esm',
    target: 'node20',
    platform: 'node',
    removeNodeProtocol: false,
    external: ['#transport', /^undici/],
    noExternal: ['zod'],
  },
  {
    // By itself: in shared chunks CommonJS puts 'use client' after its prelude, and `treeshake` drops it.
    entry: { react: 'src/react.ts', 'react/styles': 'src/react/styles.css' },
    format: ['esm', 'cjs'],
    target: 'es2022',
    platform: 'browser',
    splitting: false,
    sourcemap: true,
    external: ['react'],
    // JSX through src/react/react.ts, so that there is one import of React in all: bundlers that leave React out keep
    // each one, used or not. From `tsconfig.json` esbuild would take `react-jsx`.
    esbuildOptions(options) {
      delete options.tsconfig
      options.tsconfigRaw = { compilerOptions: { jsx: 'react', jsxFactory: 'createElement' } }
      options.inject = ['src/react/react.ts']
    },
    dts: { ...dts, entry: { react: 'src/react.ts', 'react/styles.css': 'src/react/styles.css.ts' } },
  },
])
