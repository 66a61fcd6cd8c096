/** One command of the terminal companion. */
export interface Command {
  /** What it does, in one line of the help. */
  summary: string
  /** Its whole help text. */
  help: string
  /** Runs it with the arguments behind its name. @returns the exit code. */
  run(args: string[]): Promise<number>
}

/** The command was called wrongly: its message and a pointer to the help are shown, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
