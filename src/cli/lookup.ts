import { judge, type Verdict } from '../core/judge.ts'
import { formatRupees, rupees } from '../core/money.ts'
import { redactData } from '../core/redact.ts'
import type { PaymentLookupResponse } from '../wire/lookup.ts'
import type { Command, ExitCode } from './command.ts'
import { type Paint, painter } from './paint.ts'
import { readArguments } from './read-arguments.ts'
import { rows } from './rows.ts'
import { clientOf, describeSettings, gatewayOptions, readSetup, settingsOf } from './setup.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './visible.ts'

const help = `khalti-kit lookup <pidx>: what Khalti says about a payment

  --amount <rupees>      what the order costs: judges the answer, as a shop does
  --env-file, -e <file>  where KHALTI_SECRET_KEY is, if not in the environment
  --allow-insecure-base-url
                         lets KHALTI_BASE_URL be http beyond this machine: a
                         simulator in a container, in the sandbox
  --json                 one line of JSON: environment, origin, lookup, verdict
  --help                 this text

Exit code 0 where Khalti answered, whatever the answer says; 1 where it did not.

Examples
  npx khalti-kit lookup HT6o6PEZRWFJ5ygavzHWd5 -e .env.local
  npx khalti-kit lookup HT6o6PEZRWFJ5ygavzHWd5 --amount 1,250.50
  npx khalti-kit lookup HT6o6PEZRWFJ5ygavzHWd5 -e .env.production --json`

/** `khalti-kit lookup`: a payment as Khalti sees it, and as a shop should. */
export const lookupCommand: Command = { summary: 'ask Khalti about a payment, and judge the answer', help, run }

async function run(args: string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positional: pidx } = readArguments(args, {
    options: { amount: { type: 'string' }, ...gatewayOptions },
    positional: 'pidx',
  })
  const amount = values.amount === undefined ? undefined : rupees(values.amount)
  const setup = readSetup(terminal, values)
  await using client = clientOf(setup, terminal)
  const settings = settingsOf(setup)
  const answer = await client.lookup(pidx)
  const verdict = amount === undefined ? undefined : judge(answer, { pidx, amount })
  // Fields that Khalti adds may hold the customer's number.
  const lookup = redactData(answer, undefined) as PaymentLookupResponse
  const paint = painter(terminal.colors)
  const shown = [`${paint('bold', `Payment ${pidx}`)}  (${describeSettings(settings)})`, '', tableOf(lookup)]
  if (verdict) {
    const { outcome } = verdict
    shown.push('', rows([['verdict', `${paint(paintOf[outcome], outcome)}: ${explain(verdict, amount ?? 0)}`]]))
  }
  terminal.show({
    text: shown.join('\n'),
    data: { ...settings, lookup, verdict: verdict && { ...verdict, lookup: undefined } },
  })
  return 0
}

/** Khalti's own names; fields that nobody knows are shown as they came. */
function tableOf({
  pidx: _,
  status,
  total_amount,
  transaction_id,
  fee,
  refunded,
  ...rest
}: PaymentLookupResponse): string {
  const more = Object.entries(rest).filter(([name, value]) => name !== 'error_key' && value !== undefined)
  return rows([
    ['status', visible(status)],
    ['total_amount', total_amount === undefined ? '(missing)' : money(total_amount)],
    ['transaction_id', visible(transaction_id?.trim() || '(none)')],
    ['fee', fee === undefined ? undefined : money(fee)],
    ['refunded', refunded === undefined ? undefined : String(refunded)],
    ...more.map(([name, value]): [string, string] => [visible(name), visible(JSON.stringify(value))]),
  ])
}

const paintOf: Record<Verdict['outcome'], Paint> = {
  paid: 'green',
  pending: 'yellow',
  unpaid: 'yellow',
  refunded: 'yellow',
  hold: 'red',
}

function explain(verdict: Verdict, expected: number): string {
  const { outcome, lookup } = verdict
  if (outcome === 'paid') return `Khalti has the ${money(expected)}.`
  if (outcome === 'pending') return 'not finished yet. Ask again later.'
  if (outcome === 'unpaid') return `${verdict.reason}. Nothing was paid.`
  if (outcome === 'refunded') return verdict.extent === 'full' ? 'all of it went back.' : 'a part of it went back.'
  const reasons: Record<typeof verdict.reason, string> = {
    'unknown-status': `"${visible(lookup.status)}" is a status nobody has seen. Ask Khalti.`,
    'wrong-amount': `the order costs ${money(expected)}. Hand out nothing for it.`,
    'wrong-payment': `the answer is about another payment, ${visible(lookup.pidx)}.`,
    'wrong-order': 'the answer names another order.',
    'no-transaction': 'it has no transaction id. Ask Khalti.',
  }
  return `(${verdict.reason}) ${reasons[verdict.reason]}`
}

/** An amount of paisa, also one that is no whole number. */
function money(amount: number): string {
  return Number.isSafeInteger(amount) ? formatRupees(amount) : `${amount} paisa`
}
