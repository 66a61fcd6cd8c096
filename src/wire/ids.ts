/**
 * What an id of Khalti's may look like. Every recorded pidx, transaction_id and tidx is a 22-character shortuuid, but
 * they are opaque: this only keeps out what could not be an id (spaces, slashes, markup).
 */
export const plausibleId = /^[\w-]{1,64}$/

/** The letters Khalti mints ids from: shortuuid's alphabet, without 0, 1, I, O and l (verified over 54 recorded ids). */
export const idAlphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** The length of a minted id. */
export const idLength = 22
