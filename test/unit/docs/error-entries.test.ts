import { readFileSync } from 'node:fs'
import {
  KhaltiApiError,
  KhaltiConfigError,
  KhaltiConnectionError,
  type KhaltiErrorCode,
  KhaltiInputError,
  KhaltiResponseError,
} from 'khalti-kit'
import { CheckoutRefusal } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { KhaltiPaymentError, type KhaltiPaymentErrorCode } from '../../../src/browser/khalti-payment-error.ts'
import { routeErrorCodes } from '../../../src/checkout/answers.ts'
import type { RefusalCode } from '../../../src/checkout/checkout-refusal.ts'
import { apiErrorKinds, connectionErrorReasons } from '../../../src/core/errors.ts'
import { anchors } from '../../support/markdown.ts'

const path = 'docs/errors.md'
const entries = anchors({ path, text: readFileSync(path, 'utf8') })

const errors: Record<KhaltiErrorCode, { docs: string }[]> = {
  config: [new KhaltiConfigError('No key.')],
  input: [new KhaltiInputError('It was not sent', { pidx: ['pidx is missing.'] })],
  api: apiErrorKinds.map(
    (kind) => new KhaltiApiError('Refused.', { status: 400, kind, fields: {}, errorKey: undefined, body: undefined }),
  ),
  connection: connectionErrorReasons.map((reason) => new KhaltiConnectionError('Lost.', { reason })),
  response: [new KhaltiResponseError('Unreadable.', { status: 200, excerpt: '' })],
}

const others = ['input', 'internal', 'gateway', 'timeout']
const refusals = routeErrorCodes.filter((code) => !others.includes(code)) as RefusalCode[]
const browser: KhaltiPaymentErrorCode[] = ['network', 'no-route', 'payment-url', 'open']

const all = [
  ...Object.values(errors).flat(),
  ...refusals.map((code) => new CheckoutRefusal(409, 'No.', code)),
  ...[...routeErrorCodes, ...browser].map((code) => new KhaltiPaymentError(code, 'No.')),
].map((error) => error.docs)

describe('the docs of an error', () => {
  it.each([...new Set(all)])('%s leads to an entry', (docs) => {
    const [page, anchor = ''] = docs.split('#')
    expect([page, [...entries]]).toEqual(['errors.md', expect.arrayContaining([anchor])])
  })

  it('an error leads to the entry of its very kind, not only to that of its family', () => {
    expect(errors.api.map(({ docs }) => docs)).toEqual(apiErrorKinds.map((kind) => `errors.md#api-${kind}`))
    expect(new KhaltiConnectionError('Lost.', { reason: 'lost' }).docs).toBe('errors.md#connection-lost')
    expect(new CheckoutRefusal(410, 'Sold.').docs).toBe('errors.md#checkout-refused')
  })

  it('the entry of an error is in what a log shows, and every entry of the checkout is led to', () => {
    expect(JSON.parse(JSON.stringify(errors.config[0])).docs).toBe('errors.md#config')
    const led = all.map((docs) => docs.split('#')[1])
    expect([...entries].filter((entry) => entry.startsWith('checkout-') && !led.includes(entry))).toEqual([])
  })
})
