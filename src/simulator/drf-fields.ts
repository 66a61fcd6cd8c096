import { asciiDigits, strip } from './python-text.ts'

/** What checking a value gave: the value as the server keeps it, or messages in Django REST Framework's form. */
export type Checked<T> = { ok: true; value: T } | { ok: false; errors: unknown }

/** Checks one value, as a serializer field of Django REST Framework does; `undefined` is a field that was not sent. */
export type Field<T> = (value: unknown) => Checked<T>

type Fields = Record<string, Field<unknown>>
type ValueOf<F> = F extends Field<infer T> ? T : never

/** The value is good. */
export const accept = <T>(value: T): Checked<T> => ({ ok: true, value })
/** The value is not, for these reasons. */
export const refuse = (errors: unknown): Checked<never> => ({ ok: false, errors })

/** A field that has to be sent. */
export function required<T>(field: Field<T>): Field<T> {
  return (value) => (value === undefined ? refuse(['This field is required.']) : present(field, value))
}

/** A field that may be left out, but not be null. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return (value) => (value === undefined ? accept(undefined) : present(field, value))
}

function present<T>(field: Field<T>, value: unknown): Checked<T> {
  return value === null ? refuse(['This field may not be null.']) : field(value)
}

/** `CharField`: text, or a number, which becomes text; space around it is dropped. */
export const char: Field<string> = (value) => {
  if (typeof value !== 'string' && typeof value !== 'number') return refuse(['Not a valid string.'])
  const text = strip(String(value))
  if (text === '') return refuse(['This field may not be blank.'])
  const problem = textProblem(text)
  return problem === undefined ? accept(text) : refuse([problem])
}

/** `ProhibitNullCharactersValidator` and `ProhibitSurrogateCharactersValidator`. */
function textProblem(text: string): string | undefined {
  if (text.includes('\0')) return 'Null characters are not allowed.'
  const half = /\p{Surrogate}/u.exec(text)?.[0]
  if (half === undefined) return undefined
  return `Surrogate characters are not allowed: U+${half.charCodeAt(0).toString(16).toUpperCase()}.`
}

/** Longer texts are not even tried as a number. */
const longestNumber = 1000

/**
 * `IntegerField`: a whole number, also as text, in the digits of any script, or with zeros behind the point. Python counts
 * beyond 2^53; JSON numbers from JavaScript do not, so those are refused.
 */
export const integer: Field<number> = (value) => {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : ''
  if (text.length > longestNumber) return refuse(['String value too large.'])
  const digits = asciiDigits(strip(text.replace(/\.0*\s*$/, '')))
  const whole = /^[+-]?\d+(_\d+)*$/.test(digits) ? Number(digits.replaceAll('_', '')) : Number.NaN
  return Number.isSafeInteger(whole) ? accept(whole) : refuse(['A valid integer is required.'])
}

/** `FloatField`: any finite number, also as text. Python would take `true` for 1; a shop that sends it has a mistake. */
export const number: Field<number> = (value) => {
  const text = typeof value === 'number' || typeof value === 'string' ? strip(asciiDigits(String(value))) : ''
  if (text.length > longestNumber) return refuse(['String value too large.'])
  const decimal = /^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?$/i.test(text)
  const float = decimal ? Number(text.replaceAll('_', '')) : Number.NaN
  return Number.isFinite(float) ? accept(float) : refuse(['A valid number is required.'])
}

/** `ListField`: a list of plain values; messages stand under the number of the item. */
export function list<T>(item: Field<T>): Field<T[]> {
  return (value) => {
    if (!Array.isArray(value)) return refuse([notAList(value)])
    const checked = value.map((one) => required(item)(one))
    const errors = checked.flatMap((one, index) => (one.ok ? [] : [[index, one.errors]]))
    return errors.length > 0 ? refuse(Object.fromEntries(errors)) : accept(values(checked))
  }
}

/** A nested serializer with `many=True`: a list of objects; messages stand in a list of the same length. */
export function rows<T>(row: Field<T>): Field<T[]> {
  return (value) => {
    if (!Array.isArray(value)) return refuse({ non_field_errors: [notAList(value)] })
    const checked = value.map((one) => present(row, one))
    if (checked.every((one) => one.ok)) return accept(values(checked))
    return refuse(checked.map((one) => (one.ok ? {} : one.errors)))
  }
}

/** A serializer: an object with these fields; others are ignored. All messages come at once. */
export function shape<S extends Fields>(fields: S): Field<{ [Name in keyof S]: ValueOf<S[Name]> }> {
  return (value) => {
    if (value === null) return refuse({ non_field_errors: ['No data provided'] })
    if (!isDictionary(value)) return refuse({ non_field_errors: [notADictionary(value)] })
    const checked = Object.entries(fields).map(([name, field]) => ({ name, ...field(own(value, name)) }))
    const errors = checked.flatMap((one) => (one.ok ? [] : [[one.name, one.errors]]))
    if (errors.length > 0) return refuse(Object.fromEntries(errors))
    const accepted = Object.fromEntries(checked.flatMap((one) => (one.ok ? [[one.name, one.value]] : [])))
    return accept(accepted as { [Name in keyof S]: ValueOf<S[Name]> })
  }
}

/** Whether a JSON value is an object. */
export function isDictionary(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const own = (value: Record<string, unknown>, name: string) => (Object.hasOwn(value, name) ? value[name] : undefined)
const values = <T>(checked: Checked<T>[]) => checked.flatMap((one) => (one.ok ? [one.value] : []))
const notAList = (value: unknown) => `Expected a list of items but got type "${pythonType(value)}".`
const notADictionary = (value: unknown) => `Invalid data. Expected a dictionary, but got ${pythonType(value)}.`

function pythonType(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  return { string: 'str', boolean: 'bool' }[typeof value as 'string' | 'boolean'] ?? 'dict'
}
