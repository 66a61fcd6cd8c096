import type { KhaltiPaymentError } from '../browser/khalti-payment-error.ts'
import type { KhaltiFormTexts } from './form-texts.ts'
import { toAsciiDigits } from './nepali-digits.ts'

/** The customer's fields; what they are named in the input of `readOrder`. */
export type KhaltiCustomerField = 'name' | 'email' | 'phone'

/** Which customer fields there are. */
export type FieldUses = Partial<Record<KhaltiCustomerField, 'required' | 'optional' | 'none'>>

/** A sentence for each field that is wrong. */
export type FieldFaults = { [field: string]: string | undefined }

/** What a form says of its fields. */
export interface FieldWords {
  uses: FieldUses
  words: KhaltiFormTexts
}

// Khalti's server wants a dot behind the @, and like browsers no letters beyond ASCII before it.
const email = /^[!-?A-~]+@[^\s@]+\.[^\s@.]+$/
const mobile = /^9[678]\d{8}$/

/** A mobile number as Khalti takes it: ten ASCII digits, without the country's code, blanks and hyphens. */
export function plainMobile(typed: string): string {
  return toAsciiDigits(typed)
    .replace(/[\s().-]/g, '')
    .replace(/^(\+|00)?977(?=\d{10}$)/, '')
}

/** What is wrong with what a customer typed. */
export function faultsOf(values: { [name: string]: unknown }, { uses, words }: FieldWords): FieldFaults {
  const faults: FieldFaults = {}
  for (const name of ['name', 'email', 'phone'] as const) {
    if (uses[name] === 'required' && !values[name]) faults[name] = words.missing.replace(':field', words[name])
  }
  if (values.email && !email.test(`${values.email}`)) faults.email = words.emailInvalid
  if (values.phone && !mobile.test(`${values.phone}`)) faults.phone = words.phoneInvalid
  return faults
}

/** What the shop refused; it names the customer's fields `customer.phone` and so on. Its sentences are English. */
export function refusedFields({ fields = {} }: KhaltiPaymentError, { words }: FieldWords, isEnglish: boolean) {
  const ours: FieldFaults = { email: words.emailInvalid, phone: words.phoneInvalid, name: words['error-input'] }
  const faults: FieldFaults = {}
  for (const [path, sentences] of Object.entries(fields)) {
    const name = path.replace('customer.', '')
    faults[name] = (!isEnglish && ours[name]) || sentences[0]
  }
  return faults
}
