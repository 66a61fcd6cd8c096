import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { inTerminal } from '../../support/cli.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A project with these files; a text of '' makes the folder of the file alone. */
function project(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'khalti-kit-init-'))
  folders.push(root)
  for (const [path, text] of Object.entries({ 'package.json': '{"dependencies":{"next":"16"}}', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    if (text !== '') writeFileSync(join(root, path), text)
  }
  return root
}

const init = (root: string, ...args: string[]) => inTerminal(['init', '--dir', root, ...args])
const written = async (root: string, ...args: string[]) => {
  const { stdout, stderr } = await init(root, '--yes', '--json', ...args)
  const files: { path: string; action: string }[] = JSON.parse(stdout || stderr).files
  for (const { path, action } of files) expect([path, existsSync(join(root, path)), action]).toContain(true)
  return files.filter(({ action }) => action === 'written').map(({ path }) => path)
}

describe('init', () => {
  it.each<[string, Record<string, string>, string[], string[]]>([
    [
      'the App Router, in TypeScript',
      { 'app/page.tsx': 'x', 'tsconfig.json': '{}' },
      [],
      ['lib/khalti.ts', 'app/api/khalti/[...khalti]/route.ts', 'app/khalti/return/page.tsx', '.env.example'],
    ],
    [
      'the App Router below src, in JavaScript',
      { 'src/app/page.js': 'x' },
      [],
      ['src/lib/khalti.js', 'src/app/api/khalti/[...khalti]/route.js', 'src/app/khalti/return/page.js', '.env.example'],
    ],
    [
      'the Pages Router, in TypeScript',
      { 'pages/index.tsx': 'x', 'tsconfig.json': '{}' },
      [],
      ['lib/khalti.ts', 'pages/api/khalti/[...khalti].ts', 'pages/khalti/return.tsx', '.env.example'],
    ],
    [
      'the Pages Router where there are both, when it is asked for',
      { 'pages/index.jsx': 'x', 'app/page.js': 'x' },
      ['--pages'],
      ['lib/khalti.js', 'pages/api/khalti/[...khalti].js', 'pages/khalti/return.jsx', '.env.example'],
    ],
  ])('writes the files of %s', async (_title, files, args, expected) => {
    const root = project(files)
    expect(await written(root, ...args)).toEqual(expected)
    const route = readFileSync(join(root, expected[1] ?? ''), 'utf8')
    const module = /from '(\..*)'/.exec(route)?.[1] ?? ''
    const [ending] = /\.\w+$/.exec(expected[0] ?? '') ?? []
    expect(existsSync(join(root, dirname(expected[1] ?? ''), module + ending))).toBe(true)
  })

  it('overwrites nothing, and writes nothing in a second run', async () => {
    const root = project({ 'app/page.tsx': 'x', 'tsconfig.json': '{}', 'app/khalti/return/page.tsx': 'mine' })
    expect(await written(root)).not.toContain('app/khalti/return/page.tsx')
    expect(readFileSync(join(root, 'app/khalti/return/page.tsx'), 'utf8')).toBe('mine')
    writeFileSync(join(root, 'lib/khalti.ts'), 'export const checkout = mine')
    expect(await init(root, '--yes')).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to write') })
    expect(readFileSync(join(root, 'lib/khalti.ts'), 'utf8')).toBe('export const checkout = mine')
  })

  it('takes another name for the checkout where a module called khalti is something else', async () => {
    const root = project({ 'app/page.js': 'x', 'lib/khalti.js': 'export const khaltiConfig = {}' })
    expect(await written(root)).toContain('lib/khalti-checkout.js')
  })

  it('names the variables that an .env.example lacks, and leaves it alone', async () => {
    const root = project({ 'app/page.js': 'x', '.env.example': 'KHALTI_SECRET_KEY=\nDATABASE_URL=\n' })
    const { stdout } = await init(root, '--yes')
    expect(stdout).toMatch(
      /Add to \.env\.example yourself:\n[\s\S]*SITE_URL=http:\/\/localhost:3000\n[\s\S]*CRON_SECRET=/,
    )
    expect(stdout).not.toContain('KHALTI_SECRET_KEY=')
    expect(readFileSync(join(root, '.env.example'), 'utf8')).toBe('KHALTI_SECRET_KEY=\nDATABASE_URL=\n')
  })

  it('shows what it would write and writes nothing with --dry-run, and where nobody can answer', async () => {
    const root = project({ 'app/page.js': 'x' })
    expect(await init(root, '--dry-run')).toMatchObject({ code: 0, stdout: expect.stringContaining('lib/khalti.js') })
    expect(await init(root)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
    expect(existsSync(join(root, 'lib'))).toBe(false)
  })

  it.each<[string, Record<string, string>, string[], number, RegExp]>([
    ['no Next.js project', { 'package.json': '{}' }, [], 1, /does not name next/],
    ['a project without a router', { 'lib/x.js': 'x' }, [], 1, /neither app, src\/app/],
    ['a router that is not there', { 'app/page.js': 'x' }, ['--pages'], 1, /neither pages nor src\/pages/],
    ['both routers at once', { 'app/page.js': 'x' }, ['--app', '--pages'], 2, /exclude each other/],
    ['a package.json that is none', { 'package.json': '{', 'app/page.js': 'x' }, [], 1, /cannot be read/],
    ['another dynamic route in its way', { 'app/api/khalti/[id]/route.js': 'x' }, [], 1, /is in the way/],
  ])('refuses %s, and writes nothing', async (_title, files, args, code, message) => {
    const root = project(files)
    expect(await init(root, '--yes', ...args)).toMatchObject({ code, stderr: expect.stringMatching(message) })
    expect(existsSync(join(root, '.env.example'))).toBe(false)
  })
})
