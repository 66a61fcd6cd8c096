import { accept, char, type Field, refuse } from './drf-fields.ts'

// Django's URLValidator: a host needs a dot, unless it is localhost or an address.
const letter = '[a-z\\u00a1-\\uffff0-9]'
const label = `${letter}(?:[a-z\\u00a1-\\uffff0-9-]{0,61}${letter})?`
const topLevel = '(?!-)(?:[a-z\\u00a1-\\uffff-]{2,63}|xn--[a-z0-9]{1,59})(?<!-)\\.?'
const byte = '(?:0|25[0-5]|2[0-4]\\d|1\\d{0,2}|[1-9]\\d?)'
const host = `(?:${byte}(?:\\.${byte}){3}|\\[[0-9a-f:.]+\\]|(?:${label}\\.)+${topLevel}|localhost)`
const validUrl = new RegExp(`^https?://(?:[^\\s:@/]+(?::[^\\s:@/]*)?@)?(${host})(?::\\d{1,5})?(?:[/?#]\\S*)?$`, 'i')

/** `URLField`, for http and https. Whatever is no text is no URL either, and NUL is refused by its own name. */
export const url: Field<string> = (value) => {
  if (typeof value !== 'string') return refuse(['Enter a valid URL.'])
  const text = char(value)
  if (!text.ok) return text
  return isUrl(text.value) ? accept(text.value) : refuse(['Enter a valid URL.'])
}

function isUrl(text: string): boolean {
  if (text.length > 2048) return false
  const hostname = validUrl.exec(text)?.[1]
  if (hostname === undefined || hostname.length > 253) return false
  return !hostname.startsWith('[') || URL.canParse(`http://${hostname}`)
}

/** What a page can show or allow of an address: Django takes some that no browser can parse, such as port 99999. */
export function parsedUrl(address: string): URL | undefined {
  return URL.canParse(address) ? new URL(address) : undefined
}
