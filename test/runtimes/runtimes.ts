import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { launchChromium } from '../support/chromium.ts'
import { bundle, command, requireOk, versionOf } from './consumer.ts'
import type { Case, Matrix } from './matrix-case.ts'

const machine = `${process.platform}-${process.arch}`

/** Node from npm: its program lies in a package for this machine. */
function node(version: string, ci: boolean): Case[] {
  const alias = `node-${version}`
  const own = version === process.versions.node.split('.')[0]
  const open = async ({ prepare }: Matrix) => {
    const folder = await prepare(alias, own ? [] : [`${alias}@npm:node-${machine}@${version}`])
    const program = own ? process.execPath : join(folder, 'node_modules', alias, 'bin/node')
    return { folder, program, shown: (await command(folder, program, ['--version'])).trim() }
  }
  return [
    {
      name: `Node ${version}, import`,
      ci,
      async run(matrix) {
        const { folder, program, shown } = await open(matrix)
        requireOk(await command(folder, program, ['main.mjs', matrix.gateway]))
        return shown
      },
    },
    {
      name: `Node ${version}, require`,
      ci,
      async run(matrix) {
        const { folder, program, shown } = await open(matrix)
        const main = `require('./journey.cjs').journey(${JSON.stringify(matrix.gateway)}).then(console.log)`
        requireOk(await command(folder, program, ['--input-type=commonjs', '--eval', main]))
        return shown
      },
    },
  ]
}

const bun: Case = {
  name: 'Bun',
  ci: true,
  async run({ gateway, prepare }) {
    const folder = await prepare('bun', [`@oven/bun-${machine}`])
    const program = join(folder, `node_modules/@oven/bun-${machine}/bin/bun`)
    requireOk(await command(folder, program, ['main.mjs', gateway]))
    return (await command(folder, program, ['--version'])).trim()
  },
}

const deno: Case = {
  name: 'Deno',
  async run({ gateway, prepare }) {
    const name = `@deno/${machine}${process.platform === 'linux' ? '-glibc' : ''}`
    const folder = await prepare('deno', [name])
    const program = join(folder, 'node_modules', name, 'deno')
    requireOk(await command(folder, program, ['run', '--allow-all', '--no-prompt', 'main.mjs', gateway]))
    return versionOf(folder, name)
  },
}

const workerd: Case = {
  name: 'workerd (Cloudflare Workers, miniflare)',
  ci: true,
  async run({ gateway, prepare }) {
    const folder = await prepare('workerd', ['miniflare@4.20260426.0'])
    const { Miniflare } = createRequire(join(folder, 'main.mjs'))('miniflare')
    const script = await bundle(folder, 'worker.mjs', ['workerd', 'worker', 'browser'])
    const worker = new Miniflare({ modules: true, script, compatibilityDate: '2026-04-01' })
    try {
      const answer = await worker.dispatchFetch(`http://shop.example/?gateway=${encodeURIComponent(gateway)}`)
      requireOk(await answer.text())
    } finally {
      await worker.dispose()
    }
    return versionOf(folder, 'workerd')
  },
}

const edge: Case = {
  name: 'edge-runtime (Vercel)',
  async run({ gateway, prepare }) {
    const folder = await prepare('edge', ['edge-runtime'])
    const { EdgeRuntime } = createRequire(join(folder, 'main.mjs'))('edge-runtime')
    const runtime = new EdgeRuntime({
      initialCode: await bundle(folder, 'edge.mjs', ['edge-light', 'worker', 'browser']),
    })
    const answer = await runtime.dispatchFetch(`http://shop.example/?gateway=${encodeURIComponent(gateway)}`)
    requireOk(await answer.text())
    return versionOf(folder, 'edge-runtime')
  },
}

const browser: Case = {
  name: 'a browser, which refuses the key (Chromium)',
  async run({ prepare }) {
    const folder = await prepare('browser', [])
    const script = await bundle(folder, 'browser.mjs', ['browser'])
    const opened = await launchChromium()
    try {
      const page = await opened.newPage()
      await page.addScriptTag({ content: script })
      requireOk(await page.evaluate('consumer.journey()'))
      return opened.version()
    } finally {
      await opened.close()
    }
  },
}

const jest: Case = {
  name: 'Jest 30, with the suite for stores',
  async run({ gateway, prepare }) {
    const folder = await prepare('jest', ['jest@30'])
    const args = ['node_modules/jest/bin/jest.js', '--ci', '--testMatch', '**/jest.test.cjs']
    await command(folder, process.execPath, args, { GATEWAY: gateway })
    return versionOf(folder, 'jest')
  },
}

/** The least that `^7.29.0` takes. */
const oldestUndici = JSON.parse(readFileSync('package.json', 'utf8')).dependencies.undici.replace('^', '')

const oldUndici: Case = {
  name: 'the oldest undici that is allowed',
  async run({ gateway, prepare }) {
    const folder = await prepare('undici', [`undici@${oldestUndici}`])
    requireOk(await command(folder, process.execPath, ['main.mjs', gateway]))
    return versionOf(folder, 'undici')
  },
}

const movedAgent: Case = {
  name: 'an undici whose agent has moved',
  async run({ gateway, prepare }) {
    const folder = await prepare('undici-moved', [])
    // Nothing else of undici may miss it: its index is replaced by one that has the agent from elsewhere.
    const agent = join(folder, 'node_modules/undici/lib/dispatcher/agent.js')
    renameSync(agent, agent.replace('agent.js', 'moved-agent.js'))
    for (const name of readdirSync(join(folder, 'node_modules/undici'), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.js')) continue
      const path = join(folder, 'node_modules/undici', name)
      const code = readFileSync(path, 'utf8')
      const changed = code.replace(/(require\(['"][^'"]*\/)agent(\.js)?(['"]\))/g, '$1moved-agent$3')
      if (changed !== code) writeFileSync(path, changed)
    }
    requireOk(await command(folder, process.execPath, ['main.mjs', gateway]))
    rmSync(folder, { recursive: true })
    return 'by its index'
  },
}

/** Where the journey is run. */
export const runtimes: Case[] = [
  ...node('20', true),
  ...node('22', false),
  ...node('24', true),
  ...node('26', false),
  bun,
  deno,
  workerd,
  edge,
  browser,
  jest,
  oldUndici,
  movedAgent,
]
