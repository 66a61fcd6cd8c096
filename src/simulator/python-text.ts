// JavaScript's idea of space differs from Python's: U+001C to U+001F and U+0085 are space there, U+FEFF is none.
const space = '[^\\S\\ufeff]|[\\x1c-\\x1f\\x85]'
const around = new RegExp(`^(?:${space})+|(?:${space})+$`, 'g')

/** `str.strip()`: the text without the space around it. */
export function strip(text: string): string {
  return text.replace(around, '')
}

/** Digits of any script as ASCII digits, as `int()` and `float()` read them: "१३००" is 1300. */
export function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => String(digitValue(digit.codePointAt(0) ?? 0)))
}

/** Unicode has each script's ten digits in a row, and such rows only behind one another. */
function digitValue(codePoint: number): number {
  let first = codePoint
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1
  return (codePoint - first) % 10
}

/** What `UnicodeDecodeError` says of bytes that are no UTF-8; undefined where they are, or are cut off within a letter. */
export function utf8Problem(bytes: Uint8Array): string | undefined {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let pending = 0
  for (const [index, byte] of bytes.entries()) {
    try {
      pending = decoder.decode(bytes.subarray(index, index + 1), { stream: true }) === '' ? pending + 1 : 0
    } catch {
      if (pending === 0) return `'utf-8' codec can't decode ${hex(byte)} in position ${index}: invalid start byte`
      return `'utf-8' codec can't decode ${brokenLetter(bytes, index - pending, index)}: invalid continuation byte`
    }
  }
  return undefined
}

/** One byte of a letter by its value, several by where they are. */
function brokenLetter(bytes: Uint8Array, start: number, end: number): string {
  const [first = 0, ...more] = bytes.subarray(start, end)
  return more.length === 0 ? `${hex(first)} in position ${start}` : `bytes in position ${start}-${end - 1}`
}

const hex = (byte: number) => `byte 0x${byte.toString(16)}`
