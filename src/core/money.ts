import { inLakhs, inRupees, toDevanagari } from '../nepal/writing.ts'
import { KhaltiInputError } from './errors.ts'
import { show } from './show.ts'

/**
 * An amount of money in whole paisa, made by {@link rupees} or {@link paisa}. A bare number does not compile where one is
 * wanted, and the compiler's message says how to make one.
 */
export type Paisa = number & { readonly 'make it with rupees() or paisa()': true }

const possible = '0 rupees or more, and at most 90,071,992,547,409.91.'
const plainDigits = /^\d+$/
const groupedByThousand = /^\d{1,3}(,\d{3})+$/
const groupedByLakh = /^\d{1,2}(,\d{2})*,\d{3}$/

/**
 * An amount that is in paisa already, such as one from your database.
 *
 * @param amount - Whole paisa, 0 or more.
 * @throws KhaltiInputError for anything else.
 */
export function paisa(amount: number): Paisa {
  if (typeof amount !== 'number') {
    throw invalidAmount(`${show(amount)}, not a number. Where it is in paisa, pass Number(amount).`)
  }
  if (!Number.isSafeInteger(amount) || amount < 0) {
    throw invalidAmount(
      `${show(amount)}. It is in whole paisa, from 0 to ${Number.MAX_SAFE_INTEGER}; rupees(19.99) gives 1999.`,
    )
  }
  return (amount === 0 ? 0 : amount) as Paisa
}

/**
 * An amount in rupees, as whole paisa, without the rounding trouble of `19.99 * 100`.
 *
 * @param amount - A number, or text in ASCII digits, plain or grouped as `1,250.50` or `1,00,000`. At most two decimals.
 * @throws KhaltiInputError for anything else; a fraction of a paisa is refused and never rounded away.
 *
 * @example
 * ```ts
 * import { rupees } from 'khalti-kit'
 *
 * rupees(13) // 1300
 * rupees('1,250.50') // 125050
 * ```
 */
export function rupees(amount: number | string): Paisa {
  if (typeof amount === 'string') return fromText(amount)
  if (typeof amount !== 'number')
    throw invalidAmount(`${show(amount)}. It is a number of rupees, or text such as '1,250.50'.`)
  const whole = Number(amount.toFixed(2).replace('.', ''))
  if (amount < 0 || !Number.isSafeInteger(whole)) {
    throw invalidAmount(`${show(amount)}. It is ${possible}`)
  }
  // In the billions a double is coarser than a millionth of a paisa: there, what two decimals give is taken as meant.
  if (Math.abs(amount * 100 - whole) > 1e-6 && whole / 100 !== amount) {
    throw invalidAmount(`${show(amount)} rupees, which is no whole number of paisa. Round it to two decimals first.`)
  }
  return paisa(whole)
}

/**
 * An amount as a customer reads it, grouped in lakhs: `Rs 1,00,000.00`.
 *
 * @param amount - Paisa.
 * @param locale - Another way to write it. Nepali (`ne`, `ne-NP`) gives `रु १,००,०००.००`, the same in every runtime: Chromium
 * knows no Nepali. Any other is written by `Intl.NumberFormat`. Default: `Rs` and ASCII digits.
 * @throws KhaltiInputError where `amount` is not a whole number; RangeError for a locale that is none.
 */
export function formatRupees(amount: number, locale?: string): string {
  if (!Number.isSafeInteger(amount)) throw invalidAmount(`${show(amount)}. It is a whole number of paisa.`)
  const sign = amount < 0 ? '-' : ''
  const language = locale === undefined ? undefined : new Intl.Locale(locale).language
  const size = Math.abs(amount)
  if (language !== undefined && language !== 'ne') return `${sign}Rs ${byIntl(inRupees(size), locale)}`
  const text = inLakhs(size)
  return language === 'ne' ? `${sign}रु ${toDevanagari(text)}` : `${sign}Rs ${text}`
}

function byIntl(decimal: string, locale: string | undefined): string {
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  // As text, since large amounts lose their last paisa as a number; TypeScript's library knows only numbers here.
  return format.format(decimal as unknown as number)
}

function fromText(text: string): Paisa {
  const [whole = '', decimals, ...rest] = text.trim().split('.')
  const grouped = plainDigits.test(whole) || groupedByThousand.test(whole) || groupedByLakh.test(whole)
  const fits = decimals === undefined || /^\d{1,2}$/.test(decimals)
  if (!grouped || !fits || rest.length > 0) {
    throw invalidAmount(`${show(text)}, which is not an amount of rupees. Write it as 1250.50, 1,250.50 or 1,00,000.`)
  }
  const amount = Number(whole.replaceAll(',', '') + (decimals ?? '').padEnd(2, '0'))
  if (!Number.isSafeInteger(amount)) throw invalidAmount(`${show(text)}. It is ${possible}`)
  return paisa(amount)
}

function invalidAmount(is: string): KhaltiInputError {
  return new KhaltiInputError('This amount cannot be used', { amount: [`amount is ${is}`] })
}
