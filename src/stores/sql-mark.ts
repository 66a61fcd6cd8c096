import { isObject } from '../core/given.ts'
import type { Session } from './sql-driver.ts'
import { says } from './sql-failures.ts'

/** The statement that marks a transaction as the one that was begun. */
export const setMark = 'savepoint khalti_fulfil'

/**
 * A savepoint tells whether a transaction is still the one that was begun when `fulfil` has ended. MySQL takes all of it
 * back where one statement meets a deadlock, and commits it at a `create table`; a shop's own code may do either. What
 * comes after that is in no transaction, and so would be the word that the order is fulfilled.
 */
export class TransactionMarks {
  readonly #marked = new WeakSet<WeakKey>()
  #isPossible = true

  /** When a transaction has begun. `isSet`: it has begun with the mark. */
  async set({ ask }: Session, transaction: unknown, isSet = false): Promise<void> {
    if (!isObject(transaction) || !this.#isPossible) return
    try {
      if (!isSet) await ask(setMark)
      this.#marked.add(transaction)
    } catch (error) {
      // MySQL prepares no savepoints, and some libraries prepare everything.
      if (!says(error, 'unprepared')) throw error
      this.#isPossible = false
    }
  }

  /**
   * Before the store reads in it, which it does when `fulfil` has ended. `fulfil` may read there as well, so it is marked
   * again. It stays marked where it is over: whoever catches the error hears it again.
   *
   * @throws Error where the transaction is over.
   */
  async require({ ask }: Session, transaction: unknown): Promise<void> {
    // Of two that come at once, one asks.
    if (!this.#marked.delete(transaction as WeakKey)) return
    try {
      await ask('release savepoint khalti_fulfil')
      await ask(setMark)
    } catch (cause) {
      throw says(cause, 'ended') ? new Error(endedEarly, { cause }) : cause
    } finally {
      this.#marked.add(transaction as WeakKey)
    }
  }
}

const endedEarly =
  'The transaction of fulfil was over before fulfil was, so the order was not marked as fulfilled. Something in fulfil has committed it or taken it back: a commit or rollback of its own, on MySQL a deadlock or a create table. Keep these out of fulfil, and let errors of the database leave it. Where there is none, the transaction option of the store does not wait for what it runs.'
