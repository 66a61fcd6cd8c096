import { createInterface } from 'node:readline'
import { visible, visibleCsv, visibleLines } from './visible.ts'
import { wrap } from './wrap.ts'

/** What a command shows: to people, or as one line of JSON where `--json` was given. */
export interface Shown {
  text: string
  data: unknown
}

/** Where a command reads and writes. */
export interface Terminal {
  /** The environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder it was called in. */
  readonly cwd: string
  /** Whether `--json` was given: standard output is then one line of JSON, whatever happens. */
  readonly json: boolean
  /** Whether standard output may be coloured. */
  readonly colors: boolean
  /** How many letters fit in a line. Absent where nobody says: the output is a file or another program. */
  readonly columns?: number | undefined
  /** Carries requests, in tests. Default: each command's own. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Asks on standard error, and gives the answer. Absent where nobody is there to answer. */
  readonly ask?: ((question: string) => Promise<string>) | undefined
  /** Whether nobody reads standard output any more, as after `| head -1`. What is written then goes nowhere. */
  readonly isUnread?: (() => boolean) | undefined
  /** From now on this key is not shown, whatever it is part of. */
  hide(text: string | undefined): void
  /** Writes to standard output: the text, or the data where `--json` was given. */
  show(shown: Shown): void
  /** Writes to standard output as it is: a part of something longer. */
  write(text: string): void
  /** Writes to standard error. Lines that are too long there are broken between words. */
  complain(text: string): void
}

/** A secret shorter than this is a placeholder, such as `anything` for the simulator; to hide it would garble the texts. */
const shortestSecret = 12

/** Where a terminal's text goes, and what is known of the place. */
export interface TerminalParts
  extends Pick<Terminal, 'env' | 'cwd' | 'json' | 'colors' | 'columns' | 'fetch' | 'ask' | 'isUnread'> {
  /** How many letters fit in a line of standard error. Absent where it is no terminal. */
  readonly errorColumns?: number | undefined
  out(text: string): void
  err(text: string): void
}

/** Makes a terminal that hides secrets in all that it writes, and writes nothing that would drive it but its own colours. */
export function createTerminal({
  out,
  err,
  ask,
  errorColumns = Number.POSITIVE_INFINITY,
  ...parts
}: TerminalParts): Terminal {
  const secrets = new Set<string>()
  const withoutSecrets = (text: string) =>
    [...secrets].reduce((rest, secret) => rest.replace(wherever(secret), '[redacted]'), text)
  const lines = (text: string) => visibleLines(withoutSecrets(text), parts.colors)
  return {
    ...parts,
    ask: ask && ((question) => ask(lines(question))),
    hide(text = '') {
      // Also where it is pasted with the name of its header, or in quotes.
      const secret = text.trim().replace(/^key\s+|^["']|["']$/gi, '')
      if (secret.length < shortestSecret) return
      const inJson = JSON.stringify(secret).slice(1, -1)
      secrets.add(secret).add(inJson).add(visible(secret))
    },
    show: ({ text, data }) => out(`${parts.json ? visible(withoutSecrets(JSON.stringify(data))) : lines(text)}\n`),
    write: (text) => out(visibleCsv(withoutSecrets(text))),
    // A terminal that has room for nothing breaks the lines itself.
    complain: (text) => err(`${wrap(lines(text), Math.max(errorColumns, 20)).join('\n')}\n`),
  }
}

/** Finds a secret also where lines were broken between its words. */
function wherever(secret: string): RegExp {
  const words = secret.split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(words.join('\\s+'), 'g')
}

/** The terminal this process runs in. */
export function processTerminal(json: boolean): Terminal {
  const { env, stdin, stdout, stderr } = process
  const isUnread = whenReaderGoes(stdout)
  whenReaderGoes(stderr)
  return createTerminal({
    isUnread,
    env,
    cwd: process.cwd(),
    json,
    colors: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
    columns: stdout.isTTY ? stdout.columns : undefined,
    errorColumns: stderr.isTTY ? stderr.columns : undefined,
    ask: stdin.isTTY && stderr.isTTY && !json ? askHere : undefined,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
  })
}

/**
 * Lets the process live on where the reader of its words goes away, and says whether that has happened. Words that are lost
 * otherwise, as on a full disk, end it.
 */
function whenReaderGoes(stream: NodeJS.WriteStream): () => boolean {
  let isGone = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    isGone = true
    if (error.code === 'EPIPE') return
    if (stream !== process.stderr) process.stderr.write(`khalti-kit could not write: ${error.message}\n`)
    process.exit(1)
  })
  return () => isGone
}

/** Asks on standard error, so that standard output can be piped. Ctrl+C and Ctrl+D are an empty answer. */
function askHere(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise((resolve) => {
    lines.once('close', () => resolve(''))
    lines.once('SIGINT', () => lines.close())
    lines.question(question, (answer) => {
      resolve(answer)
      lines.close()
    })
  })
}
