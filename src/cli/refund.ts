import { isKhaltiError } from '../core/errors.ts'
import { requireId } from '../core/ids.ts'
import { formatRupees, rupees } from '../core/money.ts'
import { maskMobiles, redactData } from '../core/redact.ts'
import type { Settings } from '../core/settings.ts'
import { baseUrls } from '../wire/endpoints.ts'
import type { RefundRequest, RefundResponse } from '../wire/refund.ts'
import { type Command, CommandFailure, type ExitCode, UsageError } from './command.ts'
import { confirm } from './confirm.ts'
import { errorFacts } from './error-facts.ts'
import { abortedWhenInterrupted } from './interrupted.ts'
import { painter } from './paint.ts'
import { readArguments } from './read-arguments.ts'
import { rows } from './rows.ts'
import { clientOf, describeSettings, gatewayOptions, readSetup, settingsOf } from './setup.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './visible.ts'

const help = `khalti-kit refund <transaction_id>: give the money of a payment back

The transaction_id is the lookup's, not the pidx. It shows what it will send and
asks before it does. A shop that runs a checkout refunds on its admin page, or
with checkout.refund(pidx): that is kept with the order and never sent twice.

  --amount <rupees>      a part of the payment; default all of it
  --mobile <number>      the Khalti account that receives it, for payments made
                         through a bank
  --yes                  send without asking; needed where nobody can answer,
                         and with --json
  --env-file, -e <file>  where KHALTI_SECRET_KEY is, if not in the environment
  --allow-insecure-base-url
                         lets KHALTI_BASE_URL be http beyond this machine: a
                         simulator in a container, in the sandbox
  --json                 one line of JSON
  --help                 this text

Sent once, never repeated. Exit code 1 where it was refused, not answered, or
you said no. After "may have gone through", look before you send it
again.

Examples
  npx khalti-kit refund GFq9PFS7b2iYvL8Lir9oXe -e .env.local
  npx khalti-kit refund GFq9PFS7b2iYvL8Lir9oXe --amount 250
  npx khalti-kit refund GFq9PFS7b2iYvL8Lir9oXe --mobile 98XXXXXXXX --yes`

/** `khalti-kit refund`: money back, after a question. */
export const refundCommand: Command = { summary: 'give the money of a payment back; asks first', help, run }

async function run(args: string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positional: transactionId } = readArguments(args, {
    options: {
      amount: { type: 'string' },
      mobile: { type: 'string' },
      yes: { type: 'boolean' },
      ...gatewayOptions,
    },
    positional: 'transaction_id',
  })
  const request: RefundRequest = {
    amount: readAmount(values.amount),
    mobile: values.mobile,
  }
  requireId(transactionId, 'transaction_id', 'refund')
  const setup = readSetup(terminal, values)
  await using client = clientOf(setup, terminal)
  const settings = settingsOf(setup)
  const plan = describePlan({ transactionId, request, settings, colors: terminal.colors })
  if (values.yes !== true) await confirmPlan(plan, terminal)
  const sent = await abortedWhenInterrupted((signal) => client.refund(transactionId, request, { signal })).catch(
    (error: unknown) => explainFailure(error, transactionId),
  )
  const answer = redactData(sent, undefined) as RefundResponse
  const next = 'Khalti confirms neither amount nor id: khalti-kit lookup <pidx> shows the new state.'
  terminal.show({
    text: `${values.yes ? `${plan}\n\n` : ''}Khalti says: ${visible(answer.detail ?? JSON.stringify(answer))}\n${next}`,
    data: { ...settings, transaction_id: transactionId, amount: request.amount ?? null, refund: answer },
  })
  return 0
}

/** Paisa; all of the payment where it is left out. */
function readAmount(text: string | undefined): number | undefined {
  const amount = text === undefined ? undefined : rupees(text)
  if (amount !== 0) return amount
  throw new UsageError('--amount is 0. Leave it out to refund all of the payment.')
}

interface Plan {
  transactionId: string
  request: RefundRequest
  settings: Settings
  colors: boolean
}

function describePlan({ transactionId, request, settings, colors }: Plan): string {
  const paint = painter(colors)
  const { amount, mobile } = request
  const real = settings.environment === 'production' ? paint('red', 'real money') : 'no real money'
  const place = settings.origin === baseUrls[settings.environment] ? '' : ", not one of Khalti's own"
  return `${paint('bold', 'Refund')}

${rows([
  ['transaction', transactionId],
  ['amount', amount === undefined ? 'all of it' : formatRupees(amount)],
  ['to', mobile === undefined ? 'whoever paid' : `the Khalti account ${maskMobile(mobile)}`],
  ['at', `${describeSettings(settings)}${place} (${real})`],
])}

${paint('yellow', saferWay)}`
}

const saferWay = `A shop that runs a checkout refunds on its admin page
(<your site>/api/khalti/admin) or with checkout.refund(pidx): that is kept with
the order and never sent twice. This command knows no order.`

/** A mobile number as Khalti masks it; anything else but for its last three characters. */
function maskMobile(mobile: string): string {
  const masked = maskMobiles(mobile)
  return masked === mobile ? mobile.replace(/.(?=.{3})/g, 'X') : masked
}

function confirmPlan(plan: string, terminal: Terminal): Promise<void> {
  const otherwise = 'Say --yes to refund without a question.'
  return confirm({ plan, question: 'Send it?', undone: 'Nothing was sent', otherwise }, terminal)
}

/** Rethrows with what to do next. */
function explainFailure(error: unknown, transactionId: string): never {
  if (!isKhaltiError(error)) throw error
  if (error.mayHaveBeenProcessed) {
    throw new CommandFailure(
      `${visible(error.message)}\n\nThe money may have gone back all the same. Look first, with khalti-kit lookup <pidx> or in Khalti's dashboard, and send it again only where the payment is still Completed: nothing keeps Khalti from refunding twice.`,
      errorFacts(error),
    )
  }
  if (error.code === 'api' && error.kind === 'not-found') {
    // The error itself says that a refund takes the transaction_id.
    throw new CommandFailure(
      `${visible(error.message)} It is the lookup's, not the pidx: is ${transactionId} one?`,
      errorFacts(error),
    )
  }
  throw error
}
