import { CommandFailure, UsageError } from './command.ts'
import type { Terminal } from './terminal.ts'

/** What is about to be done, and how to speak of it. */
interface Intention {
  plan: string
  question: string
  /** Such as `Nothing was sent`. */
  undone: string
  /** What to say where nobody can be asked. */
  otherwise: string
}

/**
 * Goes on only where the answer is yes.
 *
 * @throws UsageError where nobody can answer, CommandFailure where the answer is no.
 */
export async function confirm({ plan, question, undone, otherwise }: Intention, terminal: Terminal): Promise<void> {
  const { ask, json } = terminal
  if (ask === undefined) {
    throw new UsageError(`${json ? '' : `${plan}\n\n`}${undone}: there is nobody to ask. ${otherwise}`)
  }
  const answer = await ask(`${plan}\n\n${question} [y/N] `)
  if (!/^\s*y(es)?\s*$/i.test(answer)) throw new CommandFailure(`${undone}.`, { code: 'declined' })
}
