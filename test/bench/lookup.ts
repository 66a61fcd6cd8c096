import { fork } from 'node:child_process'
import { once } from 'node:events'
import axios from 'axios'
import { KhaltiClient } from 'khalti-kit'
import { Agent, request } from 'undici'
import { type Contender, measure } from './measure.ts'

const server = fork(new URL('lookup-server.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
const [port] = await once(server, 'message')
const origin = `http://127.0.0.1:${port}`
const url = `${origin}/api/v2/epayment/lookup/`
const pidx = 'HT6o6PEZRWFJ5ygavzHWd5'
const body = JSON.stringify({ pidx })
const headers = { authorization: 'Key secret', 'content-type': 'application/json' }

const client = new KhaltiClient({ secretKey: 'secret', environment: 'sandbox', baseUrl: origin })
const agent = new Agent()
const contenders: Contender[] = [
  { name: 'khalti-kit lookup', run: () => client.lookup(pidx) },
  {
    name: 'undici.request + JSON.parse',
    run: async () =>
      JSON.parse(await (await request(url, { method: 'POST', headers, body, dispatcher: agent })).body.text()),
  },
  { name: 'global fetch', run: async () => (await fetch(url, { method: 'POST', headers, body })).json() },
  { name: 'axios', run: async () => (await axios.post(url, { pidx }, { headers })).data },
]

for (const inFlight of [1, 32]) {
  const rates = await measure(contenders, { inFlight, rounds: Number(process.env.ROUNDS ?? 9), roundMs: 300 })
  const ours = rates.get('khalti-kit lookup') ?? Number.NaN
  console.log(`\n${inFlight} in flight`)
  for (const [name, rate] of rates) {
    console.log(
      `  ${name.padEnd(30)} ${Math.round(rate).toString().padStart(7)} calls/s   ours is ${(ours / rate).toFixed(2)} of it`,
    )
  }
}

await Promise.all([client.close(), agent.close()])
server.kill()
