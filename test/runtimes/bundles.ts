import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command, requireOk, versionOf } from './consumer.ts'
import type { Case } from './matrix-case.ts'

// The journey itself checks that errors keep their names, so a minified bundle has to as well.
async function runBundle(folder: string, file: string, gateway: string): Promise<void> {
  const main = `import(${JSON.stringify(join(folder, file))}).then(({ journey }) => journey(${JSON.stringify(gateway)})).then(console.log)`
  requireOk(await command(folder, process.execPath, ['--input-type=module', '--eval', main]))
}

const esbuild: Case = {
  name: 'esbuild, minified, for Node',
  async run({ gateway, prepare }) {
    const folder = await prepare('esbuild', ['esbuild@0.28', '@esbuild/linux-x64@0.28'])
    const args = ['journey.mjs', '--bundle', '--minify', '--platform=node', '--format=esm', '--outfile=out/esbuild.mjs']
    const banner = "--banner:js=import{createRequire}from'node:module';const require=createRequire(import.meta.url);"
    await command(folder, join(folder, 'node_modules/.bin/esbuild'), [...args, banner])
    await runBundle(folder, 'out/esbuild.mjs', gateway)
    return versionOf(folder, 'esbuild')
  },
}

const vite: Case = {
  name: 'Vite, minified, for servers',
  async run({ gateway, prepare }) {
    const folder = await prepare('vite', ['vite@8'])
    const config = `export default {
  build: { ssr: 'journey.mjs', outDir: 'out', minify: true, rollupOptions: { output: { entryFileNames: 'vite.mjs' } } },
  ssr: { noExternal: ['khalti-kit'] },
}`
    writeFileSync(join(folder, 'vite.config.mjs'), config)
    await command(folder, process.execPath, ['node_modules/vite/bin/vite.js', 'build'])
    await runBundle(folder, 'out/vite.mjs', gateway)
    return versionOf(folder, 'vite')
  },
}

const webpack: Case = {
  name: 'webpack, minified, for Node',
  async run({ gateway, prepare }) {
    const folder = await prepare('webpack', ['webpack@5', 'webpack-cli@6'])
    const config = `export default {
  mode: 'production', target: 'node', entry: './journey.mjs', experiments: { outputModule: true },
  output: { path: ${JSON.stringify(join(folder, 'out'))}, filename: 'webpack.mjs', library: { type: 'module' }, chunkFormat: 'module' },
}`
    writeFileSync(join(folder, 'webpack.config.mjs'), config)
    await command(folder, process.execPath, ['node_modules/webpack-cli/bin/cli.js', '--config', 'webpack.config.mjs'])
    await runBundle(folder, 'out/webpack.mjs', gateway)
    return versionOf(folder, 'webpack')
  },
}

const turbopack: Case = {
  name: 'Turbopack (next build and start)',
  async run({ gateway, prepare }) {
    const folder = await prepare('turbopack', ['next@16', 'react-dom@19'])
    mkdirSync(join(folder, 'app/journey'), { recursive: true })
    writeFileSync(
      join(folder, 'app/layout.jsx'),
      'export default ({ children }) => <html lang="en"><body>{children}</body></html>\n',
    )
    writeFileSync(
      join(folder, 'app/journey/route.js'),
      `import { journey } from '../../journey.mjs'
export const dynamic = 'force-dynamic'
export const GET = async (request) =>
  new Response(await journey(new URL(request.url).searchParams.get('gateway')).catch((error) => String(error.stack)))
`,
    )
    // A lock file of its own keeps Next from looking further up for the root.
    writeFileSync(
      join(folder, 'next.config.mjs'),
      `export default { turbopack: { root: ${JSON.stringify(folder)} } }\n`,
    )
    const next = join(folder, 'node_modules/next/dist/bin/next')
    const env = { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', KHALTI_ENVIRONMENT: 'sandbox' }
    await command(folder, process.execPath, [next, 'build'], env)
    const main = `
const { spawn } = await import('node:child_process')
const server = spawn(process.execPath, [${JSON.stringify(next)}, 'start', '-p', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
let printed = ''
for await (const chunk of server.stdout) {
  printed += chunk
  if (printed.includes('Ready in')) break
}
const port = /localhost:(\\d+)/.exec(printed)[1]
const answer = await fetch('http://localhost:' + port + '/journey?gateway=' + encodeURIComponent(${JSON.stringify(gateway)}))
console.log(await answer.text())
server.kill()
process.exit()`
    requireOk(await command(folder, process.execPath, ['--input-type=module', '--eval', main], env))
    return `Next ${versionOf(folder, 'next')}`
  },
}

/** Who bundles it. */
export const bundles: Case[] = [esbuild, vite, webpack, turbopack]
