import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command, versionOf } from './consumer.ts'
import type { Case } from './matrix-case.ts'

const settings = [
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'node16', moduleResolution: 'node16' },
  { module: 'esnext', moduleResolution: 'bundler' },
  { module: 'commonjs', moduleResolution: 'node10', to: '5.9' },
]

/** Every way to resolve modules that this TypeScript knows, with nothing left unchecked. */
function typescript(version: string, ci: boolean): Case {
  return {
    name: `TypeScript ${version}`,
    ci,
    async run({ prepare, quick }) {
      const types = ['@types/react@19', '@types/node@20', '@types/better-sqlite3@7']
      const folder = await prepare(`typescript-${version}`, [`typescript@${version}`, ...types])
      const known = settings.filter(({ to }) => to === undefined || Number(version) <= Number(to))
      for (const { module, moduleResolution } of quick ? known.slice(0, 1) : known) {
        for (const type of ['module', 'commonjs']) await check(folder, { module, moduleResolution, type })
      }
      return versionOf(folder, 'typescript')
    },
  }
}

async function check(
  folder: string,
  { module, moduleResolution, type }: { module: string; moduleResolution: string; type: string },
): Promise<void> {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type }))
  const compilerOptions = {
    module,
    moduleResolution,
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable', 'esnext.disposable'],
    jsx: 'react-jsx',
    types: ['node', 'react'],
    strict: true,
    // As `tsc --init` writes it; zod's own declarations for CommonJS need it.
    esModuleInterop: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    // What is inferred from the package can be named from outside.
    declaration: true,
  }
  const path = join(folder, 'tsconfig.json')
  writeFileSync(path, JSON.stringify({ compilerOptions, files: ['consumer.tsx'] }))
  try {
    await command(folder, process.execPath, ['node_modules/typescript/bin/tsc', '-p', path])
  } catch (error) {
    throw new Error(`with ${moduleResolution}, type ${type}: ${error instanceof Error ? error.message : error}`)
  }
}

/** From the oldest TypeScript that is promised to the newest. */
export const typescripts: Case[] = [
  typescript('5.4', true),
  typescript('5.9', false),
  typescript('6.0', false),
  typescript('7.0', true),
]
