import type { KhaltiPaymentError } from '../browser/khalti-payment-error.ts'
import type { KhaltiFormTexts } from './form-texts.ts'
import type { KhaltiLocale } from './khalti-locale.ts'

/** The customer's fields; what they are named in the input of `readOrder`. */
export type KhaltiCustomerField = 'name' | 'email' | 'phone'

/** Which customer fields there are. */
export type FieldUses = Partial<Record<KhaltiCustomerField, 'required' | 'optional' | 'none'>>

/** What is wrong with a field, and what the shop said of it. */
export interface FieldFault {
  code: 'missing' | 'invalid'
  said?: string | undefined
}

/** What is wrong with each field that is. */
export type FieldFaults = { [field: string]: FieldFault }

/** The words for faults. */
interface FaultWords {
  words: KhaltiFormTexts
  language: KhaltiLocale
}

const forms = {
  name: /./,
  // Khalti's server wants a dot behind the @, and like browsers no letters beyond ASCII before it.
  email: /^[!-?A-~]+@[^\s@]+\.[^\s@.]+$/,
  phone: /^9[678]\d{8}$/,
}

/** What is wrong with what a customer typed. */
export function faultsOf(values: { [name: string]: unknown }, uses: FieldUses): FieldFaults {
  const faults: FieldFaults = {}
  for (const name of ['name', 'email', 'phone'] as const) {
    const value = values[name]
    if (!value && uses[name] === 'required') faults[name] = { code: 'missing' }
    // Without such a field, a child of that name is the shop's own.
    if (value && uses[name] !== 'none' && !forms[name].test(`${value}`)) faults[name] = { code: 'invalid' }
  }
  return faults
}

/** What the shop refused of the customer: `customer.phone` and so on. The rest is of the order, such as its own `name`. */
export function refusedFields({ fields = {} }: KhaltiPaymentError): FieldFaults {
  const faults: FieldFaults = {}
  for (const [path, [said]] of Object.entries(fields)) {
    const name = path.replace('customer.', '')
    if (name !== path) faults[name] = { code: 'invalid', said }
  }
  return faults
}

/** What a customer reads at a field. The shop's own sentences are English. */
export function faultText(name: KhaltiCustomerField, fault: FieldFault, { words, language }: FaultWords) {
  if (fault.code === 'missing') return words.missing.replace(':field', words[name])
  const ours = name === 'name' ? words['error-input'] : words[`${name}Invalid`]
  return (language === 'en' && fault.said) || ours
}
