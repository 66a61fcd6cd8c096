import { readFileSync } from 'node:fs'
import {
  KhaltiApiError,
  type KhaltiApiErrorKind,
  KhaltiConfigError,
  KhaltiConnectionError,
  type KhaltiConnectionErrorReason,
  type KhaltiErrorCode,
  KhaltiInputError,
  KhaltiResponseError,
} from 'khalti-kit'
import { CheckoutRefusal } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { KhaltiPaymentError, type KhaltiPaymentErrorCode } from '../../../src/browser/khalti-payment-error.ts'
import type { RefusalCode } from '../../../src/checkout/checkout-refusal.ts'
import { anchors } from '../../support/markdown.ts'

const path = 'docs/errors.md'
const entries = anchors({ path, text: readFileSync(path, 'utf8') })

const apiError = (kind: KhaltiApiErrorKind) =>
  new KhaltiApiError('Refused.', { status: 400, kind, fields: {}, errorKey: undefined, body: undefined })
const connectionError = (reason: KhaltiConnectionErrorReason) => new KhaltiConnectionError('Lost.', { reason })

// Records and no lists, so that TypeScript refuses one that has lost an entry.
const errors = {
  config: { config: new KhaltiConfigError('No key.') },
  input: { input: new KhaltiInputError('Not sent', { pidx: ['is empty'] }) },
  api: {
    authentication: apiError('authentication'),
    'not-found': apiError('not-found'),
    'rate-limit': apiError('rate-limit'),
    server: apiError('server'),
    validation: apiError('validation'),
  } satisfies Record<KhaltiApiErrorKind, unknown>,
  connection: {
    timeout: connectionError('timeout'),
    aborted: connectionError('aborted'),
    unreachable: connectionError('unreachable'),
    lost: connectionError('lost'),
  } satisfies Record<KhaltiConnectionErrorReason, unknown>,
  response: { response: new KhaltiResponseError('Unreadable.', { status: 200, excerpt: '' }) },
} satisfies Record<KhaltiErrorCode, Record<string, { docs: string }>>

const refusals = {
  refused: 1,
  body: 1,
  origin: 1,
  unauthorized: 1,
  'not-found': 1,
  method: 1,
  busy: 1,
  'in-progress': 1,
  'already-paid': 1,
  'too-large': 1,
  'content-type': 1,
} satisfies Record<RefusalCode, 1>
const answers = { ...refusals, input: 1, internal: 1, gateway: 1, timeout: 1 }
const browser = { network: 1, 'no-route': 1, 'payment-url': 1, open: 1 }

const all = [
  ...Object.values(errors).flatMap((kinds) => Object.values<{ docs: string }>(kinds)),
  ...Object.keys(refusals).map((code) => new CheckoutRefusal(409, 'No.', code as RefusalCode)),
  ...Object.keys({ ...answers, ...browser }).map(
    (code) => new KhaltiPaymentError(code as KhaltiPaymentErrorCode, 'No.'),
  ),
].map((error) => error.docs)

describe('the docs of an error', () => {
  it.each([...new Set(all)])('%s leads to an entry', (docs) => {
    const [page, anchor = ''] = docs.split('#')
    expect([page, [...entries]]).toEqual(['errors.md', expect.arrayContaining([anchor])])
  })

  it('leads to the very kind, not only to its family', () => {
    expect(errors.api['not-found'].docs).toBe('errors.md#api-not-found')
    expect(errors.connection.lost.docs).toBe('errors.md#connection-lost')
    expect(new CheckoutRefusal(410, 'Sold.').docs).toBe('errors.md#checkout-refused')
  })

  it('is in what a log shows, and every entry of the checkout is led to', () => {
    expect(JSON.parse(JSON.stringify(errors.config.config)).docs).toBe('errors.md#config')
    const led = all.map((docs) => docs.split('#')[1])
    expect([...entries].filter((entry) => entry.startsWith('checkout-') && !led.includes(entry))).toEqual([])
  })
})
