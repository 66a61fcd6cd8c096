import { createWriteStream } from 'node:fs'
import { realpath, rename, rm, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import { isLoopback } from '../core/hosts.ts'
import { type Command, CommandFailure, type ExitCode, UsageError } from './command.ts'
import { abortedWhenInterrupted } from './interrupted.ts'
import { readArguments } from './read-arguments.ts'
import { isSendable, unsendable } from './secrets.ts'
import { readSetup, type Setup } from './setup.ts'
import type { Terminal } from './terminal.ts'

const help = `khalti-kit orders: the shop's orders and payments, as CSV

  --attention            only those that want a person
  --out <file>           where to write it; default, and -: standard output
  --site <url>           where the shop is; default the variable SITE_URL
  --base-path <path>     where the checkout is mounted; default /api/khalti
  --env-file, -e <file>  where KHALTI_ADMIN_TOKEN and SITE_URL are, if not in
                         the environment
  --json                 one line of JSON: { url, csv }; { url, out } with --out
  --help                 this text

It asks the admin pages of your checkout, with Authorization: Bearer and the
token in KHALTI_ADMIN_TOKEN, which your authorize has to know. Amounts are in
rupees, times in Nepal's. Exit code 1 where the shop says no.

Examples
  npx khalti-kit orders --site https://shop.example --out orders.csv
  npx khalti-kit orders -e .env --attention`

/** `khalti-kit orders`: the CSV of the admin pages, in the terminal. */
export const ordersCommand: Command = { summary: "the shop's orders as CSV, from its admin pages", help, run }

async function run(args: string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = readArguments(args, {
    options: {
      attention: { type: 'boolean' },
      out: { type: 'string' },
      site: { type: 'string' },
      'base-path': { type: 'string' },
      'env-file': { type: 'string', short: 'e' },
    },
  })
  const setup = readSetup(terminal, values)
  const url = addressOf(values.site ?? setup.read('SITE_URL'), values['base-path'])
  if (values.attention) url.searchParams.set('attention', '1')
  const csv = await ask(url, tokenOf(setup), terminal.fetch ?? fetch)
  const { out = '-' } = values
  if (out === '-') await show(csv, url, terminal)
  // What stands behind the CSV in a pipe would be a part of it.
  else if ((await save(csv, resolve(terminal.cwd, out))) || terminal.json)
    terminal.show({ text: `Wrote ${out}.`, data: { url: url.href, out } })
  return 0
}

/** @throws CommandFailure, which does not repeat it, where there is none or it cannot be sent. */
function tokenOf({ read, sourceOf }: Setup): string {
  const name = 'KHALTI_ADMIN_TOKEN'
  const token = read(name)
  if (token === undefined) {
    throw new CommandFailure(`There is no token. Set ${name}, or name a file that has it: -e .env.local`, {
      code: 'config',
    })
  }
  if (isSendable(token)) return token
  throw new CommandFailure(`${name} of ${sourceOf(name)} ${unsendable}: no header carries it. Nothing was sent.`, {
    code: 'config',
  })
}

function addressOf(site: string | undefined, basePath = '/api/khalti'): URL {
  if (site === undefined) throw new UsageError('Say where the shop is: --site https://shop.example, or SITE_URL.')
  const url = URL.canParse(site) ? new URL(site) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
    throw new UsageError('The address of the shop is one such as https://shop.example, without query or password.')
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new UsageError(`${url.origin} is not https: everybody on the way could read the token. Use https.`)
  }
  const path = [url.pathname, basePath, 'admin/orders.csv'].map((part) => part.replace(/^\/+|\/+$/g, ''))
  url.pathname = `/${path.filter(Boolean).join('/')}`
  return url
}

async function ask(url: URL, token: string, send: typeof fetch): Promise<ReadableStream<Uint8Array>> {
  const headers = { authorization: `Bearer ${token}`, accept: 'text/csv' }
  let response: Response
  try {
    // A redirect would carry the token to another place.
    response = await send(url.href, { headers, redirect: 'manual' })
  } catch (error) {
    const { message, cause } = error as Error
    const why = cause instanceof Error ? cause.message : message
    throw new CommandFailure(`${url.origin} cannot be reached (${why}). Does the shop run, and is this its address?`)
  }
  const isCsv = response.headers.get('content-type')?.startsWith('text/csv')
  if (response.status === 200 && isCsv && response.body) return response.body
  await response.body?.cancel()
  throw new CommandFailure(`${url.href} ${explain(response)}`, { status: response.status })
}

function explain({ status, headers }: Response): string {
  if (status === 401 || status === 403) {
    return `answers ${status}. Does the shop's authorize know this KHALTI_ADMIN_TOKEN, as Authorization: Bearer?`
  }
  if (status === 404) {
    return 'answers 404. Is adminPages given to createCheckout as admin, and is the address right (--base-path)?'
  }
  if (status >= 300 && status < 400) {
    const location = headers.get('location') ?? 'another place'
    return `leads to ${location.slice(0, 200)}. Is that its login? authorize has to know Authorization: Bearer and KHALTI_ADMIN_TOKEN, too.`
  }
  return status >= 500
    ? `answers ${status}. The shop's log says why.`
    : `answers ${status}, and no CSV. Is it the checkout that answers?`
}

async function show(csv: ReadableStream<Uint8Array>, url: URL, terminal: Terminal): Promise<void> {
  // The mark at its beginning stays: spreadsheets need it.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let whole = ''
  await untilItsEnd(async () => {
    for await (const chunk of csv) {
      const text = decoder.decode(chunk, { stream: true })
      if (terminal.json) whole += text
      else terminal.write(text)
      if (terminal.isUnread?.()) break
    }
  })
  if (terminal.json) terminal.show({ text: '', data: { url: url.href, csv: whole } })
}

/** A file that broke off is none: it gets its name when it is whole. Gives back whether that is a file. */
async function save(csv: ReadableStream<Uint8Array>, path: string): Promise<boolean> {
  const there = await stat(path).catch(() => undefined)
  const write = (to: string) =>
    abortedWhenInterrupted((signal) => pipeline(Readable.fromWeb(csv as NodeStream), createWriteStream(to), { signal }))
  if (there && !there.isFile() && !there.isDirectory()) {
    // A pipe or a device, such as /dev/stdout: to rename a file to it would put the file in its place.
    await untilItsEnd(() => write(path))
    return false
  }
  // Likewise for a link: it stays, and the file that it leads to is written.
  const whole = there ? await realpath(path) : path
  const unfinished = `${whole}.part`
  try {
    await untilItsEnd(() => write(unfinished).then(() => rename(unfinished, whole)))
    return true
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

async function untilItsEnd(run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException
    if (path !== undefined) throw new CommandFailure(`${path.replace(/\.part$/, '')} cannot be written (${code}).`)
    throw new CommandFailure('The list broke off before its end. Please ask again.')
  }
}
