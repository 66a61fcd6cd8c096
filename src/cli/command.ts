import type { Terminal } from './terminal.ts'

/** How a command ended: 0 it went well, 1 it failed, 2 it was called wrongly and did nothing. */
export type ExitCode = 0 | 1 | 2

/** One command of the terminal companion. */
export interface Command {
  /** What it does, in one line of the help. */
  summary: string
  /** Its whole help text. */
  help: string
  /** Runs it with the arguments behind its name. */
  run(args: string[], terminal: Terminal): Promise<ExitCode>
}

/** The command was called wrongly: its message and a pointer to the help are shown, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command cannot do what it was asked for: its message is shown, and the exit code is 1. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  /** What `--json` says beside the message. */
  readonly facts: Record<string, unknown>

  constructor(message: string, facts: Record<string, unknown> = {}) {
    super(message)
    this.facts = facts
  }
}
