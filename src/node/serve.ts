import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WebHandler } from '../node-http/web-handler.ts'
import { type NodeListenerOptions, toNodeListener } from './to-node-listener.ts'

/** Options of {@link serve}. */
export interface ServeOptions extends NodeListenerOptions {
  /** Default: 0, any port that is free. */
  port?: number | undefined
  /** Default: 127.0.0.1, this machine only. */
  host?: string | undefined
}

/** A server that is listening. */
export interface RunningServer {
  /** Its origin, such as `http://127.0.0.1:4000`. */
  url: string
  /** The port it listens on. */
  port: number
  /** Stops listening and ends every connection, also those kept alive. */
  close(): Promise<void>
}

/** Serves a web handler over HTTP. Rejects where the port is taken or not allowed. */
export async function serve(handler: WebHandler, options: ServeOptions = {}): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1'
  const server = createServer(toNodeListener(handler, options))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    async close() {
      if (!server.listening) return
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
