import { bankPaymentTypes, banksPath } from '../../../src/wire/banks.ts'
import { initiatePath } from '../../../src/wire/initiate.ts'
import { lookupPath } from '../../../src/wire/lookup.ts'
import { refundPath } from '../../../src/wire/refund.ts'
import { wireSample } from '../../contract/wire-samples.ts'
import { type JsonSchema, schemaPath } from './wire-schemas.ts'

const json = (schema: JsonSchema, samples: string[]) => ({
  'application/json': {
    schema,
    examples: Object.fromEntries(
      samples.map((id) => {
        const { body, source } = wireSample(id)
        return [id, { summary: source, value: body }]
      }),
    ),
  },
})
const ref = (name: string): JsonSchema => ({ $ref: schemaPath + name })
const answer = (description: string, schema: JsonSchema, samples: string[]) => ({
  description,
  content: json(schema, samples),
})
const refused = (description: string, samples: string[]) => answer(description, ref('ErrorResponse'), samples)
const unauthorized = { $ref: '#/components/responses/Unauthorized' }
const serverError = { $ref: '#/components/responses/ServerError' }

/** Answers that several operations give. */
export const sharedResponses = {
  Unauthorized: refused(
    'No key, or a wrong one. A key of the other environment cannot be told from a wrong key. Recorded.',
    ['err-auth-01', 'err-auth-02'],
  ),
  NotFound: refused(
    'No such payment or transaction for this merchant in this environment. The body is documented, its status is not: most code in public expects 404, some 400.',
    ['err-lookup-01'],
  ),
  ServerError: {
    description:
      'The gateway failed, or something in front of it: the body may be empty, JSON or a web page. A request that changes something may have gone through. Seen in code that runs in production.',
  },
}

const initiate = {
  operationId: 'initiatePayment',
  tags: ['payment'],
  summary: 'Make a payment link',
  description:
    'Store `pidx` beside the order and its amount, then send the customer to `payment_url`. There is no idempotency key: the same request twice makes two links. Browsers cannot call this (no CORS), and must not have the key.',
  externalDocs: { url: 'https://docs.khalti.com/khalti-epayment/#initiating-a-payment-request' },
  requestBody: {
    required: true,
    content: json(ref('PaymentRequest'), ['init-req-01', 'init-req-02', 'init-req-04', 'init-req-05']),
  },
  responses: {
    '200': {
      ...answer('The link. Never 201.', ref('PaymentInitiateResponse'), ['init-res-01', 'init-res-03']),
      links: {
        lookup: {
          operationId: 'lookupPayment',
          requestBody: { pidx: '$response.body#/pidx' },
          description: 'What has become of the payment, at any time after.',
        },
      },
    },
    '400': refused('Something in the request is wrong: messages by field, all at once. Documented.', [
      'err-init-02',
      'err-init-05',
      'err-init-09',
      'err-init-13',
      'err-init-14',
    ]),
    '401': unauthorized,
    '500': {
      description:
        'With an empty body: production cannot use `return_url` or `website_url` (local, private, without a scheme, over 255 characters). Seen in code that runs in production.',
    },
    '5XX': serverError,
  },
}

const lookup = {
  operationId: 'lookupPayment',
  tags: ['payment'],
  summary: 'Ask what became of a payment',
  description:
    'The only proof of a payment: the redirect to `return_url` is unsigned. **The body decides, not the HTTP status**: a payment that was canceled or has expired is a good answer with HTTP 400. The order is not echoed.',
  externalDocs: { url: 'https://docs.khalti.com/khalti-epayment/#payment-verification-lookup' },
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: ref('PaymentLookupRequest'),
        examples: { lookup: { value: { pidx: 'HT6o6PEZRWFJ5ygavzHWd5' } } },
      },
    },
  },
  responses: {
    '200': {
      ...answer(
        'Completed, Pending, Initiated, Refunded, Partially Refunded. Only Completed with your own amount is paid.',
        ref('PaymentLookupResponse'),
        ['lookup-01', 'lookup-02', 'lookup-05', 'lookup-06', 'lookup-12', 'lookup-16'],
      ),
      links: {
        refund: {
          operationId: 'refundTransaction',
          parameters: { transaction_id: '$response.body#/transaction_id' },
          description: 'Gives the money of a paid one back.',
        },
      },
    },
    '400': answer(
      'A good answer for a payment that was canceled or has expired (with a `status`, and perhaps an `error_key`), or a refusal (without a `status`). Documented and recorded.',
      { anyOf: [ref('PaymentLookupResponse'), ref('ErrorResponse')] },
      ['lookup-07', 'lookup-08', 'lookup-09'],
    ),
    '401': unauthorized,
    '404': { $ref: '#/components/responses/NotFound' },
    '5XX': serverError,
  },
}

const refund = {
  operationId: 'refundTransaction',
  tags: ['refund'],
  summary: 'Give money back',
  description:
    'Takes the `transaction_id` of the lookup, not the pidx. Nothing says that it is idempotent: where no answer came, look the payment up before sending it again. Khalti documents no refusals; their form is that of the other endpoints, by inference.',
  externalDocs: { url: 'https://docs.khalti.com/api/refund/' },
  parameters: [
    {
      name: 'transaction_id',
      in: 'path',
      required: true,
      description: 'The `transaction_id` of the lookup.',
      schema: { type: 'string' },
      example: 'GFq9PFS7b2iYvL8Lir9oXe',
    },
  ],
  requestBody: {
    required: false,
    description: 'Empty for all of a wallet payment. `amount` for a part. `mobile` for a bank payment.',
    content: json(ref('RefundRequest'), ['refund-req-01', 'refund-req-02']),
  },
  responses: {
    '200': answer('The money goes back. Look the payment up for its new state.', ref('RefundResponse'), ['refund-01']),
    '400': refused('Refused. Inferred.', []),
    '401': unauthorized,
    '404': { $ref: '#/components/responses/NotFound' },
    '5XX': serverError,
  },
}

const banks = {
  operationId: 'listBanks',
  tags: ['banks'],
  summary: 'List the banks a customer can pay from',
  description: 'Takes no key. The `idx` of a bank goes into initiate as `bank`, with a bank mode in `modes`.',
  externalDocs: { url: 'https://docs.khalti.com/checkout/diy-banking/' },
  security: [],
  parameters: [
    {
      name: 'payment_type',
      in: 'query',
      required: false,
      description:
        '`ebanking` for `modes: ["EBANKING"]`, `mobilecheckout` for `modes: ["MOBILE_BANKING"]`. Every documented request has it.',
      schema: { type: 'string', enum: bankPaymentTypes },
    },
    { name: 'page', in: 'query', description: 'From 1.', schema: { type: 'integer', minimum: 1, default: 1 } },
  ],
  responses: {
    '200': answer('One page of banks.', ref('BankListResponse'), ['bank-list-01']),
    '400': refused('No such payment_type. Inferred.', []),
    '404': refused('No such page. Inferred.', []),
    '5XX': serverError,
  },
}

/** Every operation, by path. */
export const paths = {
  [initiatePath]: { post: initiate },
  [lookupPath]: { post: lookup },
  [refundPath('{transaction_id}')]: { post: refund },
  [banksPath]: { get: banks },
}
