import { KhaltiApiError, type KhaltiApiErrorKind, KhaltiInputError } from 'khalti-kit'
import { CheckoutRefusal, type RouteErrorCode } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { english } from '../../../src/admin/english.ts'
import { languages } from '../../../src/admin/language.ts'
import { problemOf } from '../../../src/admin/problem.ts'
import type { Visit } from '../../../src/admin/visit.ts'
import { routeErrorCodes } from '../../../src/checkout/answers.ts'

/** What no page tells: errors that are no refusals, and refusals by routes that have no page. */
const elsewhere: RouteErrorCode[] = [
  'input',
  'internal',
  'gateway',
  'timeout',
  'origin',
  'unauthorized',
  'method',
  'busy',
]
const codes = routeErrorCodes.filter((code) => code !== 'refused' && !elsewhere.includes(code))

const textOf = (lang: 'en' | 'ne', error: unknown) =>
  problemOf({ texts: languages[lang].texts, desk: { report: () => {} } } as unknown as Visit, error).text

describe('what went wrong, in words', () => {
  it.each(codes)('A refusal that is called %s has a sentence of its own in both languages', (code) => {
    const refusal = new CheckoutRefusal(409, 'Words for scripts.', code as never)
    expect(textOf('en', refusal)).toMatch(/^[A-Z].*\.$/)
    expect(textOf('en', refusal)).not.toContain('Words for scripts.')
    expect(textOf('ne', refusal)).toMatch(/^[^A-Za-z]+।$/)
  })

  it.each(['amount', 'id', 'after'])('What the checkout says to developers of %s is not said to people', (field) => {
    const error = new KhaltiInputError('refund was not sent', { [field]: ['Pass paisa.'] })
    expect(textOf('en', error)).not.toContain('Pass paisa.')
    expect(textOf('ne', error)).toMatch(/^[^A-Za-z]+।$/)
  })

  it.each<[kind: KhaltiApiErrorKind, status: number, sentence: string]>([
    ['not-found', 404, 'Khalti does not know this payment.'],
    ['authentication', 401, "Khalti did not accept the shop's key."],
    ['server', 502, 'Khalti could not be asked right now.'],
    ['rate-limit', 429, 'Khalti could not be asked right now.'],
    ['validation', 400, 'Khalti could not be asked right now.'],
  ])("Khalti's answer of the kind %s, HTTP %i, is said to people as: %s", (kind, status, sentence) => {
    const facts = { kind, status, fields: {}, errorKey: undefined, body: undefined }
    const error = new KhaltiApiError(`Khalti refused lookup (HTTP ${status}, ${kind}).`, facts)
    expect(textOf('en', error)).toContain(`${sentence} Nothing has changed. `)
    expect(textOf('ne', error)).toMatch(/^खल्ती[^A-Za-z]+। केही बदलिएको छैन। [^A-Za-z]+।$|^अहिले खल्ती[^A-Za-z]+।$/)
    const isTheirs = kind === 'not-found' || kind === 'authentication'
    expect(textOf('ne', error).startsWith('अहिले')).toBe(!isTheirs)
  })

  it.each<[name: string, given: object, status: number, sentence: string, isReported: boolean]>([
    ['CheckoutRefusal', { status: 409, code: 'refunded' }, 409, 'Money of this payment went back already.', false],
    ['CheckoutRefusal', { code: 'of the shop' }, 400, 'hunter2', false],
    ['KhaltiInputError', { fields: { amount: [] } }, 400, english.tooMuch, false],
    ['KhaltiInputError', { fields: { '': [] } }, 400, english.unreadable, false],
    ['KhaltiInputError', {}, 400, english.unreadable, false],
    ['KhaltiApiError', { status: 404, kind: 'not-found' }, 502, english.khaltiDoesNotKnow, true],
    ['KhaltiConnectionError', {}, 502, english.khaltiAway, true],
    ['KhaltiResponseError', {}, 502, english.khaltiAway, true],
    ['TypeError', { status: 404, kind: 'not-found' }, 500, english.broken, true],
    ['', {}, 500, english.broken, true],
  ])('Of an error that is called %j with %j a page says HTTP %i and: %s', (name, given, status, text, isReported) => {
    const reports: unknown[][] = []
    const desk = { report: (...report: unknown[]) => reports.push(report) }
    const error = Object.assign(new Error('hunter2'), { name, ...given })
    const about = { orderId: 'topi' }
    expect(problemOf({ texts: english, desk } as unknown as Visit, error, about)).toEqual({ status, text })
    expect(reports).toEqual(isReported ? [[error, about]] : [])
  })

  it("An error of the shop's own is said to be in its log", () => {
    const error = new Error('hunter2')
    expect(textOf('en', error)).toBe("Something went wrong in the shop's system. The error is in its log.")
    expect(textOf('ne', error)).toBe('पसलको प्रणालीमा गडबडी भयो। त्रुटि यसको लगमा लेखिएको छ।')
  })

  it('A refusal of the shop stands in its own words', () => {
    expect(textOf('ne', new CheckoutRefusal(403, 'आज होइन।'))).toBe('आज होइन।')
  })
})
