import { type RunningServer, serve } from '../node/serve.ts'
import { createSimulator, type Simulator } from '../simulator/simulator.ts'
import { sandboxWallets } from '../wire/sandbox-wallets.ts'
import { type Command, type ExitCode, UsageError } from './command.ts'
import { readArguments } from './read-arguments.ts'
import type { Terminal } from './terminal.ts'

const help = `khalti-kit simulate: Khalti's web checkout on this machine

  --port <number>   where to listen; default 8787, 0 for any that is free
  --host <address>  default 127.0.0.1, this machine only
  --json            print one line of JSON once it listens, for scripts
  --help            this text

Examples
  npx khalti-kit simulate
  npx khalti-kit simulate --port 0 --json
  KHALTI_BASE_URL=http://127.0.0.1:8787 KHALTI_SECRET_KEY=anything npm run dev`

/** `khalti-kit simulate`: the gateway and its payment page over HTTP, until it is interrupted. */
export const simulateCommand: Command = { summary: "run Khalti's web checkout on this machine", help, run: simulate }

async function simulate(args: string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = readArguments(args, { options: { port: { type: 'string' }, host: { type: 'string' } } })
  const host = values.host ?? '127.0.0.1'
  // The simulator's links need the address, which is known once the server listens.
  let simulator: Simulator | undefined
  const handler = (request: Request) =>
    simulator?.fetch(request) ?? Promise.resolve(new Response(null, { status: 503 }))
  const server = await listen(handler, { port: readPort(values.port), host })
  simulator = createSimulator({ origin: server.url })
  const { url, port } = server
  terminal.show({ text: welcome(url, host), data: { url, port } })
  await interrupted()
  await server.close()
  return 0
}

async function listen(
  handler: (request: Request) => Promise<Response>,
  address: { port: number; host: string },
): Promise<RunningServer> {
  try {
    return await serve(handler, address)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE') throw error
    throw new Error(
      `Port ${address.port} is taken. Stop what runs there, or choose another: khalti-kit simulate --port 0`,
    )
  }
}

function readPort(text = '8787'): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new UsageError(`--port is "${text}". It is a number from 0 to 65535.`)
}

function welcome(url: string, host: string): string {
  const { ids, mpin, otp } = sandboxWallets
  const open = /^(127\.|localhost$|::1$)/.test(host)
    ? ''
    : '\nIt listens beyond this machine: everyone on the network can use it.\n'
  return `Khalti, simulated: ${url}   (no money moves)
${open}
Point your shop at it:
  KHALTI_BASE_URL=${url}
  KHALTI_SECRET_KEY=anything

Pay with Khalti ID ${ids[0]} to ${ids.at(-1)}, MPIN ${mpin}, OTP ${otp}.
Payments so far: ${url}/payments

Ctrl+C ends it; its payments are forgotten then.`
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
