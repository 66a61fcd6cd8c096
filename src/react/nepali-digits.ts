const zero = 0x966

/** ASCII digits as Devanagari ones: Chromium has no Nepali locale, and would write the others. */
export function toNepaliDigits(text: string): string {
  return text.replace(/\d/g, (digit) => String.fromCharCode(zero + Number(digit)))
}

/** Devanagari digits as ASCII ones. */
export function toAsciiDigits(text: string): string {
  return text.replace(/[०-९]/g, (digit) => String(digit.charCodeAt(0) - zero))
}
