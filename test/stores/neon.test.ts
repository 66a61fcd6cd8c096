import { once } from 'node:events'
import { connect } from 'node:net'
import { neonConfig, Pool } from '@neondatabase/serverless'
import { PaymentHold } from 'khalti-kit/checkout'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket, { createWebSocketStream, WebSocketServer } from 'ws'
import { postgresPayments } from '../../src/postgres.ts'
import { describePaymentStore } from '../../src/testing.ts'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../support/postgres.ts'
import { marksOrdersOnce } from './marks-orders.ts'
import { nextPrefix } from './prefix.ts'

const reason = whyNoPostgres()

/** Relays the bytes of a WebSocket to Postgres, as the proxy does that Neon's driver talks to. */
async function startProxy(): Promise<WebSocketServer> {
  const proxy = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  proxy.on('connection', (socket, { url }) => {
    const address = new URL(url ?? '', 'http://proxy').searchParams.get('address') ?? ''
    const [host = '', port] = address.split(':')
    const [bytes, database] = [createWebSocketStream(socket), connect(Number(port), host)]
    for (const end of [bytes, database]) end.on('error', () => socket.terminate())
    bytes.pipe(database).pipe(bytes)
  })
  await once(proxy, 'listening')
  return proxy
}

describe.skipIf(reason !== undefined)(`Neon's Pool on Postgres${reason ? ` (left out: ${reason})` : ''}`, () => {
  let server: PostgresServer
  let proxy: WebSocketServer
  let pool: Pool
  beforeAll(async () => {
    server = await startPostgres()
    proxy = await startProxy()
    const { port } = proxy.address() as { port: number }
    neonConfig.webSocketConstructor = WebSocket
    neonConfig.wsProxy = (host, to) => `127.0.0.1:${port}/v1?address=${host}:${to}`
    // A server of ours speaks plain text, and asks for no password before it is greeted.
    neonConfig.useSecureWebSocket = false
    neonConfig.pipelineTLS = false
    neonConfig.pipelineConnect = false
    pool = new Pool({ connectionString: server.url })
  })
  afterAll(async () => {
    await pool?.end()
    for (const client of proxy?.clients ?? []) client.terminate()
    proxy?.close()
    await server?.stop()
  })

  describePaymentStore('postgresPayments', async ({ now }) => {
    const store = postgresPayments(pool, { prefix: nextPrefix(), now })
    await store.migrate()
    return store
  })

  it('Neon marks an order in the transaction of fulfil', async () => {
    const sql = async (text: string) => (await pool.query(text)).rows
    const payments = postgresPayments(pool)
    await marksOrdersOnce({
      payments,
      async fulfil({ orderId, pidx, amount }, { transaction, accepted }) {
        const paid = 'update orders set paid_by = $1 where id = $2 and (amount = $3 or $4)'
        const { rowCount } = await transaction.query(paid, [pidx, orderId, amount, accepted !== undefined])
        if (rowCount === 0) throw new PaymentHold('The order has changed since it was paid.')
      },
      sql,
    })
    expect(payments.transaction).toBeDefined()
  })
})
