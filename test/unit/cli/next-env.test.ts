import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadEnvConfig, resetEnv } from '@next/env'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { filesOfNext } from '../../../src/cli/next-env.ts'
import { readText } from '../../../src/cli/read-text.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'khalti-kit-env-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** What Next.js itself reads there. */
function byNext(folder: string, env: Record<string, string>) {
  const before = { ...process.env }
  const log = { info: vi.fn(), error: vi.fn() }
  try {
    Object.assign(process.env, env)
    const { parsedEnv } = loadEnvConfig(folder, env.NODE_ENV !== 'production', log, true)
    expect(log.error).not.toHaveBeenCalled()
    return parsedEnv
  } finally {
    resetEnv()
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  }
}

/** What `doctor` reads there. */
function byDoctor(folder: string, env: Record<string, string>) {
  const sources = filesOfNext(folder, env, (name) => readText(join(folder, name)))
  const variables = Object.assign({}, ...sources.reverse().map((source) => source.variables))
  // Next.js leaves out what the environment has.
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !(name in env)))
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: that is what such files have.
describe('the files that Next.js reads', () => {
  it.each([
    ['a name', 'HOST=shop.example\nSITE_URL=https://$HOST/x'],
    ['a name in braces', 'HOST=shop.example\nSITE_URL=https://${HOST}:3000'],
    ['a name that comes later', 'SITE_URL=https://$HOST\nHOST=shop.example'],
    ['a name of a name', 'A=$B\nB=$C\nC=end'],
    ['a name that nobody knows', 'SITE_URL=https://$NOBODY/x\nSHORT=pa$$word'],
    ['a default', 'A=${NOBODY:-there}\nB=${C:-default wins}\nC=own'],
    ['an escaped dollar', 'CRON_SECRET=abc\\$def\nTWICE=\\\\$A\nA=a'],
    ['a secret with a dollar in it', 'CRON_SECRET=abc$def-and-more'],
    ['several', 'A=a\nB=b\nC=${A}${B}\nD=a\\$b$A'],
    ['quotes', `A=a\nB='$A'\nC="$A b"`],
    ['what looks like one', 'A=$(B)\nB=b\nC=${B\nD=$1\nE=100$'],
    ['a variable of the environment', 'GIVEN=of the file\nA=$GIVEN\nB=${GIVEN:-default}'],
  ])('doctor fills in %s as Next.js does', (_what, text) => {
    const folder = folderWith({ '.env': text })
    const env = { NODE_ENV: 'development', GIVEN: 'of the environment' }
    expect(byDoctor(folder, env)).toEqual(byNext(folder, env))
  })

  it.each(['development', 'production'])('doctor reads files in the order of Next.js in %s', (mode) => {
    const files = {
      '.env.development.local': 'A=1\nWHO=development.local\nOWN=$LATER',
      '.env.production.local': 'A=2\nWHO=production.local\nOWN=$LATER',
      '.env.local': 'A=3\nB=$WHO\nWHO=local',
      '.env.development': 'C=$A-$B\nLATER=development',
      '.env.production': 'C=$A-$B\nLATER=production',
      '.env': 'A=5\nB=5\nC=5\nD=$C\nE=${WHO}',
    }
    const folder = folderWith(files)
    const env = { NODE_ENV: mode }
    expect(byDoctor(folder, env)).toEqual(byNext(folder, env))
  })

  it('Variables that name each other in a circle are read, where Next.js reads nothing of the file', () => {
    const folder = folderWith({ '.env': 'A=$B\nB=$A\nC=$C!\nD=d' })
    expect(byDoctor(folder, {})).toEqual({ A: '', B: '', C: '!', D: 'd' })
  })
})
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: the files end here.
