/** Marks a store that forgets everything when the process ends, also for another copy of this package. */
export const inMemory = Symbol.for('khalti-kit.in-memory')

/** The warning about such a store. */
export const forgetfulIn = (place: string) =>
  `memoryPayments() forgets every payment when this process ends, and ${place}. Keep them in a database: khalti-kit/postgres, /mysql, /sqlite, /mongodb or /sql.`
