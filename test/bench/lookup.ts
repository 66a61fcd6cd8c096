import axios from 'axios'
import { KhaltiClient } from 'khalti-kit'
import { Agent, request } from 'undici'
import { type Contender, measure } from './measure.ts'
import { serveLookups } from './serve-lookups.ts'

const { origin, server } = await serveLookups()
const url = `${origin}/api/v2/epayment/lookup/`
const pidx = 'Completed-PEZRWFJ5ygavzHWd5'
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
  const rates = await measure(contenders, { inFlight, rounds: Number(process.env.ROUNDS ?? 15), roundMs: 300 })
  rates.print(`Lookups, ${inFlight} in flight`, 'khalti-kit lookup')
}

await Promise.all([client.close(), agent.close()])
server.kill()
