/** What checking a value gave: the value as the server keeps it, or messages in Django REST Framework's form. */
export type Checked<T> = { ok: true; value: T } | { ok: false; errors: unknown }

/** Checks one value, as a serializer field of Django REST Framework does; `undefined` is a field that was not sent. */
export type Field<T> = (value: unknown) => Checked<T>

type Fields = Record<string, Field<unknown>>
type ValueOf<F> = F extends Field<infer T> ? T : never

const accept = <T>(value: T): Checked<T> => ({ ok: true, value })
const refuse = (errors: unknown): Checked<never> => ({ ok: false, errors })

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
  const text = String(value).trim()
  return text === '' ? refuse(['This field may not be blank.']) : accept(text)
}

/** `IntegerField`: a whole number, also as text or with zeros behind the point. */
export const integer: Field<number> = (value) => {
  const whole = isNumeric(value) && /^\s*[+-]?\d+(_\d+)*\s*$/.test(String(value).replace(/\.0*\s*$/, ''))
  const number = whole ? Number(String(value).replaceAll('_', '')) : Number.NaN
  return Number.isSafeInteger(number) ? accept(number) : refuse(['A valid integer is required.'])
}

const isNumeric = (value: unknown) => typeof value === 'number' || typeof value === 'string'

// Django's URLValidator: a host needs a dot, unless it is localhost or an address.
const letter = '[a-z\\u00a1-\\uffff0-9]'
const label = `${letter}(?:[a-z\\u00a1-\\uffff0-9-]{0,61}${letter})?`
const topLevel = '(?!-)(?:[a-z\\u00a1-\\uffff-]{2,63}|xn--[a-z0-9]{1,59})(?<!-)\\.?'
const host = `(?:\\d{1,3}(?:\\.\\d{1,3}){3}|\\[[0-9a-f:.]+\\]|(?:${label}\\.)+${topLevel}|localhost)`
const validUrl = new RegExp(`^https?://(?:[^\\s:@/]+(?::[^\\s:@/]*)?@)?${host}(?::\\d{1,5})?(?:[/?#]\\S*)?$`, 'i')

/** `URLField`, for http and https. */
export const url: Field<string> = (value) => {
  const text = char(value)
  if (!text.ok) return text
  const valid = text.value.length <= 2048 && validUrl.test(text.value) && URL.canParse(text.value)
  return valid ? text : refuse(['Enter a valid URL.'])
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
    const checked = value.map(row)
    if (checked.every((one) => one.ok)) return accept(values(checked))
    return refuse(checked.map((one) => (one.ok ? {} : one.errors)))
  }
}

/** A serializer: an object with these fields; others are ignored. All messages come at once. */
export function shape<S extends Fields>(fields: S): Field<{ [Name in keyof S]: ValueOf<S[Name]> }> {
  return (value) => {
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
  if (value === null || value === undefined) return 'NoneType'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  return { string: 'str', boolean: 'bool' }[typeof value as 'string' | 'boolean'] ?? 'dict'
}
