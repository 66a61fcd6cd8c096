import { KhaltiClient } from '../core/client.ts'
import { serve } from '../node/serve.ts'
import { createSimulator } from '../simulator/simulator.ts'
import { sandboxWallets } from '../wire/sandbox-wallets.ts'
import type { Command, ExitCode } from './command.ts'
import { openBrowser } from './demo/open-browser.ts'
import { type DemoShop, openShop } from './demo/shop.ts'
import { play, type Stage, type Story } from './demo/stories.ts'
import { isRight, storyTable } from './demo/table.ts'
import { interrupted } from './interrupted.ts'
import { painter } from './paint.ts'
import { readArguments } from './read-arguments.ts'
import type { Terminal } from './terminal.ts'

const help = `khalti-kit demo: five payments through a shop and a simulated Khalti

  --open  show the shop in your browser instead, and pay yourself; BROWSER=none
          leaves the browser closed
  --json  print one line of JSON
  --help  this text

It needs no key, no account and no network: the shop and the gateway are two
servers of this command, on this machine.

Examples
  npx khalti-kit demo
  npx khalti-kit demo --open`

/** `khalti-kit demo`: the whole of a payment, from the order to the goods, without a key. */
export const demoCommand: Command = { summary: 'five payments on this machine, without a key', help, run: demo }

/** A shop and a gateway that listen, and their end. */
interface RunningStage extends Stage {
  gatewayUrl: string
  close(): Promise<void>
}

async function demo(args: string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = readArguments(args, { options: { open: { type: 'boolean' } } })
  const stage = await raise()
  try {
    return values.open ? await letPeoplePay(stage, terminal) : await tellStories(stage, terminal)
  } finally {
    await stage.close()
  }
}

/** Khalti, simulated, and a shop beside it: two servers, as in life. */
async function raise(): Promise<RunningStage> {
  const simulator = createSimulator({ origin: (request) => new URL(request.url).origin })
  const gateway = await serve((request) => simulator.fetch(request))
  const repeated: string[] = []
  const client = new KhaltiClient({
    secretKey: 'anything',
    environment: 'sandbox',
    baseUrl: gateway.url,
    hooks: {
      onRetry: ({ operation, error }) =>
        repeated.push(`${operation} again after ${'status' in error ? `HTTP ${error.status}` : error.code}`),
    },
  })
  // The shop has to know its own address, which is known once it listens.
  let shop: DemoShop | undefined
  const market = await serve(async (request) => shop?.handler(request) ?? new Response(null, { status: 503 }))
  shop = openShop(client, { siteUrl: market.url, gatewayUrl: gateway.url })
  return {
    simulator,
    shop,
    shopUrl: market.url,
    gatewayUrl: gateway.url,
    repeated,
    async close() {
      await client.close()
      await Promise.all([gateway.close(), market.close()])
    },
  }
}

async function tellStories(stage: RunningStage, terminal: Terminal): Promise<ExitCode> {
  const started = performance.now()
  const stories: Story[] = []
  const table = storyTable(terminal)
  const tell = (text: string) => terminal.json || terminal.show({ text, data: text })
  tell(`Khalti, simulated, at ${stage.gatewayUrl}; a shop at ${stage.shopUrl}\n${table.head()}`)
  for await (const story of play(stage)) {
    stories.push(story)
    tell(table.row(story))
  }
  const ms = Math.round(performance.now() - started)
  const right = stories.filter(isRight).length
  const all = right === stories.length
  const paint = painter(terminal.colors)
  const summary = `${right} of ${stories.length} verdicts as expected, in ${(ms / 1000).toFixed(1)} s, over real HTTP.`
  const next = `Pay one yourself: ${paint('bold', 'npx khalti-kit demo --open')}`
  const text = `${table.foot()}\n${paint(all ? 'green' : 'red', summary)}\n\n${next}`
  terminal.show({ text, data: { ok: all, ms, stories } })
  return all ? 0 : 1
}

async function letPeoplePay({ shopUrl, gatewayUrl }: RunningStage, terminal: Terminal): Promise<ExitCode> {
  const { ids, mpin, otp } = sandboxWallets
  const text = `The shop:           ${shopUrl}
Khalti's payments:  ${gatewayUrl}/payments

Pay with Khalti ID ${ids[0]} to ${ids.at(-1)}, MPIN ${mpin}, OTP ${otp}. No money moves.
Ctrl+C ends it.`
  terminal.show({ text, data: { shopUrl, gatewayUrl } })
  if (terminal.env.BROWSER !== 'none') openBrowser(shopUrl)
  await interrupted()
  return 0
}
