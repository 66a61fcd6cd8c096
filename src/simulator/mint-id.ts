import { idAlphabet, idLength } from '../wire/ids.ts'

// Bytes from here up would make the first letters of the alphabet likelier than the rest.
const fairBytes = 256 - (256 % idAlphabet.length)

/** Mints an id as Khalti does: 22 letters of shortuuid's alphabet, each equally likely. `random` makes it repeatable. */
export function mintId(random?: () => number): string {
  return random === undefined ? secureId() : seededId(random)
}

function seededId(random: () => number): string {
  return Array.from({ length: idLength }, () => idAlphabet.charAt(Math.floor(random() * idAlphabet.length))).join('')
}

function secureId(): string {
  let id = ''
  while (id.length < idLength) {
    const bytes = globalThis.crypto.getRandomValues(new Uint8Array(idLength))
    for (const byte of bytes) {
      if (byte < fairBytes && id.length < idLength) id += idAlphabet.charAt(byte % idAlphabet.length)
    }
  }
  return id
}
