import * as z from 'zod/mini'

/** Text that the shop sends. zod/mini says "Invalid input" of everything; this says what it wants. */
export const statedText = z.string('Pass text.')
