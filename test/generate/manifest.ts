import { readdirSync, readFileSync } from 'node:fs'

/** `package.json` with `exports` and `typesVersions` as the doors ask for: the files right below `src`. */
export function manifestText(): string {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
  const names = readdirSync('src').flatMap((name) => /^(.+)\.tsx?$/.exec(name)?.[1] ?? [])
  const doors = ['index', ...names.filter((name) => name !== 'index').sort()]
  return `${JSON.stringify({ ...manifest, ...doorFields(doors) }, null, 2)}\n`
}

/** What `package.json` says of these doors, and of the files that are no code. */
export function doorFields(doors: string[]) {
  const older = doors.filter((door) => door !== 'index').map((door) => [door, [`./dist/${door}.d.cts`]])
  return {
    // For TypeScript that does not read `exports`.
    typesVersions: { '*': { ...Object.fromEntries(older), 'openapi.json': ['./docs/openapi.json'] } },
    exports: {
      ...Object.fromEntries(doors.map((door) => [door === 'index' ? '.' : `./${door}`, entryOf(door)])),
      './react/styles.css': { types: './react/styles.css.d.ts', default: './react/styles.css' },
      './openapi.json': './docs/openapi.json',
      './package.json': './package.json',
    },
  }
}

function entryOf(door: string) {
  return {
    import: { types: `./dist/${door}.d.ts`, default: `./dist/${door}.js` },
    require: { types: `./dist/${door}.d.cts`, default: `./dist/${door}.cjs` },
  }
}
