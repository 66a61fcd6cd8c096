import { type RunningServer, serve } from '../node/serve.ts'
import { createSimulator, type Simulator } from '../simulator/simulator.ts'
import { sandboxWallets } from '../wire/sandbox-wallets.ts'
import { type Command, type ExitCode, UsageError } from './command.ts'
import { interrupted } from './interrupted.ts'
import { readArguments } from './read-arguments.ts'
import { isEveryAddress, originReader, ownAddresses, wrongHost } from './simulate/hosts.ts'
import { withRequestLines } from './simulate/request-line.ts'
import type { Terminal } from './terminal.ts'

const help = `khalti-kit simulate: Khalti's web checkout on this machine

  --port <number>      where to listen; default 8787, 0 for any that is free
  --host <address>     default 127.0.0.1, this machine only; 0.0.0.0 for
                       containers and phones
  --allow-host <name>  answer for this name too, such as that of a container; or
                       for an origin such as https://pay.test of a proxy in
                       front, or * for any; as often as you like
  --json               print one line of JSON once it listens, for scripts, and
                       no requests
  --help               this text

The payment page is where the shop asked: under the name in the Host header of
its request.

Examples
  npx khalti-kit simulate
  npx khalti-kit simulate --port 0 --json
  npx khalti-kit simulate --host 0.0.0.0 --allow-host khalti
  KHALTI_BASE_URL=http://127.0.0.1:8787 KHALTI_SECRET_KEY=anything npm run dev`

/** `khalti-kit simulate`: the gateway and its payment page over HTTP, until it is interrupted. */
export const simulateCommand: Command = { summary: "run Khalti's web checkout on this machine", help, run: simulate }

/** How many payments it remembers, since it may run for weeks. */
const keep = 10_000

async function simulate(args: string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = readArguments(args, {
    options: { port: { type: 'string' }, host: { type: 'string' }, 'allow-host': { type: 'string', multiple: true } },
  })
  const host = values.host ?? '127.0.0.1'
  const originOf = originReader(host, values['allow-host'] ?? [])
  const simulator = createSimulator({ keep, origin: (request) => originOf(request) ?? new URL(request.url).origin })
  const server = await listen(handlerOf(simulator, originOf, terminal), { port: readPort(values.port), host })
  const url = isEveryAddress(host) ? `http://127.0.0.1:${server.port}` : server.url
  terminal.show({ text: welcome(url, host), data: { url, port: server.port } })
  await interrupted()
  await server.close()
  return 0
}

function handlerOf(simulator: Simulator, originOf: ReturnType<typeof originReader>, terminal: Terminal) {
  const answer = async (request: Request) =>
    originOf(request) === undefined ? wrongHost(request) : simulator.fetch(request)
  if (terminal.json) return answer
  return withRequestLines(answer, (line) => terminal.show({ text: line, data: line }), terminal.colors)
}

async function listen(
  handler: (request: Request) => Promise<Response>,
  address: { port: number; host: string },
): Promise<RunningServer> {
  try {
    return await serve(handler, address)
  } catch (error) {
    throw new Error(whyNot(error as NodeJS.ErrnoException, address))
  }
}

function whyNot({ code, message }: NodeJS.ErrnoException, { port, host }: { port: number; host: string }): string {
  const another = 'choose another: khalti-kit simulate --port 0'
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken. Stop what runs there, or ${another}`
    case 'EACCES':
      return `Port ${port} is not for everybody on this machine. Take one from 1024, or ${another}`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is no address of this machine (${code}). Say --host 127.0.0.1, or 0.0.0.0 for all that it has.`
    default:
      return message
  }
}

function readPort(text = '8787'): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new UsageError(`--port is "${text}". It is a number from 0 to 65535.`)
}

function welcome(url: string, host: string): string {
  const { ids, mpin, otp } = sandboxWallets
  return `Khalti, simulated: ${url}   (no money moves)
${beyond(url, host)}
Point your shop at it:
  KHALTI_BASE_URL=${url}
  KHALTI_SECRET_KEY=anything

Pay with Khalti ID ${ids[0]} to ${ids.at(-1)}, MPIN ${mpin}, OTP ${otp}.
Payments so far: ${url}/payments

Ctrl+C ends it; its payments are forgotten then. Requests, as they come:
`
}

function beyond(url: string, host: string): string {
  if (/^(127\.|localhost$|::1$)/.test(host)) return ''
  const { port } = new URL(url)
  const others = isEveryAddress(host) ? ownAddresses().map((address) => `  http://${address}:${port}\n`) : []
  const under = others.length > 0 ? ` It is also at:\n${others.join('')}` : '\n'
  return `\nIt listens beyond this machine: everyone on the network can use it.${under}`
}
