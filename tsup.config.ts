import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { defineConfig, type Options } from 'tsup'
import ts from 'typescript'

// The doors are the files right below `src`.
const doors = readdirSync('src').flatMap((name) => /^(.+)\.ts$/.exec(name)?.[1] ?? [])
const entry = (names: string[]) => Object.fromEntries(names.map((name) => [name, `src/${name}.ts`]))
const pages = entry(doors.filter((door) => /^(browser|react)$/.test(door)))
const servers = entry([...doors.filter((door) => !pages[door]), 'transport/undici', 'transport/default-fetch'])
// esbuild drops comments, except those that begin with `!`. So ours do on their way through it, but for TSDoc with tags:
// the declarations have it.
const kept = /^(\s*\/(?:\/|\*(?!(?:(?!\*\/)[\s\S])*\n\s*\* @)))(?!.*__)/gm
const markComments: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'mark-comments',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]src[\\/].*\.tsx?$/ }, ({ path: fileName }) => {
      const compilerOptions = { target: ts.ScriptTarget.ESNext, jsx: ts.JsxEmit.Preserve }
      // TypeScript takes out types, and their comments with them.
      const { outputText } = ts.transpileModule(readFileSync(fileName, 'utf8'), { fileName, compilerOptions })
      return { contents: outputText.replace(kept, '$1!ours'), loader: 'jsx' }
    }),
}
// Bundlers see a `require`, but not through esbuild's wrapper around it.
const marks = /(?<=\/[/*])!ours|^ *__require,\n|\b__(?=require\()/gm

const common: Options = {
  platform: 'neutral',
  splitting: true,
  removeNodeProtocol: false,
  external: ['#transport', /^node:/],
  // Only the part of zod that is used: `zod/mini` loads all its locales and JSON Schema with it (decision 2).
  noExternal: ['zod'],
  esbuildPlugins: [markComments],
  esbuildOptions(options, { format }) {
    // Without tsconfig.json, whose `strict` puts 'use strict' before 'use client'.
    Object.assign(options, { tsconfig: undefined, tsconfigRaw: {}, jsx: 'automatic', jsxImportSource: '.' })
    Object.assign(options, { legalComments: 'inline', charset: 'utf8' })
    options.supported = { 'dynamic-import': format === 'esm' } // Jest runs CommonJS without `import()`.
  },
  plugins: [{ name: 'unmark-comments', renderChunk: (code) => ({ code: code.replace(marks, '') }) }],
}

async function addFiles() {
  // One set of declarations for both formats: a client that was imported is a client that was required.
  for (const door of doors.filter((name) => name !== 'msw'))
    writeFileSync(`dist/${door}.d.ts`, `export * from './${door}.cjs'\n`)
  // At the root, for tools that know no `exports`, such as postcss-import; TypeScript 6 wants declarations beside it.
  cpSync('src/react/styles.css', 'react/styles.css')
  writeFileSync('react/styles.css.d.ts', 'export {}\n')
  cpSync('node_modules/zod/LICENSE', 'dist/LICENSE.zod.txt')
}

export default defineConfig([
  { ...common, format: 'esm', entry: { ...servers, 'cli/main': 'src/cli/main.ts' }, clean: true },
  { ...common, format: 'esm', entry: pages },
  // `treeshake` has rollup write the CommonJS, as plain as the ESM. Else sucrase does, and translates `?.` (decision 3).
  { ...common, format: 'cjs', entry: servers, treeshake: true, dts: { entry: entry(doors) } },
  // msw's handlers are a class, and its ESM and CommonJS declarations are two: whoever imports it needs ours from the first.
  { ...common, format: 'esm', entry: entry(['msw']), dts: { only: true, entry: entry(['msw']) } },
  // Neither `treeshake` nor chunks: 'use client' must come first.
  { ...common, format: 'cjs', entry: pages, splitting: false, onSuccess: addFiles },
])
