import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installKit } from './install-kit.ts'
import { buildApp, startApp } from './next.ts'
import { startSimulator } from './simulator.ts'

// `npm run shop`: builds the shop on the package as it is here, and runs it against the simulator; with a
// KHALTI_SECRET_KEY against Khalti's sandbox.
const app = fileURLToPath(new URL('..', import.meta.url))
const reconcileEveryMs = 30_000

console.log('Building the shop. This takes about half a minute…')
await installKit(app)
await buildApp(app)

const simulator = process.env.KHALTI_SECRET_KEY ? undefined : await startSimulator(app)
const port = await freePort(Number(process.env.PORT ?? 3000))
const environment = process.env.KHALTI_ENVIRONMENT ?? 'sandbox'
const cronSecret = process.env.CRON_SECRET ?? randomBytes(16).toString('hex')
const data = join(app, simulator ? '.data/simulator' : '.data/khalti')
// The simulator forgets its payments when it ends, so a shop that remembered them would ask in vain.
if (simulator) await rm(data, { recursive: true, force: true })
const shop = await startApp(app, port, {
  SITE_URL: `http://127.0.0.1:${port}`,
  SHOP_DATA: data,
  CRON_SECRET: cronSecret,
  KHALTI_ENVIRONMENT: environment,
  ...(simulator && { KHALTI_BASE_URL: simulator.url, KHALTI_SECRET_KEY: 'any-key-will-do' }),
})

console.log(`
  The shop    ${shop.url}
  Khalti      ${simulator ? `${simulator.url}/payments  (simulated: no money moves)` : environment}
${environment === 'sandbox' ? '  Pay with    Khalti ID 9800000001, MPIN 1111, OTP 987654\n' : ''}
  Ctrl+C ends it.`)

// What a cron job does in the real world: customers who paid and closed the tab get their parcel.
const reconcile = setInterval(() => {
  const headers = { authorization: `Bearer ${cronSecret}` }
  fetch(`${shop.url}/api/khalti/reconcile`, { headers }).catch(console.error)
}, reconcileEveryMs)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => shop.close())
shop.errors.pipe(process.stderr)
await shop.ended
clearInterval(reconcile)
simulator?.close()

/** This port, or any other where it is taken. */
async function freePort(wanted: number): Promise<number> {
  const server = createServer()
  const found = await new Promise<number | undefined>((resolve) => {
    server.once('error', () => resolve(undefined))
    server.listen(wanted, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
  server.close()
  return found ?? freePort(0)
}
