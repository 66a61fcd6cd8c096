import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { median } from './measure.ts'

// Each figure is from a process of its own, as a serverless function starts: contenders in turn, round after round.
const answers: Record<string, unknown> = {
  '/api/v2/epayment/lookup/': {
    pidx: 'HT6o6PEZRWFJ5ygavzHWd5',
    status: 'Pending',
    total_amount: 1000,
    refunded: false,
  },
  '/v1/balance': { object: 'balance', available: [] },
}
const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[request.url ?? '']))
})
await once(server.listen(0, '127.0.0.1'), 'listening')
const { port } = server.address() as AddressInfo
const origin = `http://127.0.0.1:${port}`
const url = `'${origin}/api/v2/epayment/lookup/'`

const ask = `await new KhaltiClient({ secretKey: 'k', environment: 'sandbox', baseUrl: '${origin}' }).lookup('HT6o6PEZRWFJ5ygavzHWd5')`
const require = "const require = process.getBuiltinModule('node:module').createRequire(process.cwd() + '/')"
/** Another build of this package to compare with: `BASELINE=/path/to/its/folder npm run bench`. */
const baseline = process.env.BASELINE

const contenders: Record<string, { load: string; ask: string }> = {
  'khalti-kit': { load: "const { KhaltiClient } = await import('khalti-kit')", ask },
  ...(baseline && {
    'the baseline': { load: `const { KhaltiClient } = await import('${baseline}/dist/index.js')`, ask },
    'its CommonJS': { load: `${require}; const { KhaltiClient } = require('${baseline}/dist/index.cjs')`, ask },
  }),
  'our CommonJS': { load: `${require}; const { KhaltiClient } = require('khalti-kit')`, ask },
  stripe: {
    load: "const { default: Stripe } = await import('stripe')",
    ask: `await new Stripe('sk', { protocol: 'http', host: '127.0.0.1', port: ${port} }).balance.retrieve()`,
  },
  axios: {
    load: "const { default: axios } = await import('axios')",
    ask: `await axios.post(${url}, { pidx: 'HT6o6PEZRWFJ5ygavzHWd5' })`,
  },
  'bare undici': {
    load: "const { request } = await import('undici')",
    ask: `await (await request(${url}, { method: 'POST', body: '{}' })).body.json()`,
  },
}

const run = promisify(execFile)

const steps = [
  'import',
  'import to first answer',
  'CPU time of the import, which a busy machine does not change',
] as const

/** Milliseconds in a new process, for each of the steps. */
async function start({ load, ask }: { load: string; ask: string }): Promise<number[]> {
  const program = `const begun = performance.now(), used = process.cpuUsage(); ${load}
const loaded = performance.now(), { user, system } = process.cpuUsage(used); ${ask}
process.stdout.write(JSON.stringify([loaded - begun, performance.now() - begun, (user + system) / 1000])); process.exit()`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program])
  return JSON.parse(stdout)
}

const figures = new Map<string, number[][]>(Object.keys(contenders).map((name) => [name, []]))
const rounds = Number(process.env.ROUNDS ?? 25)
// The first round warms the file system's cache and does not count.
for (let round = 0; round <= rounds; round += 1) {
  for (const [name, contender] of Object.entries(contenders)) {
    const measured = await start(contender)
    if (round > 0) figures.get(name)?.push(measured)
  }
}
server.close()

const ours = figures.get('khalti-kit') ?? []
for (const [step, title] of steps.entries()) {
  console.log(`\n${title}, median of ${rounds} fresh processes`)
  for (const [name, values] of figures) {
    const ratio = median(values.map((value, round) => (ours[round]?.[step] ?? Number.NaN) / (value[step] ?? 0)))
    const ms = median(values.map((value) => value[step] ?? Number.NaN))
    console.log(`  ${name.padEnd(14)} ${ms.toFixed(1).padStart(7)} ms   ours is ${ratio.toFixed(2)} of it`)
  }
}
